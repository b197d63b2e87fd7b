"""A page confirms only what an act has just left a note of: no address, and no template by itself, says it was done."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jinja2 import nodes as jinja

from services import NAMES
from tests.shape.sources import nodes, routes, template

SERVICES = Path(__file__).parents[2] / "services"
ASKED_BY_LISTS = {
    *("sort", "after", "page", "words", "find", "format"),
    *("strand", "mode", "organisation", "paid", "state", "status", "kind", "of", "show"),
    *("stage", "turn", "held", "answer", "what", "time"),
    *("near", "miles", "when", "condition", "access", "closing"),
}
"""Which things of a list are shown, and in which order."""
ASKED = {
    "to": "where to go on to; only an address of this site",
    "token": "the secret of a letter's link",
    "shown": "what notifications signed for whoever showed that it is them; a made-up one is asked again",
    "check": "show what is still wrong on a page of a draft",
    "sides": "on which sides of the paper letters are printed",
    "about": "what a concern is about: a code, which the form has then",
    "at": "the organisation that it is about",
    "role": "the role that it has to do with; looked at again when it is sent",
    "size": "of the print of a list on paper",
    "job": "whether the feed has jobs, or roles, or both",
    "draft": "the draft of a role from which somebody came to add a piece of work; looked at again when it is sent",
    "query": "which roles somebody wants to show on their website, as in the address of the list",
    "pages": "the part of the sitemap with pages of their own",
    "roles": "the part of the sitemap that begins with this role",
    "organisations": "the same with organisations",
    "account": "for whom a form is opened; filled in, and looked at when it is sent",
}
"""Everything else that an address of a page can say, and what for. None of it is shown as something that was done."""


def asked_of_pages() -> dict[str, set[str]]:
    """Address → what it can be asked with."""
    found: dict[str, set[str]] = {}
    for service in NAMES:
        for route in routes(service):
            if "GET" in route.methods and not route.path.startswith("/api/"):
                found[route.path] = set(asked_of(route.dependant))
    return found


def asked_of(dependant: Any) -> Iterator[str]:
    yield from (one.alias for one in dependant.query_params)
    for inner in dependant.dependencies:
        yield from asked_of(inner)


def test_no_address_of_a_page_says_what_was_done() -> None:
    named = ASKED_BY_LISTS | ASKED.keys()
    assert {path: rest for path, names in asked_of_pages().items() if (rest := names - named)} == {}


def test_no_template_says_by_itself_that_something_was_done() -> None:
    """Only `done`, which a route is given by `confirmation`, stands in the panel that says so."""
    for path in SERVICES.rglob("*.jinja"):
        for call in template(path).find_all(jinja.Call):
            if isinstance(call.node, jinja.Getattr) and call.node.attr == "success":
                [words] = call.args
                assert isinstance(words, jinja.Name), path.name
                assert words.name == "done", path.name


def test_what_was_done_is_said_once_on_a_page() -> None:
    """The templates that pages extend say it; a template of a room that said it too would say it twice."""
    saying = {path.name for path in SERVICES.rglob("*.jinja") if "{{ ui.success(" in path.read_text()}
    assert saying == {"page.jinja", "form.jinja", "list.jinja"}


def test_what_is_confirmed_has_words_on_some_page_of_its_room() -> None:
    for service in [*NAMES, "chassis"]:
        paths = [path for path in (SERVICES / service).rglob("*.py") if "confirm" in path.read_text()]
        worded = {code for path in paths for code in keys_of_dicts(path)}
        for path in paths:
            assert set(confirmed_in(path)) <= worded, path.name


def keys_of_dicts(path: Path) -> Iterator[str]:
    for node in nodes(path):
        if isinstance(node, ast.Dict):
            yield from (str(key.value) for key in node.keys if isinstance(key, ast.Constant))


def confirmed_in(path: Path) -> Iterator[str]:
    """The codes that stand in calls of `confirmed`, as far as they are written there."""
    for node in nodes(path):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "confirmed":
            yield from (str(one.value) for one in ast.walk(node.args[1]) if isinstance(one, ast.Constant))
