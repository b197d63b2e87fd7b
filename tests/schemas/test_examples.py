"""Every golden example that was ever published can be read by the code of today, and nothing in it is lost."""

import json
from pathlib import Path
from typing import Any

import pytest

from schemas.contracts import ENVELOPE, ERASED, states, types
from schemas.event import FACTS, Envelope
from schemas.examples import example_of, losses, model_of, written_again
from schemas.history import editions
from schemas.publish import FOLDER
from tests.shape.each import of_each

EXAMPLES = sorted((FOLDER / "examples").glob("*/v*.json"))
CONTRACTS = [*states(), ERASED, ENVELOPE]
UNKNOWN = {"said_by_a_later_version": "something"}


def named(path: Path) -> str:
    return f"{path.parent.name} {path.stem}"


def held(path: Path) -> tuple[str, dict[str, Any]]:
    """The name of the contract, and the example."""
    return path.parent.name, json.loads(path.read_text())


def newest(name: str) -> dict[str, Any]:
    number = max(editions(FOLDER, name))
    return held(FOLDER / f"examples/{name}/v{number}.json")[1]


def nothing_in(value: Any, at: str) -> list[str]:
    """Where a value has none, an empty text or an empty list."""
    if isinstance(value, dict):
        return [where for name, part in value.items() for where in nothing_in(part, f"{at}.{name}")]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, list) and value:
        return [where for part in value for where in nothing_in(part, f"{at}[]")]  # pyright: ignore[reportUnknownVariableType]
    return [at] if value in (None, "", []) else []


@of_each(EXAMPLES, named)
def test_current_code_reads_and_writes_it_whole(path: Path) -> None:
    name, example = held(path)
    assert losses(example, written_again(model_of(name), example)) == []


@of_each(EXAMPLES, named)
def test_what_nobody_knows_yet_is_ignored(path: Path) -> None:
    name, example = held(path)
    assert written_again(model_of(name), example | UNKNOWN) == written_again(model_of(name), example)


@of_each(EXAMPLES, named)
def test_what_its_edition_does_not_require_may_be_left_out(path: Path) -> None:
    name, example = held(path)
    edition = editions(FOLDER, name)[int(path.stem.removeprefix("v"))]
    least = {field: example[field] for field in edition["required"]}
    assert losses(least, written_again(model_of(name), least)) == []


@of_each(CONTRACTS, str)
def test_every_edition_has_one_example(name: str) -> None:
    kept = {path.name for path in (FOLDER / "examples" / name).iterdir()}
    assert kept == {f"v{number}.json" for number in editions(FOLDER, name)}


@of_each(CONTRACTS, str)
def test_the_example_of_the_newest_edition_shows_every_field(name: str) -> None:
    example = newest(name)
    assert written_again(model_of(name), example) == example, "a field is shown only by its default"
    assert nothing_in(example, name) == []


@of_each(CONTRACTS, str)
def test_an_example_can_be_made_of_every_contract_shows_every_field_and_is_the_same_each_time(name: str) -> None:
    made = example_of(name)
    assert made == example_of(name)
    assert written_again(model_of(name), made) == made
    assert nothing_in(made, name) == []


def test_the_example_of_the_envelope_is_about_the_example_of_its_state() -> None:
    headers = newest(ENVELOPE)
    fact = FACTS[types()[headers["ce_type"]]]
    state = newest(fact.of.topic)
    assert headers["ce_source"] == f"https://network.example/{fact.of.topic.split('.')[0]}"
    assert f"/{fact.of.topic}.v" in headers["ce_dataschema"]
    assert (headers["ce_subject"], headers["ce_aggregateversion"]) == (state["id"], str(state["version"]))


def test_nothing_but_the_examples_of_contracts_is_kept() -> None:
    assert sorted(path.name for path in (FOLDER / "examples").iterdir()) == sorted(CONTRACTS)


def test_an_envelope_without_what_is_required_is_no_envelope() -> None:
    headers = newest(ENVELOPE)
    for name in editions(FOLDER, ENVELOPE)[1]["required"]:
        if name.startswith("ce_"):
            rest = [(key, value.encode()) for key, value in headers.items() if key != name]
            with pytest.raises(KeyError, match=name):
                Envelope.read(rest)
