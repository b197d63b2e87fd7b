"""Every golden example that was ever published can be read by the code of today, and nothing in it is lost."""

import json
from pathlib import Path
from typing import Any

import pytest

from schemas.contracts import facts_of, states
from schemas.event import Envelope, Erased, State
from schemas.examples import example_of
from schemas.publish import FOLDER

EXAMPLES = sorted((FOLDER / "examples").glob("*/v*.json"))
FACTS_OF_OURS = [fact for state in states().values() for fact in facts_of(state)]


def named(path: Path) -> str:
    return f"{path.parent.name} {path.stem}"


def read(record: dict[str, Any], **unknown: Any) -> State | Erased:
    """As a service reads a record: an erasure by its field, everything else by its topic."""
    model = Erased if "erased" in record["value"] else states()[record["topic"]]
    return model.model_validate_json(json.dumps(record["value"] | unknown))


@pytest.mark.parametrize("path", EXAMPLES, ids=named)
def test_current_code_reads_it_whole(path: Path) -> None:
    record = json.loads(path.read_text())
    envelope = Envelope.read([(name, value.encode()) for name, value in record["headers"].items()])
    state = read(record)
    assert envelope.type == path.parent.name
    assert (str(state.id), state.version) == (record["key"], envelope.version)
    assert envelope.subject == state.id
    assert state.model_dump(mode="json") | record["value"] == state.model_dump(mode="json")


@pytest.mark.parametrize("path", EXAMPLES, ids=named)
def test_a_field_that_nobody_knows_yet_is_ignored(path: Path) -> None:
    record = json.loads(path.read_text())
    assert read(record, said_by_a_later_version={"a": [1]}) == read(record)


def test_the_envelope_of_an_example_is_written_as_it_was_read() -> None:
    record = json.loads(EXAMPLES[0].read_text())
    written = {name: value.decode() for name, value in _envelope(record).headers()}
    assert written == record["headers"]


@pytest.mark.parametrize("fact", FACTS_OF_OURS, ids=lambda fact: fact.__name__)
def test_an_example_can_be_made_of_every_event_and_is_the_same_each_time(fact: Any) -> None:
    assert example_of(fact) == example_of(fact)
    assert example_of(fact)["headers"]["ce_type"] == fact.__name__


def test_an_example_restated_shows_every_field() -> None:
    fact = next(fact for fact in FACTS_OF_OURS if fact.__name__ == "OpportunityRestated")
    assert [name for name, value in example_of(fact)["value"].items() if value in (None, [])] == []


def _envelope(record: dict[str, Any]) -> Envelope:
    return Envelope.read([(name, value.encode()) for name, value in record["headers"].items()])
