"""The network's events as one AsyncAPI 3.0.0 document: channels with their Kafka settings, who sends, who reads."""

from typing import Any

from pydantic.json_schema import models_json_schema

from schemas.compatibility import Schema
from schemas.contracts import ENVELOPE, ERASED, AnyFact, annotated, contract_of, facts_of, plan, says, states
from schemas.envelope import HEADERS
from schemas.event import Erased, type_named

KAFKA_BINDING = "0.5.0"
DOCUMENT_VERSION = "1.0.0"
"""Of the document, not of a topic: topics only change compatibly, and each says its own `x-version`."""
_ABOUT = (
    "What the services of the patient leadership network tell each other, and whoever else may read. One topic for "
    "each kind of thing, compacted: the newest record under a key is the public state of that thing, and the type of "
    "the event says why it was said. Order is the version's (`ce_aggregateversion`): a record whose version is not "
    "above the one that you have is a repetition. Once a day the newest record of each partition is said again, as it "
    "was, so that older ones can be compacted away. Readers ignore fields and take types that they do not know; lists "
    "of codes grow. What is left of a thing that was forgotten is a state of three fields, `id`, `version` and "
    "`erased`: erase what you have of it. Older versions wrote our own name of an event as its `ce_type`, and each day "
    "a record without a value under the key `roll`: skip that."
)
_UUID: Schema = {"type": "string", "format": "uuid"}


def document(versions: dict[str, int], examples: dict[str, Schema]) -> Schema:
    """The whole document. `versions`: the newest of each topic; `examples`: the golden example of each contract."""
    topics = list(states())
    facts = [fact for state in states().values() for fact in facts_of(state)]
    names, schemas = _schemas(examples)
    return {
        "asyncapi": "3.0.0",
        "id": "urn:pln:events",
        "info": {
            "title": "Patient leadership network: events",
            "version": DOCUMENT_VERSION,
            "description": _ABOUT,
            "license": {"name": "MIT", "url": "https://opensource.org/license/mit"},
            "tags": [{"name": owner} for owner in dict.fromkeys(topic.split(".")[0] for topic in topics)],
        },
        "defaultContentType": "application/json",
        "servers": {"kafka": _server()},
        "channels": {topic: _channel(topic, versions[topic]) for topic in topics},
        "operations": {name: entry for topic in topics for name, entry in _operations(topic).items()},
        "components": {
            "messages": {fact.__name__: _message(fact, names) for fact in facts},
            "schemas": schemas | {"Envelope": HEADERS | {"examples": [examples[ENVELOPE]]}},
        },
    }


def _schemas(examples: dict[str, Schema]) -> tuple[dict[str, str], dict[str, Schema]]:
    """The references to the payload schemas by contract (topic or erased), and every schema by name.

    A payload's example stands in its schema, once for all the events that carry it.
    """
    models = states() | {ERASED: Erased}
    keys, everything = models_json_schema(
        [(model, "serialization") for model in models.values()], ref_template="#/components/schemas/{model}"
    )
    names = {name: keys[model, "serialization"]["$ref"] for name, model in models.items()}
    schemas = annotated(everything)["$defs"]
    for name, reference in names.items():
        schemas[reference.rsplit("/", 1)[1]]["examples"] = [examples[name]]
    return names, schemas


def _server() -> Schema:
    return {
        "host": "{bootstrap}",
        "protocol": "kafka",
        "description": "Whoever runs the network says where its Kafka is.",
        "variables": {"bootstrap": {"default": "127.0.0.1:9092", "description": "host and port of a broker"}},
    }


def _channel(topic: str, version: int) -> Schema:
    state, entry = states()[topic], plan()["topics"][topic]
    return {
        "address": topic,
        "title": state.__name__,
        "description": says(state),
        "messages": {fact.__name__: {"$ref": f"#/components/messages/{fact.__name__}"} for fact in facts_of(state)},
        "bindings": {
            "kafka": {
                "topic": topic,
                "partitions": plan()["partitions"],
                "replicas": plan()["replication"],
                "topicConfiguration": plan()["class"] | {"cleanup.policy": [plan()["class"]["cleanup.policy"]]},
                "bindingVersion": KAFKA_BINDING,
            }
        },
        "tags": [{"name": entry["owner"]}],
        "x-owner": entry["owner"],
        "x-readers": entry["readers"],
        "x-public": entry.get("public", False),
        "x-version": version,
        "x-schema": f"/developers/published/{topic}.v{version}.json",
    }


def _operations(topic: str) -> dict[str, Schema]:
    """The owner sends, each reader receives as a consumer group of its own name."""
    state, entry = states()[topic], plan()["topics"][topic]
    messages = [{"$ref": f"#/channels/{topic}/messages/{fact.__name__}"} for fact in facts_of(state)]
    about: Schema = {"channel": {"$ref": f"#/channels/{topic}"}, "messages": messages}
    found: dict[str, Schema] = {
        f"{entry['owner']}.sends.{topic}": about
        | {"action": "send", "summary": f"{entry['owner']} says what happened to each {state.__name__}."}
    }
    for reader in entry["readers"]:
        group: dict[str, Any] = {"groupId": {"type": "string", "enum": [reader]}, "bindingVersion": KAFKA_BINDING}
        found[f"{reader}.receives.{topic}"] = about | {
            "action": "receive",
            "summary": f"{reader} keeps the newest state of each {state.__name__}.",
            "bindings": {"kafka": group},
        }
    return found


def _message(fact: AnyFact, names: dict[str, str]) -> Schema:
    return {
        "name": fact.__name__,
        "title": fact.__name__,
        "summary": says(fact),
        "contentType": "application/json",
        "headers": {
            "type": "object",
            "allOf": [{"$ref": "#/components/schemas/Envelope"}],
            "properties": {"ce_type": {"enum": [type_named(fact.of.topic, fact.__name__), fact.__name__]}},
        },
        "payload": {"$ref": names[contract_of(fact)[0]]},
        "correlationId": {"location": "$message.header#/ce_correlationid"},
        "bindings": {"kafka": {"key": _UUID, "bindingVersion": KAFKA_BINDING}},
    }
