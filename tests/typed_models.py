"""Every model that a door of some room fills with what people or programs send: the API's bodies, the pages' forms."""

import inspect
import re
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel

from services import load
from services.chassis.app import routes
from services.chassis.http.policy_forms import form_of
from services.chassis.http.task_list import TaskList
from services.matching.store.policies import KINDS as POSTING_ROLES
from services.matching.web.drafting import POSTING
from services.matching.web.jobs import JOBS
from services.payments.store.promises import KINDS as PAY
from services.recruitment.store.policies import KINDS as JOINING
from services.recruitment.web.applying import APPLYING

_READ = re.compile(r"submit(?:_with_file)?\(request, \w+, (\w+)|(\w+)\.model_validate\(form")
LISTS: tuple[TaskList[Any], ...] = (POSTING, JOBS, APPLYING)


@cache
def bodies() -> dict[str, type[BaseModel]]:
    """By the method and the path of the API's route that takes each."""
    found: dict[str, type[BaseModel]] = {}
    for route in _routes():
        for taken in route.dependant.body_params:
            plain = [
                one for one in (taken.field_info.annotation, *get_args(taken.field_info.annotation)) if is_model(one)
            ]
            found |= {f"{next(iter(route.methods))} {route.path}": model for model in plain}
    return found


@cache
def models() -> list[type[BaseModel]]:
    """Of all doors, once each."""
    forms = [list_.model for list_ in LISTS] + [form_of(kind) for kind in (*PAY, *JOINING, *POSTING_ROLES)]
    for route in _routes():
        for names in _READ.findall(inspect.getsource(route.endpoint)):
            model = inspect.unwrap(route.endpoint).__globals__.get(names[0] or names[1])
            forms += [model] if is_model(model) else []
    return list(dict.fromkeys([*bodies().values(), *forms]))


def is_model(one: Any) -> bool:
    return isinstance(one, type) and issubclass(one, BaseModel)


def _routes() -> list[Any]:
    return [route for service in load() for route in routes(service)]
