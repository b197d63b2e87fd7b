"""What events are called outside: one type each, for ever, which leads back to our own name."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from schemas import contracts, publish
from schemas.contracts import facts_of, states
from schemas.event import FACTS, NAMES, STATES, Envelope, Event, State, type_named
from schemas.event_types import type_of


@pytest.mark.parametrize(
    ("topic", "state", "name", "expected"),
    [
        ("matching.opportunity", "Opportunity", "OpportunityPosted", "matching.opportunity.posted.v1"),
        ("identity.account", "Account", "MembershipGranted", "identity.account.membership_granted.v1"),
        ("payments.claim", "Claim", "ClaimToApproveAgain", "payments.claim.to_approve_again.v1"),
        ("payments.details_change", "DetailsChange", "DetailsChanged", "payments.details_change.details_changed.v1"),
        ("payments.claim.v2", "Claim", "ClaimPaid", "payments.claim.paid.v2"),
    ],
)
def test_a_type_is_made_of_the_topic_and_what_happened(topic: str, state: str, name: str, expected: str) -> None:
    assert type_of(topic, state, name) == f"uk.patientnetwork.{expected}"


def test_every_event_has_a_type_of_its_own_which_leads_back_to_it() -> None:
    facts = [fact for state in states().values() for fact in facts_of(state)]
    assert len(contracts.types()) == len(facts)
    for its_type, name in contracts.types().items():
        assert NAMES[its_type] == name
        assert type_named(FACTS[name].of.topic, name) == its_type


@pytest.fixture
def registries() -> Iterator[None]:
    """What a test declares is forgotten after it: other tests ask what there is."""
    known = [(one, dict(one)) for one in (STATES, FACTS, NAMES)]
    yield
    for one, before in known:
        one.clear()
        cast("dict[str, Any]", one).update(before)


@pytest.mark.usefixtures("registries")
def test_two_events_of_one_type_are_refused() -> None:
    class Lamp(State, topic="test.lamp"):
        """Only here."""

    class LampLit(Event[Lamp]):  # pyright: ignore[reportUnusedClass]
        """It burns."""

    with pytest.raises(TypeError, match="LampLit"):

        class Lit(Event[Lamp]):  # pyright: ignore[reportUnusedClass]
            """As well."""


@pytest.mark.parametrize("written", ["uk.patientnetwork.payments.claim.paid.v1", "ClaimPaid"])
def test_both_forms_of_a_type_are_read_as_the_same_name_and_written_again_as_they_were(written: str) -> None:
    example = json.loads((publish.FOLDER / "examples/envelope/v1.json").read_text()) | {"ce_type": written}
    envelope = Envelope.read([(name, value.encode()) for name, value in example.items()])
    assert envelope.name == "ClaimPaid"
    assert ("ce_type", written.encode()) in envelope.headers()


def test_a_type_that_nobody_knows_yet_is_its_own_name() -> None:
    example = json.loads((publish.FOLDER / "examples/envelope/v2.json").read_text())
    example["ce_type"] = "uk.patientnetwork.payments.claim.celebrated.v1"
    read = Envelope.read([(name, value.encode()) for name, value in example.items()])
    assert read.name == "uk.patientnetwork.payments.claim.celebrated.v1"


def test_a_type_that_was_published_stays_with_its_name(tmp_path: Path) -> None:
    publish.write(publish.differences(tmp_path), tmp_path)
    kept = json.loads((tmp_path / "types.json").read_text())
    framed = "uk.patientnetwork.payments.claim.framed.v1"
    (tmp_path / "types.json").write_text(json.dumps(kept | {framed: "ClaimFramed"}))
    assert publish.refusals(tmp_path) == [
        f"{framed}: it is no longer ClaimFramed, and records of that type are still read"
    ]
