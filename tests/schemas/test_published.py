"""What publishing does to the folder: it adds, it never rewrites an edition or an example, it refuses what breaks."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from schemas import contracts, publish
from schemas.event import FACTS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with everything published for the first time."""
    publish.write(publish.differences(tmp_path), tmp_path)
    return tmp_path


def change(path: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    held = json.loads(path.read_text())
    edit(held)
    path.write_text(json.dumps(held))


def test_publishing_twice_changes_nothing(folder: Path) -> None:
    assert publish.differences(folder) == []
    assert publish.refusals(folder) == []


def test_a_file_that_differs_or_is_missing_is_named(folder: Path) -> None:
    change(folder / "matching.match.json", lambda held: held.update(title="Other"))
    (folder / "asyncapi.json").unlink()
    (folder / "examples/matching.match/v1.json").unlink()
    (folder / "nobody.says_this.json").write_text("{}")
    named = ["asyncapi.json", "examples/matching.match/v1.json", "matching.match.json", "nobody.says_this.json"]
    assert publish.differences(folder) == named
    publish.write(named, folder)
    assert publish.differences(folder) == []


def test_a_compatible_change_adds_an_edition_and_one_example(folder: Path) -> None:
    first = folder / "history/matching.match/v1.json"
    change(first, lambda held: held["properties"].pop("ended_at"))
    kept, example = first.read_text(), (folder / "examples/matching.match/v1.json").read_text()
    before = set(folder.rglob("*.json"))
    assert publish.refusals(folder) == []
    publish.write(publish.differences(folder), folder)
    assert (first.read_text(), (folder / "examples/matching.match/v1.json").read_text()) == (kept, example)
    new = {folder / "history/matching.match/v2.json", folder / "examples/matching.match/v2.json"}
    assert set(folder.rglob("*.json")) - before == new, "what an erasure carries did not change"
    assert json.loads((folder / "matching.match.json").read_text())["x-version"] == 2
    assert publish.differences(folder) == []


def test_an_edition_costs_the_lines_of_its_new_field(folder: Path) -> None:
    first = folder / "history/matching.match/v1.json"
    change(first, lambda held: held["$defs"]["Waiting"]["properties"].pop("role"))
    publish.write(publish.differences(folder), folder)
    role = {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None}
    added = json.loads((folder / "history/matching.match/v2.json").read_text())
    assert added == {"adds": {"$defs": {"Waiting": {"properties": {"role": role}}}}}


def test_contracts_that_lose_a_value_of_an_example_are_refused(folder: Path) -> None:
    example = folder / "examples/matching.match/v1.json"
    change(example, lambda held: held["waiting"][0].update(urgency="high"))
    assert publish.refusals(folder) == ["examples/matching.match/v1.json: waiting[0].urgency is gone"]


def test_contracts_that_cannot_read_an_example_are_refused(folder: Path) -> None:
    change(folder / "examples/matching.match/v1.json", lambda held: held["waiting"][0].pop("what"))
    change(folder / "examples/envelope/v1.json", lambda held: held.update(ce_specversion="2.0"))
    assert publish.refusals(folder) == [
        "examples/matching.match/v1.json: waiting.0.what: Field required",
        "examples/envelope/v1.json: current code cannot read it: ValueError('CloudEvents version 2.0 is not 1.0')",
    ]
    assert publish.main([], folder) == 1


def test_a_value_that_fits_into_a_line_is_a_line() -> None:
    short = {"b": [1, 2], "a": {"c": None}}
    assert publish.as_text(short) == '{"a": {"c": null}, "b": [1, 2]}'
    long: dict[str, Any] = {"name": "é" * 60, "list": ["x" * 60, {}, ["y" * 60, "z" * 60]]}
    text = publish.as_text({"held": long})
    assert json.loads(text) == {"held": long}
    assert max(len(line) for line in text.splitlines()) <= publish.LINE
    assert '      "' + "x" * 60 + '",\n      {},' in text


def test_no_line_of_what_is_published_is_longer_than_needed(folder: Path) -> None:
    for path in folder.rglob("*.json"):
        assert path.read_text() == publish.as_text(json.loads(path.read_text())) + "\n", path


def test_every_earlier_edition_counts_not_only_the_newest(folder: Path) -> None:
    history = folder / "history/matching.match"
    (history / "v2.json").write_text((history / "v1.json").read_text())
    change(history / "v1.json", lambda held: held["properties"].update(reasons={"type": "string"}))
    assert publish.refusals(folder) == [
        "matching.match v1: reasons: is gone (removed or renamed) (new states, earlier readers)"
    ]


def test_a_code_that_was_published_stays(folder: Path) -> None:
    change(folder / "codes.json", lambda held: held["recruitment.RUNGS"].append("chair"))
    assert publish.refusals(folder) == ["recruitment.RUNGS: the code 'chair' is gone, and states with it are not"]


def test_new_words_for_people_are_no_new_edition(folder: Path) -> None:
    schema = contracts.schema_of(contracts.states()["matching.match"])
    reworded = schema | {"description": "Other words.", "x-known-values": ["new"]}
    assert contracts.shape(reworded) == contracts.shape(schema)


def test_a_field_may_be_called_title_or_description() -> None:
    fields = {"title": {"type": "string", "title": "Title"}, "description": {"type": "string"}}
    assert contracts.shape({"type": "object", "properties": fields})["properties"].keys() == fields.keys()


def test_the_check_names_what_differs_and_ends_with_1(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert publish.main(["--check"], folder) == 0
    (folder / "codes.json").unlink()
    assert publish.main(["--check"], folder) == 1
    assert capsys.readouterr().out.endswith("\n  codes.json\n")
    assert publish.main([], folder) == 0
    assert publish.main(["--check"], folder) == 0


def test_nothing_is_written_when_a_reader_would_break(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(folder / "history/matching.match/v1.json", lambda held: held["required"].remove("matched_at"))
    before = (folder / "asyncapi.json").read_text()
    (folder / "codes.json").unlink()
    assert publish.main([], folder) == 1
    assert "matching.match v1: matched_at: may be missing where it is expected" in capsys.readouterr().out
    assert not (folder / "codes.json").exists()
    assert (folder / "asyncapi.json").read_text() == before


def test_a_description_that_points_to_no_list_is_refused() -> None:
    with pytest.raises(contracts.UnknownList):
        contracts.known_values("see NO_SUCH_LIST (a growing list)")
    assert contracts.known_values("see schemas.recruitment.RUNGS")[0] == "feedback"
    assert contracts.known_values("in plain words") == ()


def test_the_asyncapi_document_says_every_event_and_who_sends_and_reads_it(folder: Path) -> None:
    document = json.loads((folder / "asyncapi.json").read_text())
    ours = {name for name, fact in FACTS.items() if fact.__module__.startswith("schemas.")}
    assert document["asyncapi"] == "3.0.0"
    assert document["components"]["messages"].keys() == ours
    topics: dict[str, Any] = contracts.plan()["topics"]
    assert document["channels"].keys() == topics.keys()
    pairs = {
        (name.split(".")[0], entry["action"], entry["channel"]["$ref"])
        for name, entry in document["operations"].items()
    }
    sends = {(topic["owner"], "send", f"#/channels/{name}") for name, topic in topics.items()}
    reads = {(who, "receive", f"#/channels/{name}") for name, topic in topics.items() for who in topic["readers"]}
    assert pairs == sends | reads
    schemas = document["components"]["schemas"]
    assert schemas["Match"]["examples"] == [json.loads((folder / "examples/matching.match/v1.json").read_text())]
    assert schemas["Envelope"]["examples"] == [json.loads((folder / "examples/envelope/v1.json").read_text())]
    kafka = document["channels"]["matching.match"]["bindings"]["kafka"]
    assert kafka["topicConfiguration"]["cleanup.policy"] == ["compact"]
    assert kafka["partitions"] == contracts.plan()["partitions"]


def references(part: Any) -> list[str]:
    """Every `$ref` in a document."""
    if isinstance(part, dict):
        held = cast("dict[str, Any]", part)
        return [*([held["$ref"]] if "$ref" in held else []), *references(list(held.values()))]
    return [found for one in cast("list[Any]", part) for found in references(one)] if isinstance(part, list) else []


def test_every_reference_in_the_asyncapi_document_leads_somewhere(folder: Path) -> None:
    document = json.loads((folder / "asyncapi.json").read_text())

    for reference in references(document):
        at = document
        for step in reference.removeprefix("#/").split("/"):
            at = at[step]
