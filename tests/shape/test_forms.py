"""Each form of each page says of which kind it is, and what a form changes is shown with what it saw."""

import inspect
import re
import sys
from collections.abc import Callable
from typing import Any

from services import NAMES
from services.chassis.http import sending, task_pages
from services.chassis.http.seen import Changes
from tests.forms import CHANGES, FORMS, OWN_WAY, TASK_LISTS
from tests.shape.sources import routes

_KIND = re.compile(r"\bkind=(\w+)")
_BESIDE = re.compile(r"\b(_\w+)\(")


def posts() -> dict[str, Callable[..., Any]]:
    """Address → what takes its form; the API's are no forms."""
    found: dict[str, Callable[..., Any]] = {}
    for name in NAMES:
        for route in routes(name):
            if "POST" in route.methods and not route.path.startswith("/api/"):
                found[route.path] = inspect.unwrap(route.endpoint)
    return found


def is_of_task_list(endpoint: Callable[..., Any]) -> bool:
    return endpoint.__module__ == task_pages.__name__


def given_by(endpoint: Callable[..., Any]) -> Any:
    """The kind as its module gives it, also where a function beside it does the sending; None for none."""
    module, source = sys.modules[endpoint.__module__], inspect.getsource(endpoint)
    if named := _KIND.search(source):
        return getattr(module, named[1])
    if re.search(r"\bbutton\(", source):
        return sending.HIDDEN_ONLY
    beside = [getattr(module, name, None) for name in _BESIDE.findall(source)]
    sends = (
        one for one in beside if inspect.isfunction(one) and re.search(r"\bbutton\(|kind=", inspect.getsource(one))
    )
    return next((given_by(one) for one in sends), None)


def kind_of(endpoint: Callable[..., Any]) -> str:
    given = given_by(endpoint)
    if isinstance(given, Changes) or (inspect.isfunction(given) and "Changes[" in str(inspect.signature(given))):
        return CHANGES
    return next((name for name, kind in vars(sending).items() if name.isupper() and kind is given), "")


def test_each_form_says_of_which_kind_it_is_and_is_on_the_list() -> None:
    found = {path: kind_of(one) for path, one in posts().items() if not is_of_task_list(one)}
    assert {path: kind for path, kind in found.items() if kind} == FORMS
    assert {path for path, kind in found.items() if not kind} == OWN_WAY.keys()
    of_task_lists = {path for path, one in posts().items() if is_of_task_list(one)}
    assert of_task_lists == {path for path in posts() if path.startswith(TASK_LISTS)}


def test_what_a_form_changes_is_shown_with_what_it_saw() -> None:
    """By `shown`, in the module that takes it; a form that did not say so would be asked to look at it each time."""
    for path, endpoint in posts().items():
        if FORMS.get(path) == CHANGES:
            source = inspect.getsource(sys.modules[endpoint.__module__])
            [named] = set(_KIND.findall(inspect.getsource(endpoint)))
            assert re.search(rf"\b{named}(\([^()]*\))?\.shown\(request, tx\)", source), path
