"""Each kind of change that would break a reader is named; each that adds is let through."""

from typing import Any

import pytest

from schemas.compatibility import Schema, breaks

NOTHING: Schema = {"type": "null"}
TEXT: Schema = {"type": "string"}


def state(required: tuple[str, ...] = (), **fields: Any) -> Schema:
    return {"type": "object", "properties": fields, "required": list(required)}


def number(**limits: float) -> Schema:
    return {"type": "integer", **limits}


def nullable(schema: Schema) -> Schema:
    return {"anyOf": [schema, NOTHING], "default": None}


BREAKING: dict[str, tuple[Schema, Schema, str]] = {
    "a removed optional field": (state(a=TEXT, b=TEXT), state(a=TEXT), "b: is gone"),
    "a removed required field": (state(("a",), a=TEXT), state(), "a: is gone"),
    "a renamed field": (state(("a",), a=TEXT), state(("b",), b=TEXT), "b: is new and required"),
    "a new required field": (state(), state(("a",), a=TEXT), "a: is new and required"),
    "an optional field made required": (state(a=TEXT), state(("a",), a=TEXT), "a: may be missing"),
    "a required field made optional": (state(("a",), a=TEXT), state(a=TEXT), "a: may be missing"),
    "another type": (state(a=TEXT), state(a=number()), "a: string is not taken"),
    "a narrowed number": (state(a={"type": "number"}), state(a=number()), "a: number is not taken"),
    "a number that old readers cannot take": (state(a=number()), state(a={"type": "number"}), "a: number is not taken"),
    "nullable made non-null": (state(a=nullable(TEXT)), state(a=TEXT), "a: null is not taken"),
    "non-null made nullable": (state(a=TEXT), state(a=nullable(TEXT)), "a: null is not taken"),
    "one of two types removed": (
        state(a={"anyOf": [TEXT, number()]}),
        state(a=TEXT),
        "a: integer is not taken (earlier states",
    ),
    "a value removed from a closed list": (
        state(a=TEXT | {"enum": ["x", "y"]}),
        state(a=TEXT | {"enum": ["x"]}),
        "a: the value 'y' is not taken (earlier states",
    ),
    "a value added to a closed list": (
        state(a=TEXT | {"enum": ["x"]}),
        state(a=TEXT | {"enum": ["x", "y"]}),
        "a: the value 'y' is not taken (new states",
    ),
    "an open text made a closed list": (state(a=TEXT), state(a=TEXT | {"enum": ["x"]}), "a: any value may come"),
    "a closed list made open": (state(a=TEXT | {"enum": ["x"]}), state(a=TEXT), "a: any value may come"),
    "another constant": (state(a=TEXT | {"const": "x"}), state(a=TEXT | {"const": "y"}), "a: the value 'x'"),
    "a higher minimum": (state(a=number(minimum=0)), state(a=number(minimum=1)), "a: minimum 0 where 1"),
    "a lower minimum": (state(a=number(minimum=1)), state(a=number(minimum=0)), "a: minimum 0 where 1"),
    "a new minimum": (state(a=number()), state(a=number(minimum=1)), "a: minimum None where 1"),
    "a lower maximum": (state(a=number(maximum=9)), state(a=number(maximum=5)), "a: maximum 9 where 5"),
    "another exclusive limit": (
        state(a=number(exclusiveMinimum=0)),
        state(a=number(exclusiveMinimum=2)),
        "a: exclusiveMinimum 0 where 2",
    ),
    "a shorter text": (state(a=TEXT | {"maxLength": 9}), state(a=TEXT | {"maxLength": 5}), "a: maxLength 9 where 5"),
    "a longer least length": (state(a=TEXT), state(a=TEXT | {"minLength": 1}), "a: minLength None where 1"),
    "another pattern": (
        state(a=TEXT | {"pattern": "^a"}),
        state(a=TEXT | {"pattern": "^b"}),
        "a: pattern '^a' where '^b'",
    ),
    "a new pattern": (state(a=TEXT), state(a=TEXT | {"pattern": "^b"}), "a: pattern None where '^b'"),
    "another format": (
        state(a=TEXT | {"format": "date"}),
        state(a=TEXT | {"format": "date-time"}),
        "a: format 'date' where 'date-time'",
    ),
    "another default": (
        state(a=TEXT | {"default": "x"}),
        state(a=TEXT | {"default": "y"}),
        "a: what left it out meant 'x' and would mean 'y'",
    ),
    "other items of a list": (
        state(a={"type": "array", "items": TEXT}),
        state(a={"type": "array", "items": number()}),
        "a[]: string is not taken",
    ),
    "a list that must not be empty": (
        state(a={"type": "array", "items": TEXT}),
        state(a={"type": "array", "items": TEXT, "minItems": 1}),
        "a: minItems None where 1",
    ),
    "a field removed inside a list": (
        state(a={"type": "array", "items": state(b=TEXT)}),
        state(a={"type": "array", "items": state()}),
        "a[].b: is gone",
    ),
    "other values of a dictionary": (
        state(a={"type": "object", "additionalProperties": TEXT}),
        state(a={"type": "object", "additionalProperties": number()}),
        "a{}: string is not taken",
    ),
    "unknown fields refused": (state(a=TEXT), state(a=TEXT) | {"additionalProperties": False}, "the state: any field"),
    "a field that an old reader refuses": (
        state() | {"additionalProperties": False},
        state(a=TEXT) | {"additionalProperties": False},
        "a: comes where unknown fields are refused",
    ),
    "a keyword that the checker does not know": (
        state(a=number()),
        state(a={"type": "integer", "multipleOf": 5}),
        "a: multipleOf differs",
    ),
}


def nested(inner: Schema) -> Schema:
    """A state with a nullable part defined under $defs, as pydantic writes it."""
    part = {"anyOf": [{"$ref": "#/$defs/Part"}, NOTHING], "default": None}
    return state(part=part) | {"$defs": {"Part": inner}}


@pytest.mark.parametrize("change", BREAKING)
def test_a_change_that_breaks_a_reader_is_named(change: str) -> None:
    old, new, reason = BREAKING[change]
    assert any(found.startswith(reason) for found in breaks(old, new)), breaks(old, new)


@pytest.mark.parametrize("change", BREAKING)
def test_it_is_named_inside_a_definition_as_well(change: str) -> None:
    old, new, reason = BREAKING[change]
    inside = "part: any field" if reason.startswith("the state") else f"part.{reason}"
    assert any(found.startswith(inside) for found in breaks(nested(old), nested(new))), breaks(nested(old), nested(new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (state(("a",), a=TEXT), state(("a",), a=TEXT, b=TEXT)),
        (state(a=TEXT), state(a=TEXT, b=nullable(TEXT))),
        (state(a=TEXT), state(a=TEXT, b=TEXT | {"default": "x", "maxLength": 5})),
        (state(a=TEXT), state(a=TEXT, b={"type": "array", "items": state(("c",), c=TEXT), "default": []})),
        (state(a=TEXT | {"description": "one"}), state(a=TEXT | {"description": "two", "title": "A"})),
        (state(a=TEXT | {"x-known-values": ["x"]}), state(a=TEXT | {"x-known-values": ["x", "y"]})),
        (nested(state(a=TEXT)), nested(state(a=TEXT, b=nullable(TEXT)))),
    ],
    ids=["field", "nullable field", "field with a default", "list", "words", "code in a growing list", "inside a part"],
)
def test_what_only_adds_is_let_through(old: Schema, new: Schema) -> None:
    assert breaks(old, new) == []


@pytest.mark.parametrize("change", BREAKING)
def test_nothing_breaks_when_nothing_changes(change: str) -> None:
    old, new, _ = BREAKING[change]
    assert breaks(old, old) == []
    assert breaks(new, new) == []


def test_a_definition_under_another_name_is_the_same_contract() -> None:
    other = {"anyOf": [{"$ref": "#/$defs/Piece"}, NOTHING], "default": None}
    assert breaks(nested(state(a=TEXT)), state(part=other) | {"$defs": {"Piece": state(a=TEXT)}}) == []


def test_a_schema_that_holds_itself_is_compared_to_its_end() -> None:
    def tree(leaf: Schema) -> Schema:
        kinds = {"type": "array", "items": {"$ref": "#/$defs/Tree"}}
        return {"$ref": "#/$defs/Tree", "$defs": {"Tree": state(leaf=leaf, below=kinds)}}

    assert breaks(tree(TEXT), tree(TEXT)) == []
    assert "leaf: string is not taken (earlier states, new readers)" in breaks(tree(TEXT), tree(number()))


def test_a_union_is_judged_by_the_alternative_that_fits() -> None:
    kinds = [state(("kind",), kind=TEXT | {"const": name}, **{name: TEXT}) for name in ("one", "two")]
    union = {"anyOf": kinds}
    assert breaks(state(a=union), state(a=union)) == []
    assert "a.kind: the value 'two' is not taken (earlier states, new readers)" in breaks(
        state(a=union), state(a={"anyOf": kinds[:1]})
    )
