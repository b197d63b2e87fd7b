"""How editions are kept: the first whole, a later one as what it adds, or whole where adding cannot say it."""

import json
from pathlib import Path
from typing import Any

from schemas.history import edition_file, editions

FIRST: dict[str, Any] = {
    "type": "object",
    "$defs": {"Pay": {"type": "object", "properties": {"unit": {"type": "string"}}, "required": ["unit"]}},
    "properties": {"pay": {"$ref": "#/$defs/Pay"}},
}
NOTHING_OR_TEXT: dict[str, Any] = {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None}


def with_field(schema: dict[str, Any]) -> dict[str, Any]:
    pay = schema["$defs"]["Pay"]
    grown = pay | {"properties": pay["properties"] | {"cost_code": NOTHING_OR_TEXT}}
    return schema | {"$defs": schema["$defs"] | {"Pay": grown}}


def keep(folder: Path, number: int, shape: dict[str, Any]) -> dict[str, Any]:
    """Writes an edition as publishing does; what its file holds."""
    path = folder / f"history/a.thing/v{number}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    file = edition_file(shape, editions(folder, "a.thing"))
    path.write_text(json.dumps(file))
    return file


def test_the_first_edition_is_whole(tmp_path: Path) -> None:
    assert keep(tmp_path, 1, FIRST) == FIRST


def test_a_new_nested_field_is_kept_as_nothing_but_that_field_and_read_back_whole(tmp_path: Path) -> None:
    keep(tmp_path, 1, FIRST)
    second = with_field(FIRST)
    assert keep(tmp_path, 2, second) == {"adds": {"$defs": {"Pay": {"properties": {"cost_code": NOTHING_OR_TEXT}}}}}
    third = second | {"properties": second["properties"] | {"title": {"type": "string", "default": ""}}}
    assert keep(tmp_path, 3, third) == {"adds": {"properties": {"title": {"type": "string", "default": ""}}}}
    assert editions(tmp_path, "a.thing") == {1: FIRST, 2: second, 3: third}


def test_an_edition_that_takes_something_away_is_kept_whole(tmp_path: Path) -> None:
    keep(tmp_path, 1, FIRST)
    renamed = {"type": "object", "properties": {"pay": {"$ref": "#/$defs/Fee"}}, "$defs": {"Fee": {"type": "object"}}}
    assert keep(tmp_path, 2, renamed) == renamed
    assert editions(tmp_path, "a.thing") == {1: FIRST, 2: renamed}


def test_the_tenth_edition_comes_after_the_ninth(tmp_path: Path) -> None:
    shapes: dict[int, dict[str, Any]] = {
        n: {"type": "object", "properties": {f"f{m}": {} for m in range(n)}} for n in range(1, 12)
    }
    for number, shape in shapes.items():
        keep(tmp_path, number, shape)
    assert editions(tmp_path, "a.thing") == shapes


def test_a_contract_without_editions_has_none(tmp_path: Path) -> None:
    assert editions(tmp_path, "a.thing") == {}
