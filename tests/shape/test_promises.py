"""The contracts promise nothing that never happens: each event and each code is said by its owner, or named here."""

import ast
import importlib
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from schemas.contracts import codes, facts_of, known_values, says, schema_of, states
from schemas.event import FACTS
from tests.shape import sources
from tests.shape.each import of_each

ROOT = Path(__file__).parents[2]
OWNERS = sorted({topic.split(".")[0] for topic in states()})
EVENTS = {fact.__name__: fact for state in states().values() for fact in facts_of(state)}

NOT_SAID_YET = {
    "PaymentErased": "what was paid is kept for six years; this is the only way to forget it on a compacted topic then",
}
"""Events that no service says today, and the use that the design has for them. Their docstrings say so to readers."""
NOBODY_YET = "Nobody says it yet"
NOT_SAID_ANY_MORE = {"QuestionAsked": "conversations took its place; older states have it"}


@cache
def modules(owner: str) -> list[tuple[ModuleType, ast.Module]]:
    """Every module of a service, imported and parsed."""
    paths = sorted((ROOT / "services" / owner).rglob("*.py"))
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in paths]
    return [(importlib.import_module(name), sources.tree(path)) for name, path in zip(names, paths, strict=True)]


def used(tree: ast.AST) -> Iterator[ast.expr]:
    """Every name that code does something with: not imports, annotations or unions of types."""
    for field, value in ast.iter_fields(tree):
        if field in ("annotation", "returns"):
            continue
        for node in value if isinstance(value, list) else [value]:  # pyright: ignore[reportUnknownVariableType]
            if isinstance(node, ast.Name | ast.Attribute):
                yield node
            if isinstance(node, ast.AST) and not _is_union(node):
                yield from used(node)


def _is_union(node: ast.AST) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr)


def meant(module: ModuleType, node: ast.expr) -> Any:
    """What a name or `module.name` is at run time; None for anything else."""
    if isinstance(node, ast.Name):
        return vars(module).get(node.id)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return getattr(vars(module).get(node.value.id), node.attr, None)
    return None


@cache
def said_by(owner: str) -> frozenset[str]:
    """The names of the events that a service's code makes or hands on."""
    facts = {id(fact): name for name, fact in FACTS.items()}
    found = [facts.get(id(meant(module, node))) for module, tree in modules(owner) for node in used(tree)]
    return frozenset(name for name in found if name)


@cache
def texts_of(owner: str) -> frozenset[str]:
    """Every text in a service's code, but for its words for people, and the name of every list of codes it uses."""
    found: set[str] = set()
    for tree in (tree for module, tree in modules(owner) if not module.__name__.endswith(".words")):
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
            if isinstance(node, ast.Name | ast.Attribute):
                found.add(node.id if isinstance(node, ast.Name) else node.attr)
    return frozenset(found)


@cache
def schemas() -> dict[str, str]:
    """The schema of each topic's state, as JSON."""
    return {topic: json.dumps(schema_of(state)) for topic, state in states().items()}


def owners_of(name: str) -> set[str]:
    """The services with a state that has a code of this list."""
    marked = json.dumps({"x-known-values": list(codes()[name])})[1:-1]
    return {topic.split(".")[0] for topic, schema in schemas().items() if marked in schema}


@of_each(EVENTS, str)
def test_an_event_is_said_by_its_owner_or_tells_its_readers_that_nobody_says_it_yet(name: str) -> None:
    owner = EVENTS[name].of.topic.split(".")[0]
    unsaid = name in NOT_SAID_YET or name in NOT_SAID_ANY_MORE
    assert (name in said_by(owner)) != unsaid, NOT_SAID_YET.get(name, "no service says it")
    assert (NOBODY_YET in says(EVENTS[name])) == (name in NOT_SAID_YET)


def test_only_events_that_there_are_wait_to_be_said() -> None:
    assert NOT_SAID_YET.keys() <= EVENTS.keys()


@of_each(codes, str)
def test_every_code_of_a_growing_list_is_one_that_a_service_whose_state_has_it_can_say(name: str) -> None:
    texts = frozenset[str]().union(*(texts_of(owner) for owner in owners_of(name)))
    unsaid = [code for code in codes()[name] if code not in texts]
    assert unsaid == [] or name.split(".")[1] in texts


def test_a_growing_list_is_published_as_a_list_not_told_in_words() -> None:
    told = [
        f"{topic}: {name}"
        for topic, state in states().items()
        for name, field in state.model_fields.items()
        if "(a growing list)" in (field.description or "") and not known_values(field.description or "")
    ]
    assert told == ["notifications.message: kind"], "its codes are the names of notifications' templates"


def test_an_annotation_a_union_or_an_import_says_nothing() -> None:
    tree = ast.parse("from a import B\nC = B | D\ndef f(x: E) -> tuple[F, G]:\n    f.y: H = I(1)\n    return K.l, [M]")
    names = {node.id for node in used(tree) if isinstance(node, ast.Name)}
    assert names == {"C", "f", "I", "K", "M"}
