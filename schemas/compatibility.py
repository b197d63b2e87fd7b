"""Whether two editions of a JSON Schema can stand beside each other: old data, new code; new data, old readers.

A topic keeps states of every age and services are renewed one at a time, so both must hold for ever (what schema
registries call full transitive compatibility). A change that is named here needs a topic of its own (`….v2`).
A keyword that this module does not know is a break when it differs: it never says "safe" of what it cannot judge.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

Schema = dict[str, Any]

_WORDS = {"title", "description", "examples", "deprecated", "$defs", "$schema", "$id", "$comment"}
"""Keywords that say something to people and constrain nothing."""
_KINDS = {"$ref", "anyOf", "oneOf", "type", "enum", "const", "format", "pattern", "default"}
_FIELDS = {"properties", "required", "additionalProperties", "items"}
_AT_LEAST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_AT_MOST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_KNOWN = _WORDS | _KINDS | _FIELDS | {*_AT_LEAST, *_AT_MOST}


def breaks(old: Schema, new: Schema) -> list[str]:
    """Why `new` cannot follow `old`, a sentence for each reason; empty when it can. Adding optional fields is safe."""
    backward = _Reading(written=old, reader=new, forward=False)
    forward = _Reading(written=new, reader=old, forward=True)
    found = [*backward.refusals(old, new), *forward.refusals(new, old)]
    return list(dict.fromkeys(found))


@dataclass(frozen=True)
class _Reading:
    """One direction: states that `written` allows, read by a reader who expects `reader`."""

    written: Schema
    reader: Schema
    forward: bool
    path: str = ""
    within: frozenset[tuple[int, int]] = frozenset()
    """The pairs of definitions that are being compared: a schema may hold itself."""

    def refusals(self, data: Schema, reader: Schema) -> Iterator[str]:
        """What `data` allows and `reader` refuses."""
        accepted = _alternatives(reader, self.reader)
        for written in _alternatives(data, self.written):
            yield from self._closest(written, accepted)

    def _closest(self, data: Schema, accepted: list[Schema]) -> list[str]:
        """The refusals of the alternative that refuses least."""
        same_kind = [one for one in accepted if _takes_type(_kind(one), _kind(data))]
        if not same_kind:
            return [self._says(f"{_kind(data)} is not taken")]
        return min(([*self._of_one_kind(data, one)] for one in same_kind), key=len)

    def _of_one_kind(self, data: Schema, reader: Schema) -> Iterator[str]:
        pair = (id(data), id(reader))
        if pair not in self.within:
            yield from replace(self, within=self.within | {pair})._judge(data, reader)

    def _judge(self, data: Schema, reader: Schema) -> Iterator[str]:
        yield from self._values(data, reader)
        yield from self._limits(data, reader)
        for key in sorted((data.keys() | reader.keys()) - _KNOWN):
            if not key.startswith("x-") and data.get(key) != reader.get(key):
                yield self._says(f"{key} differs, and nobody can say that it is safe")
        if _kind(data) == "object":
            yield from self._fields(data, reader)
        if _kind(data) == "array" and "items" in reader:
            yield from self._at("[]").refusals(data.get("items", {}), reader["items"])

    def _values(self, data: Schema, reader: Schema) -> Iterator[str]:
        """Closed lists of values, patterns and formats."""
        taken = _closed(reader)
        if taken is not None:
            written = _closed(data)
            if written is None:
                yield self._says("any value may come where a closed list is expected")
            else:
                yield from (self._says(f"the value {value!r} is not taken") for value in written if value not in taken)
        for key in ("pattern", "format"):
            if key in reader and data.get(key) != reader[key]:
                yield self._says(f"{key} {data.get(key)!r} where {reader[key]!r} is expected")

    def _limits(self, data: Schema, reader: Schema) -> Iterator[str]:
        for key in _AT_LEAST:
            if key in reader and (key not in data or data[key] < reader[key]):
                yield self._says(f"{key} {data.get(key)} where {reader[key]} is expected")
        for key in _AT_MOST:
            if key in reader and (key not in data or data[key] > reader[key]):
                yield self._says(f"{key} {data.get(key)} where {reader[key]} is expected")

    def _fields(self, data: Schema, reader: Schema) -> Iterator[str]:
        written, expected = data.get("properties", {}), reader.get("properties", {})
        always, needed = data.get("required", []), reader.get("required", [])
        for name, field in expected.items():
            here = self._at(name)
            if name in written:
                if name in needed and name not in always:
                    yield here._says("may be missing where it is expected")
                yield from here._field(written[name], field)
            elif self.forward:
                yield here._says("is gone (removed or renamed)")
            elif name in needed:
                yield here._says("is new and required")
        if reader.get("additionalProperties") is False:
            for name in sorted(written.keys() - expected):
                yield self._at(name)._says("comes where unknown fields are refused")
        yield from self._others(data.get("additionalProperties", True), reader.get("additionalProperties", True))

    def _field(self, data: Schema, reader: Schema) -> Iterator[str]:
        if not self.forward and "default" in data and "default" in reader and data["default"] != reader["default"]:
            yield self._says(f"what left it out meant {data['default']!r} and would mean {reader['default']!r}")
        yield from self.refusals(data, reader)

    def _others(self, data: Any, reader: Any) -> Iterator[str]:
        """Fields under names that are not fixed (a dictionary): true is anything, false is none."""
        if reader is True or data is False:
            return
        if reader is False:
            yield self._says("any field may come where no others are taken")
            return
        yield from self._at("{}").refusals({} if data is True else data, reader)

    def _at(self, name: str) -> "_Reading":
        joined = self.path + name if name in ("[]", "{}") else f"{self.path}.{name}".lstrip(".")
        return replace(self, path=joined)

    def _says(self, what: str) -> str:
        which = "new states, earlier readers" if self.forward else "earlier states, new readers"
        return f"{self.path or 'the state'}: {what} ({which})"


def _alternatives(schema: Schema, root: Schema) -> list[Schema]:
    """Every single type that a schema allows, references resolved."""
    if "$ref" in schema:
        named: Schema = root["$defs"][schema["$ref"].rsplit("/", 1)[1]]
        beside = {name: value for name, value in schema.items() if name not in _WORDS | {"$ref", "default"}}
        return _alternatives(named | beside if beside else named, root)
    for key in ("anyOf", "oneOf"):
        if key in schema:
            rest = {name: value for name, value in schema.items() if name not in (key, "discriminator")}
            return [one for choice in schema[key] for one in _alternatives(rest | choice, root)]
    if isinstance(schema.get("type"), list):
        return [schema | {"type": kind} for kind in schema["type"]]
    return [schema]


def _kind(schema: Schema) -> str:
    return str(schema.get("type", "anything"))


def _takes_type(reader: str, data: str) -> bool:
    return reader in ("anything", data) or (reader, data) == ("number", "integer")


def _closed(schema: Schema) -> list[Any] | None:
    """The values of a closed list; None when the list is open."""
    return [schema["const"]] if "const" in schema else schema.get("enum")
