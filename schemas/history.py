"""The editions of each contract, in history/<contract>/vN.json: whole, or as what one adds to the edition before it.

A compatible change adds, so a new optional field costs the lines of that field. An edition never changes.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from schemas.compatibility import Schema

PUBLISHED = Path(__file__).parent / "published"
_ADDS = "adds"
"""The only key of an edition that is kept as an addition. No JSON Schema has a keyword of this name."""


def editions(folder: Path, name: str) -> dict[int, Schema]:
    """The whole shape of every edition of a contract by its number, the first first."""
    paths = {int(path.stem.removeprefix("v")): path for path in (folder / "history" / name).glob("v*.json")}
    found: dict[int, Schema] = {}
    before: Schema = {}
    for number in sorted(paths):
        kept: Schema = json.loads(paths[number].read_text(encoding="utf-8"))
        before = found[number] = _merged(before, kept[_ADDS]) if kept.keys() == {_ADDS} else kept
    return found


@cache
def newest_edition(name: str) -> int:
    """The number of the newest published edition of a contract; 0 of one that is not published."""
    paths = (PUBLISHED / "history" / name).glob("v*.json")
    return max((int(path.stem.removeprefix("v")) for path in paths), default=0)


def edition_file(shape: Schema, earlier: dict[int, Schema]) -> Schema:
    """What the file of the next edition holds: what it adds to the newest of the earlier ones, where that says it."""
    if not earlier:
        return shape
    before = earlier[max(earlier)]
    adds = _added(before, shape)
    return {_ADDS: adds} if _merged(before, adds) == shape else shape


def _added(before: Schema, after: Schema) -> Schema:
    """The part of `after` that `before` has not, at any depth of dictionaries; a list that differs is there whole."""
    found: Schema = {}
    for key, value in after.items():
        if key not in before:
            found[key] = value
        elif value != before[key]:
            found[key] = _both(before[key], value, _added)
    return found


def _merged(before: Schema, adds: Schema) -> Schema:
    here = {key: _both(before[key], value, _merged) if key in before else value for key, value in adds.items()}
    return before | here


def _both(before: Any, value: Any, then: Any) -> Any:
    """`then` of two dictionaries; of anything else the new value."""
    return then(before, value) if isinstance(before, dict) and isinstance(value, dict) else value
