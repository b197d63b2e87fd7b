"""A field has several places: its contract, the draft that it is typed into, the page that shows it, the store.

Whoever adds it to one is told of the others.
"""

import ast
import dataclasses
import importlib
import inspect
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from jinja2 import nodes
from pydantic import BaseModel

from schemas.contracts import states
from schemas.event import Contract
from schemas.helping import Help
from schemas.to_do import ToDo
from services import NAMES
from tests.shape.sources import template
from tests.shape.test_drafts import MODELS, STATES, named
from tests.shape.test_templates import TEMPLATES

ROOT = Path(__file__).parents[2]
NOT_MEANT_TO_LAST = {("payments.Seen", "version"), ("payments.Return", "version")}
"""What is compared with the state, and never becomes part of it."""
AS_GIVEN = "as the ticks and words of the form in which it is given"
SHOWN_OTHERWISE = {
    "engagements.Interest.opportunity_id": "it is in the address of the page",
    "identity.Closing.successors": "the page gives their names, as `followed_by` reads them",
    "matching.NewPlace.preparation_hours": "the same, once it is said anew",
    "matching.Draft.preparation_hours": "the page says how many sessions there are, and what each takes besides",
    "recruitment.Answers.strands": AS_GIVEN,
    "recruitment.Answers.modes": AS_GIVEN,
    "recruitment.Answers.lived_experience": AS_GIVEN,
    "recruitment.Answers.access_needs": AS_GIVEN,
    "recruitment.Answers.learning": AS_GIVEN,
    "recruitment.Answers.distance": AS_GIVEN,
    "recruitment.Answers.languages": AS_GIVEN,
    "recruitment.NeedsAnswers.shared_with": AS_GIVEN,
}
"""What no template of its room reads by its name, and how its people see it."""
DRAFTS = [name for name, model in MODELS.items() if named(model) in STATES]


def limits(model: type[BaseModel], field: str) -> list[dict[str, Any]]:
    """The JSON Schema of each kind of value that a field takes, but for nothing at all."""
    whole = model.model_json_schema()
    said = whole["properties"][field]
    kinds = [whole["$defs"][one["$ref"].split("/")[-1]] if "$ref" in one else one for one in said.get("anyOf", [said])]
    return [one for one in kinds if one.get("type") != "null"]


def wider(typed: dict[str, Any], said: dict[str, Any]) -> list[str]:
    """In what a draft takes more than the contract does. A list of codes is narrower than any text."""
    if typed.get("type") != said.get("type") or "enum" in typed or "const" in typed:
        return []
    at_most = ("maxLength", "maximum", "maxItems")
    found = [
        f"{limit} {said[limit]}"
        for limit in at_most
        if limit in said and typed.get(limit, said[limit] + 1) > said[limit]
    ]
    if said.get("minLength") and not typed.get("minLength"):
        found.append("something has to be said")
    lowest = said.get("minimum", said.get("exclusiveMinimum"))
    if lowest is not None and typed.get("minimum", typed.get("exclusiveMinimum", lowest - 1)) < lowest:
        found.append(f"at least {lowest}")
    return found


@pytest.mark.parametrize("name", DRAFTS)
def test_a_draft_takes_nothing_that_its_contract_refuses(name: str) -> None:
    """The contract would refuse it after the draft was accepted, and the person would see that something went wrong."""
    model, of = MODELS[name], named(MODELS[name]) or ""
    state = STATES[of][0]
    both = [f for f in model.model_fields if f in state.model_fields and (of, f) not in NOT_MEANT_TO_LAST]
    found = {
        field: [what for one in limits(model, field) for other in limits(state, field) for what in wider(one, other)]
        for field in both
    }
    assert {field: what for field, what in found.items() if what} == {}, f"as in {state.__name__}"


def test_a_wider_draft_is_noticed() -> None:
    text, number = {"type": "string", "maxLength": 200, "minLength": 1}, {"type": "integer", "minimum": 1}
    assert wider({"type": "string", "maxLength": 300, "minLength": 1}, text) == ["maxLength 200"]
    assert wider({"type": "string"}, text) == ["maxLength 200", "something has to be said"]
    assert wider({"type": "integer", "minimum": 0}, number) == ["at least 1"]
    assert wider({"type": "integer", "exclusiveMinimum": 1}, number) == []
    assert wider({"type": "string", "maxLength": 1, "minLength": 1}, text) == []


@pytest.mark.parametrize("name", STATES)
def test_what_people_type_is_shown_on_a_page_of_its_room(name: str) -> None:
    room, elsewhere = name.split(".")[0], STATES[name][1]
    read = {node.attr for p in TEMPLATES if p.parts[-3] == room for node in template(p).find_all(nodes.Getattr)}
    unseen = {f"{name}.{field}" for field in MODELS[name].model_fields.keys() - elsewhere.keys() - read}
    otherwise = {one for one in SHOWN_OTHERWISE if one.startswith(f"{name}.")}
    assert unseen - otherwise == set(), "it is asked for, and no template reads it"
    assert otherwise - unseen == set(), "a template reads it now: take it off the list"


@cache
def modules(folder: Path) -> list[tuple[ModuleType, ast.Module]]:
    found: list[tuple[ModuleType, ast.Module]] = []
    for path in sorted(folder.rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        found.append((importlib.import_module(name), ast.parse(path.read_text())))
    return found


def calls(folder: Path) -> Iterator[tuple[type | None, ast.Call]]:
    """Every call in a folder, and the class that it makes one of: by `X(…)` or `X.build(…)`; None for others."""
    for module, tree in modules(folder):
        for node in (each for each in ast.walk(tree) if isinstance(each, ast.Call)):
            found: Any = module
            for part in ast.unparse(node.func).removesuffix(".build").split("."):
                found = getattr(found, part, None)
            yield found if inspect.isclass(found) else None, node


@cache
def given(owner: str) -> dict[type | None, set[str]]:
    """The names that an owner's code gives to each class that it makes, and (None) to anything else it calls."""
    found: dict[type | None, set[str]] = {}
    for made, node in calls(ROOT / "services" / owner):
        found.setdefault(made, set()).update(str(keyword.arg) for keyword in node.keywords)
    return found


def contracts() -> list[tuple[str, type[Contract]]]:
    """Every state and every value inside one, with its owner; but for what the chassis fills in (`help_given.add`,
    `to_do.keep_in_step`)."""
    owners = sorted({topic.split(".")[0] for topic in states()})
    found: list[tuple[str, type[Contract]]] = []
    for owner in owners:
        module = importlib.import_module(f"schemas.{owner}")
        classes = (one for _, one in inspect.getmembers(module, inspect.isclass) if one.__module__ == module.__name__)
        found += [(owner, one) for one in classes if issubclass(one, Contract) and not issubclass(one, Help | ToDo)]
    return found


@pytest.mark.parametrize(("owner", "contract"), contracts(), ids=lambda each: getattr(each, "__name__", each))
def test_every_field_of_a_contract_is_one_that_its_owner_fills_in(owner: str, contract: type[Contract]) -> None:
    """Where it makes one, where it changes one (`with_changes(…)`), or because people type it into a draft."""
    typed = {f for name, (state, _) in STATES.items() if state is contract for f in MODELS[name].model_fields}
    filled = given(owner).get(contract, set()) | given(owner)[None] | typed
    assert set(contract.model_fields) - filled - {"waiting"} == set(), "readers would see its default for ever"


@pytest.mark.parametrize("room", NAMES)
def test_a_store_reads_every_field_of_what_the_domain_decides_about(room: str) -> None:
    """One with a default that is left out there would be forgotten between two commands."""
    for made, node in calls(ROOT / "services" / room / "store"):
        if (
            made is None
            or not made.__module__.startswith(f"services.{room}.domain")
            or not dataclasses.is_dataclass(made)
        ):
            continue
        names = [field.name for field in dataclasses.fields(made) if field.init]
        if all(keyword.arg for keyword in node.keywords) and not any(isinstance(a, ast.Starred) for a in node.args):
            read = {*names[: len(node.args)], *(keyword.arg for keyword in node.keywords)}
            assert set(names) - read == set(), f"{made.__name__}, line {node.lineno}"
