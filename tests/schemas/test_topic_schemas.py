"""One schema a topic, which a foreign validator fits on every value there: states of any edition, and erasures."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemas.contracts import edition_document, states, topic_document
from schemas.history import PUBLISHED, editions, newest_edition
from tests.shape.each import of_each

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

TOPICS = [*states()]
ERASED = json.loads((PUBLISHED / "examples/erased/v1.json").read_text())
EXAMPLES = sorted(path for path in (PUBLISHED / "examples").glob("*/v*.json") if path.parent.name in TOPICS)


def validator(schema: dict[str, Any]) -> "Draft202012Validator":
    from jsonschema import Draft202012Validator  # two seconds of each worker, for one file

    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def published(topic: str) -> "Draft202012Validator":
    return validator(json.loads((PUBLISHED / f"{topic}.json").read_text()))


@of_each(TOPICS, str)
def test_it_fits_what_is_left_of_a_thing_and_the_least_and_the_most_that_a_state_can_be(topic: str) -> None:
    schema, edition = published(topic), editions(PUBLISHED, topic)[newest_edition(topic)]
    most = json.loads((PUBLISHED / f"examples/{topic}/v{newest_edition(topic)}.json").read_text())
    for value in (ERASED, most, {name: most[name] for name in edition["required"]}, most | {"of_tomorrow": [1]}):
        assert [error.message for error in schema.iter_errors(value)] == []


@of_each(TOPICS, str)
def test_it_fits_nothing_else(topic: str) -> None:
    schema = published(topic)
    most = json.loads((PUBLISHED / f"examples/{topic}/v{newest_edition(topic)}.json").read_text())
    required = editions(PUBLISHED, topic)[newest_edition(topic)]["required"]
    wrong: list[Any] = [None, {}, [], most | {"version": 0}, most | {"id": "x"}, ERASED | {"erased": False}]
    for value in wrong:
        assert not schema.is_valid(value), value
    for name in required:
        assert not schema.is_valid({key: value for key, value in most.items() if key != name}), name


@of_each(EXAMPLES, lambda path: f"{path.parent.name} {path.stem}")
def test_every_example_fits_the_schema_of_its_edition_and_of_each_later_one(path: Path) -> None:
    topic, first = path.parent.name, int(path.stem.removeprefix("v"))
    for number in range(first, newest_edition(topic) + 1):
        schema = validator(edition_document(topic, number))
        assert [error.message for error in schema.iter_errors(json.loads(path.read_text()))] == [], number
        assert schema.is_valid(ERASED)


@of_each(TOPICS, str)
def test_the_newest_edition_by_its_history_asks_just_what_is_published(topic: str) -> None:
    number = newest_edition(topic)
    told, said = edition_document(topic, number), topic_document(topic, number)
    assert told["$id"] == said["$id"] == f"urn:pln:{topic}:v{number}"
    assert told["oneOf"] == said["oneOf"]
    assert told["$defs"].keys() == said["$defs"].keys()
