"""The contracts as documents: the JSON Schema (2020-12) of each public state, with its events, owner and readers.

Besides the states: the last state of what was forgotten, and the envelope of every record.
"""

import importlib
import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml

from schemas.compatibility import Schema
from schemas.envelope import HEADERS
from schemas.event import FACTS, STATES, Contract, Erased, Erasure, Event, State, type_named
from schemas.history import PUBLISHED, editions

TOPICS = Path(__file__).parents[1] / "deploy/kafka/topics.yaml"
ERASED = "erased"
"""The name under which the last state of a forgotten aggregate is published; it is the same on every topic."""
ENVELOPE = "envelope"
"""The name under which the headers of a record are published; they are the same on every topic."""
_LISTED = re.compile(r"\bsee (?:schemas\.)?((?:[a-z_]+\.)?[A-Z][A-Z_]+)\b")
_WORDS = ("title", "description", "examples")

AnyFact = type[Event[State]] | type[Erasure[State]]


class UnknownList(Exception):
    """A description says `see NAME`, and no module of schemas/ has a list of that name (or two have)."""


@cache
def plan() -> dict[str, Any]:
    """deploy/kafka/topics.yaml: the class of topic settings, partitions, and each topic's owner and readers."""
    return yaml.safe_load(TOPICS.read_text(encoding="utf-8"))


@cache
def states() -> dict[str, type[State]]:
    """Every public state by its topic, in the order of topics.yaml. Raises KeyError for a topic without a contract."""
    topics: dict[str, dict[str, Any]] = plan()["topics"]
    for owner in dict.fromkeys(topic["owner"] for topic in topics.values()):
        importlib.import_module(f"schemas.{owner}")
    return {topic: STATES[topic] for topic in topics}


def facts_of(state: type[State]) -> list[AnyFact]:
    """The events of a state, in the order of its module. (Tests declare states of their own: those are not ours.)"""
    return [fact for fact in FACTS.values() if fact.of is state and fact.__module__ == state.__module__]


def contract_of(fact: AnyFact) -> tuple[str, type[Contract]]:
    """What an event carries: the name of its contract (a topic, or ERASED) and the model."""
    return (ERASED, Erased) if issubclass(fact, Erasure) else (fact.of.topic, fact.of)


def types() -> dict[str, str]:
    """The name of every event by its type outside, in the order of topics.yaml."""
    return {
        type_named(topic, fact.__name__): fact.__name__ for topic, state in states().items() for fact in facts_of(state)
    }


def says(thing: type) -> str:
    """The docstring of a contract as one line. Empty when it has none."""
    return " ".join((thing.__doc__ or "").split())


@cache
def codes() -> dict[str, tuple[str, ...]]:
    """Every growing list of codes by `module.NAME`: the module constants that hold only texts."""
    states()
    found: dict[str, tuple[str, ...]] = {}
    for name in (*dict.fromkeys(topic.split(".")[0] for topic in states()), "waiting"):
        for constant, value in vars(importlib.import_module(f"schemas.{name}")).items():
            listed = _texts(value) if constant.isupper() else ()
            if listed:
                found[f"{name}.{constant}"] = listed
    return found


def published() -> dict[str, Schema]:
    """The JSON Schema of every contract by its name: each topic, ERASED and ENVELOPE."""
    models = states() | {ERASED: Erased}
    return {name: schema_of(model) for name, model in models.items()} | {ENVELOPE: HEADERS}


def schema_of(model: type[Contract]) -> Schema:
    """The JSON Schema of what is written, each field with the codes known for it."""
    return annotated(json.loads(_schema_of(model)))


@cache
def _schema_of(model: type[Contract]) -> str:
    """By pydantic, which takes ten milliseconds a model: as text, since whoever is given a schema may change it."""
    return json.dumps(model.model_json_schema(mode="serialization"))


def annotated(schema: Schema) -> Schema:
    """The same schema, changed in place: growing lists as `x-known-values`, no titles that repeat a field's name.

    A constant (`erased`) is what readers tell a state by, so it is always there.
    """
    for part in _parts(schema):
        for name, field in part.get("properties", {}).items():
            field.pop("title", None)
            if "const" in field and name not in part.setdefault("required", []):
                part["required"].append(name)
            known = known_values(field.get("description", ""))
            if known:
                field["x-known-values"] = list(known)
    return schema


def known_values(description: str) -> tuple[str, ...]:
    """The growing list that a field's description points to; empty when it points to none."""
    named = _LISTED.search(description)
    return _list_called(named[1]) if named else ()


def shape(schema: Schema) -> Schema:
    """Only what constrains: without words for people and without growing lists, so that wording is never a version."""
    bare: Schema = {key: value for key, value in schema.items() if key not in _WORDS and not key.startswith("x-")}
    for key in ("properties", "$defs"):
        if key in bare:
            bare[key] = {name: shape(part) for name, part in bare[key].items()}
    for key in ("anyOf", "oneOf", "prefixItems"):
        if key in bare:
            bare[key] = [shape(part) for part in bare[key]]
    if "required" in bare:
        bare["required"] = sorted(bare["required"])
    for key in ("items", "additionalProperties"):
        if isinstance(bare.get(key), dict):
            bare[key] = shape(bare[key])
    return bare


def topic_document(topic: str, version: int) -> Schema:
    """What schemas/published/<topic>.json holds. `version` is that of the newest edition in its history."""
    state, entry = states()[topic], plan()["topics"][topic]
    return _of_either(topic, version, schema_of(state), schema_of(Erased)) | {
        "description": says(state),
        "x-about-people": state.about_people,
        "x-events": [
            {
                "type": type_named(topic, fact.__name__),
                "name": fact.__name__,
                "says": says(fact),
                "carries": contract_of(fact)[0],
            }
            for fact in facts_of(state)
        ],
        "x-owner": entry["owner"],
        "x-readers": entry["readers"],
        "x-public": entry.get("public", False),
        "x-topic": topic,
        "x-version": version,
    }


def edition_document(topic: str, version: int) -> Schema:
    """The schema of the values of a topic as one edition had it. Raises KeyError for an edition that never was."""
    erased = editions(PUBLISHED, ERASED)
    return _of_either(topic, version, editions(PUBLISHED, topic)[version], erased[max(erased)])


def _of_either(topic: str, version: int, state: Schema, erased: Schema) -> Schema:
    """What a validator takes for each value on a topic: the state, or what is left of it.

    By what readers tell them by: whatever says `erased` is no state, also where a state could have so few fields.
    """
    called, gone = states()[topic].__name__, Erased.__name__
    parts = {called: {key: value for key, value in state.items() if key != "$defs"}, gone: erased}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:pln:{topic}:v{version}",
        "$defs": state.get("$defs", {}) | parts,
        "oneOf": [{"$ref": f"#/$defs/{called}", "not": {"required": ["erased"]}}, {"$ref": f"#/$defs/{gone}"}],
    }


def _texts(value: Any) -> tuple[str, ...]:
    """A tuple of texts, or the keys of a dictionary; empty for anything else."""
    held = tuple(cast("Iterable[Any]", value)) if isinstance(value, tuple | dict) else ()
    return held if all(isinstance(one, str) for one in held) else ()


def _list_called(name: str) -> tuple[str, ...]:
    found = [values for full, values in codes().items() if name in (full, full.split(".")[1])]
    if len(found) != 1:
        raise UnknownList(name)
    return found[0]


def _parts(schema: Schema) -> Iterator[Schema]:
    """A schema and everything inside it that is a schema."""
    yield schema
    inside: list[Any] = [*schema.get("properties", {}).values(), *schema.get("$defs", {}).values()]
    inside += [*schema.get("anyOf", []), *schema.get("oneOf", []), schema.get("items")]
    inside += [schema.get("additionalProperties")]
    for part in inside:
        if isinstance(part, dict):
            yield from _parts(part)  # pyright: ignore[reportUnknownArgumentType]
