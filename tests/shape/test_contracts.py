"""The published contracts are those of the code; topics, owners and readers are those of deploy/kafka/topics.yaml."""

import importlib
import inspect
from pathlib import Path
from typing import Any

import pytest

from schemas import publish
from schemas.contracts import ENVELOPE, ERASED, facts_of, plan, says, states
from schemas.event import FACTS, STATES, Erasure, State

ROOT = Path(__file__).parents[2]
TOPICS: dict[str, dict[str, Any]] = plan()["topics"]
SERVICES = sorted(
    path.parent.name for path in (ROOT / "services").glob("*/service.py") if path.parent.name != "chassis"
)


def ours(thing: type) -> bool:
    """Tests declare states of their own; those are not contracts."""
    return thing.__module__.startswith("schemas.")


def test_what_is_published_is_what_the_contracts_say() -> None:
    assert publish.differences() == [], "run `make schemas`"


def test_nothing_breaks_a_reader_of_any_earlier_edition() -> None:
    assert publish.refusals() == []


def test_whatever_is_in_history_still_has_its_contract() -> None:
    kept = {path.name for path in (publish.FOLDER / "history").iterdir()}
    assert kept == {*TOPICS, ERASED, ENVELOPE}


def test_every_state_has_a_topic_in_the_plan_and_every_topic_a_state() -> None:
    states()
    assert {topic for topic, state in STATES.items() if ours(state)} == TOPICS.keys()


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_is_named_after_its_owner_who_publishes_it_in_its_own_module(topic: str) -> None:
    assert topic.split(".")[0] == TOPICS[topic]["owner"]
    assert is_of(states()[topic], TOPICS[topic]["owner"])


def is_of(contract: type, owner: str) -> bool:
    """It stands in the owner's module, or in one for a noun of it, as `schemas.recruitment_duplicate`."""
    return f"{contract.__module__}_".startswith(f"schemas.{owner}_")


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_is_read_by_somebody_or_says_why_not(topic: str) -> None:
    assert bool(TOPICS[topic]["readers"] or TOPICS[topic].get("public")) != bool(TOPICS[topic].get("unread"))
    assert set(TOPICS[topic]["readers"]) <= {entry["owner"] for entry in TOPICS.values()}


def test_only_matching_and_engagements_may_read_the_profile() -> None:
    assert set(TOPICS["recruitment.profile"]["readers"]) == {"matching", "engagements"}


@pytest.mark.parametrize("state", states().values(), ids=lambda state: state.__name__)
def test_a_state_is_explained_can_be_restated_lost_and_erased_when_it_is_about_people(state: type[State]) -> None:
    facts = facts_of(state)
    assert says(state)
    assert [fact.__name__ for fact in facts if not says(fact)] == []
    assert f"{state.__name__}Restated" in [fact.__name__ for fact in facts]
    erasures = [fact.__name__ for fact in facts if issubclass(fact, Erasure)]
    erased = [f"{state.__name__}Erased"] if state.about_people else []
    assert erasures == [f"{state.__name__}Lost", *erased]


def test_every_event_belongs_to_the_module_of_its_state() -> None:
    states()
    assert [name for name, fact in FACTS.items() if ours(fact) and fact.__module__ != fact.of.__module__] == []


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_publishes_what_it_owns_and_keeps_what_it_may_read(name: str) -> None:
    service = importlib.import_module(f"services.{name}.service").service
    owned = {topic for topic, entry in TOPICS.items() if entry["owner"] == name}
    allowed = {topic for topic, entry in TOPICS.items() if name in entry["readers"]}
    assert set(service.topics) == owned, "restate.py and owners in topics.yaml"
    assert set(service.reactions.mirrors) == allowed, "mirrors in reactions.py and readers in topics.yaml"


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_can_say_again_whatever_it_owns(name: str) -> None:
    service = importlib.import_module(f"services.{name}.service").service
    assert len(service.topics) == len(set(service.topics))
    for owned in service.owned:
        names = (owned.restated.__name__, owned.lost.__name__)
        assert names == (f"{owned.restated.of.__name__}Restated", f"{owned.lost.of.__name__}Lost")
        assert owned.lost.of is owned.restated.of


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_says_what_it_does_when_a_person_is_forgotten(name: str) -> None:
    reactions = importlib.import_module(f"services.{name}.service").service.reactions
    forgets = {reaction.mirror.of.topic for reaction in reactions.named.values() if reaction.mirror and reaction.erased}
    assert {topic for topic, mirror in reactions.mirrors.items() if mirror.of.about_people} <= forgets


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_emits_only_its_own_events(name: str) -> None:
    for path in (ROOT / "services" / name).rglob("*.py"):
        module = importlib.import_module(
            ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        )
        used = [thing for _, thing in inspect.getmembers(module, inspect.isclass) if thing in FACTS.values()]
        assert [fact.__name__ for fact in used if not is_of(fact, name)] == [], path
