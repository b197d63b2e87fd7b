"""What a service says to everybody: in full, the same on every host, read by the version before, and read from it."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from schemas.contracts import AnyFact, facts_of, states
from schemas.event import Erased, Erasure
from schemas.examples import example_of
from schemas.history import newest_edition
from services.chassis.base.settings import BadSettings, Settings
from services.chassis.kafka.decoding import Record, decode
from services.chassis.kafka.encoding import Encoder
from services.chassis.postgres.mirrors import Mirror
from services.chassis.postgres.transaction import new_id
from tests.schemas.reader_of_before import EnvelopeOfBefore, decoded_before
from tests.shape.each import of_each

FACTS = [fact for state in states().values() for fact in facts_of(state)]
NEEDED = {"PLN_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9"}


def settings(**given: str) -> Settings:
    return Settings(kafka_bootstrap_servers="127.0.0.1:9", **given)  # pyright: ignore[reportArgumentType]


def state_of(fact: AnyFact) -> Any:
    if issubclass(fact, Erasure):
        return Erased(id=new_id(), version=9)
    return fact.of.model_validate(example_of(fact.of.topic))


def row_of(fact: AnyFact) -> Any:
    state = state_of(fact)
    ids: dict[str, UUID] = {name: new_id() for name in ("event_id", "correlation_id")}
    about = {"topic": fact.of.topic, "type": fact.__name__, "key": state.id, "version": state.version}
    return {**ids, **about, "value": state.model_dump_json(), "happened_at": datetime.now(UTC), "traceparent": ""}


def record(fact: AnyFact, given: Settings) -> Record:
    owner = fact.of.topic.partition(".")[0]
    return Record(fact.of.topic, 0, 0, *Encoder(given, owner).record(row_of(fact)))


def attributes(of: Record) -> dict[str, str]:
    return {name: (value or b"").decode() for name, value in of.headers}


def test_an_event_names_the_network_what_happened_and_its_schema() -> None:
    said = attributes(record(states_first("matching.opportunity"), settings(base_url="https://leaders.example/")))
    assert said["ce_source"] == "https://leaders.example/matching"
    assert said["ce_type"] == "uk.patientnetwork.matching.opportunity.posted.v1"
    edition = newest_edition("matching.opportunity")
    schema = f"https://leaders.example/developers/published/matching.opportunity.v{edition}.json"
    assert said["ce_dataschema"] == schema


def states_first(topic: str) -> AnyFact:
    return facts_of(states()[topic])[0]


def test_a_network_keeps_its_name_when_its_pages_move() -> None:
    moved = settings(base_url="https://new.example", network_uri="urn:nhs:network:downland")
    said = attributes(record(states_first("payments.claim"), moved))
    assert said["ce_source"] == "urn:nhs:network:downland/payments"
    assert said["ce_dataschema"].startswith("https://new.example/developers/published/payments.claim.v")


@pytest.mark.parametrize(
    "wrong", ["leaders.example", "/matching", "https://leaders.example/", "https://a b", "a:b#c", ":"]
)
def test_what_is_no_absolute_uri_names_no_network(wrong: str) -> None:
    with pytest.raises(BadSettings, match="PLN_NETWORK_URI"):
        Settings.from_environment(NEEDED | {"PLN_NETWORK_URI": wrong})


@pytest.mark.parametrize(
    "wrong", ["leaders.example", "ftp://leaders.example", "https://", "https://a/?b", "https:///x"]
)
def test_what_is_no_address_of_pages_is_no_base_url(wrong: str) -> None:
    with pytest.raises(BadSettings, match="PLN_BASE_URL"):
        Settings.from_environment(NEEDED | {"PLN_BASE_URL": wrong})


@of_each(FACTS, lambda fact: fact.__name__)
def test_the_version_before_reads_what_is_written_now(fact: AnyFact) -> None:
    """What it keeps and acts on is the thing, its version, state and cause; it does not look at the type."""
    for types in ("full", "short"):
        said = record(fact, settings(event_types=types))
        envelope, state = decoded_before(said, fact.of)
        assert (str(state.id).encode(), state.version) == (said.key, envelope.version), types
    assert (envelope.type, envelope.source) == (fact.__name__, f"/{fact.of.topic.partition('.')[0]}")


@of_each(FACTS, lambda fact: fact.__name__)
def test_what_the_version_before_wrote_is_read_now_under_the_same_name(fact: AnyFact) -> None:
    row = row_of(fact)
    before = EnvelopeOfBefore(
        id=row["event_id"],
        type=fact.__name__,
        source="/test",
        time=row["happened_at"],
        subject=row["key"],
        version=row["version"],
        correlation_id=row["correlation_id"],
        traceparent="",
    )
    old = Record(fact.of.topic, 0, 0, str(row["key"]).encode(), before.headers(), row["value"].encode())
    new = record(fact, settings())
    for one in (old, new):
        read = decode(one, Mirror("test", fact.of))
        assert read
        assert read.envelope.name == fact.__name__, "restoring tells an erasure from a loss by it"


def test_an_event_of_a_later_version_that_waits_in_the_outbox_is_said_under_a_type_of_its_own() -> None:
    row = row_of(states_first("payments.claim")) | {"type": "ClaimCelebrated"}
    headers = dict(Encoder(settings(), "payments").record(row).headers)
    assert headers["ce_type"] == b"uk.patientnetwork.payments.claim.celebrated.v1"
