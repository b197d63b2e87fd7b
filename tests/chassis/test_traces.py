"""What is part of what: a stranger's trace is taken over if it is one, and each hop of it has a span of its own.

The cases of the header are those of the W3C's own test suite (github.com/w3c/trace-context, test/test.py).
"""

import pytest
import structlog
from starlette.requests import Request

from schemas.engagements import Intake
from schemas.matching import Opportunity
from services.chassis.base.cause import Hop, next_hop
from services.chassis.http.request import fresh_cause
from services.chassis.kafka.decoding import Record
from services.chassis.kafka.encoding import Encoder
from services.chassis.postgres.transaction import Transaction
from services.engagements.commands import system
from tests.matching.world import a_trust, draft
from tests.support import Connected

TRACE, SPAN = "12345678901234567890123456789012", "1234567890123456"
GOOD = f"00-{TRACE}-{SPAN}-01"
CONTINUED = {
    "as it is": [GOOD],
    "not sampled": [f"00-{TRACE}-{SPAN}-00"],
    "a later version": [f"cc-{TRACE}-{SPAN}-01"],
    "a later version that says more": [f"cc-{TRACE}-{SPAN}-01-what-the-future-will-be-like"],
    "a space before": [f" {GOOD}"],
    "a tab before": [f"\t{GOOD}"],
    "a space behind": [f"{GOOD} "],
    "a tab behind": [f"{GOOD}\t"],
    "both": [f"\t {GOOD} \t"],
    "flags that nobody knows": [f"00-{TRACE}-{SPAN}-ff"],
}
RESTARTED = {
    "none": [],
    "two": [f"00-{TRACE[:-1]}1-{SPAN}-01", GOOD],
    "twice the same": [GOOD, GOOD],
    "version 00 with more behind": [f"{GOOD}."],
    "version 00 that says more": [f"{GOOD}-what-the-future-will-be-like"],
    "a later version with nonsense behind": [f"cc-{TRACE}-{SPAN}-01.what-the-future-will-be-like"],
    "version ff": [f"ff-{TRACE}-{SPAN}-01"],
    "a version of other characters": [f".0-{TRACE}-{SPAN}-01"],
    "a version that ends in others": [f"0.-{TRACE}-{SPAN}-01"],
    "a version of three": [f"000-{TRACE}-{SPAN}-01"],
    "a version of four": [f"0000-{TRACE}-{SPAN}-01"],
    "a version of one": [f"0-{TRACE}-{SPAN}-01"],
    "a trace of zeros": [f"00-{'0' * 32}-{SPAN}-01"],
    "a trace of other characters": [f"00-.{TRACE[1:]}-{SPAN}-01"],
    "a trace that ends in others": [f"00-{TRACE[:-1]}.-{SPAN}-01"],
    "a trace too long": [f"00-{TRACE}3-{SPAN}-01"],
    "a trace too short": [f"00-{TRACE[:-1]}-{SPAN}-01"],
    "capitals": [f"00-{'A' * 32}-{SPAN}-01"],
    "a span of zeros": [f"00-{TRACE}-{'0' * 16}-01"],
    "a span of other characters": [f"00-{TRACE}-.{SPAN[1:]}-01"],
    "a span that ends in others": [f"00-{TRACE}-{SPAN[:-1]}.-01"],
    "a span too long": [f"00-{TRACE}-{SPAN}7-01"],
    "a span too short": [f"00-{TRACE}-{SPAN[:-1]}-01"],
    "capitals in the span": [f"00-{TRACE}-{'B' * 16}-01"],
    "flags of other characters": [f"00-{TRACE}-{SPAN}-.0"],
    "flags that end in others": [f"00-{TRACE}-{SPAN}-0."],
    "flags too long": [f"00-{TRACE}-{SPAN}-001"],
    "flags too short": [f"00-{TRACE}-{SPAN}-1"],
    "a line behind": [f"{GOOD}\n"],
    "digits of another script": [f"00-{'٣' * 32}-{SPAN}-01"],
    "without end": [f"cc-{TRACE}-{SPAN}-01-{'x' * 60_000}"],
}


def came_with(*traceparents: str, name: str = "traceparent") -> Hop:
    headers = [(name.lower().encode(), value.encode()) for value in traceparents]
    return fresh_cause(Request({"type": "http", "headers": headers})).hop


def check_is_valid(hop: Hop) -> None:
    """What is handed on is of version 00, and whoever gets it can go on from it."""
    assert hop.traceparent.startswith("00-")
    assert len(hop.traceparent) == 55
    assert next_hop(hop.traceparent).parent == hop.span_id


@pytest.mark.parametrize("said", CONTINUED.values(), ids=list(CONTINUED))
def test_a_trace_from_outside_goes_on_with_a_span_of_our_own(said: list[str]) -> None:
    hop = came_with(*said)
    check_is_valid(hop)
    assert (hop.trace_id, hop.parent) == (TRACE, SPAN)
    assert hop.span_id != SPAN


@pytest.mark.parametrize("said", RESTARTED.values(), ids=list(RESTARTED))
def test_what_is_no_trace_is_replaced_by_a_new_one(said: list[str]) -> None:
    hop = came_with(*said)
    check_is_valid(hop)
    assert hop.trace_id not in "".join(said)
    assert hop.parent == ""


@pytest.mark.parametrize("name", ["trace-parent", "trace.parent", "traceparent1"])
def test_another_header_is_none_of_a_trace(name: str) -> None:
    assert came_with(GOOD, name=name).trace_id != TRACE


@pytest.mark.parametrize(("came", "goes"), [("00", "00"), ("01", "01"), ("02", "02"), ("03", "03"), ("ff", "03")])
def test_flags_that_the_standard_knows_are_handed_on_and_others_are_not(came: str, goes: str) -> None:
    assert next_hop(f"00-{TRACE}-{SPAN}-{came}").traceparent.endswith(f"-{goes}")
    later = "01" if int(came, 16) & 1 else "00"
    assert next_hop(f"cc-{TRACE}-{SPAN}-{came}").traceparent.endswith(f"-{later}")


def test_each_hop_after_the_same_one_has_another_span() -> None:
    assert len({next_hop(GOOD).span_id for _ in range(20)}) == 20
    assert len({next_hop().trace_id for _ in range(20)}) == 20


async def test_a_trace_goes_through_the_services_and_each_hop_follows_the_one_before(
    matching: Connected, engagements: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A foreign program posts an opportunity, which owes matching a fan-out; engagements keeps an intake of it."""
    logged = note_what_logs_say(monkeypatch)
    _, staff = await a_trust(matching)
    foreign = {"traceparent": GOOD, "tracestate": "congo=a-name-of-somebody"}
    async with matching.api(staff) as api:
        body = draft().model_dump(mode="json")
        assert (await api.post("/organisations/RX2/opportunities", json=body, headers=foreign)).status_code == 201
    [posted] = await records(matching, Opportunity.topic)
    first = next_hop(said_by(posted))
    assert first.trace_id == TRACE
    async with matching.transaction() as tx:
        owed = await tx.fetchval("select traceparent from due where reaction = 'tell_next'")
    assert next_hop(owed).parent == first.parent, "what the request owes has the request's span before it"
    await engagements.app.inbox.take([posted])
    await engagements.settle()
    [kept] = await records(engagements, Intake.topic)
    second = next_hop(said_by(kept))
    assert logged == [{"trace_id": TRACE, "span_id": second.parent, "parent_id": first.parent}]
    await matching.app.inbox.take([kept])
    async with matching.transaction() as tx:
        assert await tx.fetchval("select traceparent from mirror_intake") == said_by(kept)
    assert second.trace_id == TRACE
    assert len({SPAN, first.parent, second.parent}) == 3
    assert b"congo" not in b"".join(value or b"" for one in (posted, kept) for _, value in one.headers)


async def records(connected: Connected, topic: str) -> list[Record]:
    """As the relay sends what is in the outbox."""
    async with connected.transaction() as tx:
        rows = await tx.fetch("select * from outbox where topic = $1 order by seq", topic)
    prefix = connected.app.settings.topic_prefix
    encoder = Encoder(connected.app.settings, connected.app.name)
    sent = [encoder.record(row) for row in rows]
    return [Record(prefix + topic, 0, at, key, headers, value) for at, (key, headers, value) in enumerate(sent)]


def said_by(record: Record) -> str:
    return next((value or b"").decode() for name, value in record.headers if name == "ce_traceparent")


def note_what_logs_say(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """Of its trace, what a line would say that the reaction to an opportunity logged."""
    logged: list[dict[str, str]] = []
    follow = system.follow_opportunity

    async def follow_and_note(tx: Transaction, now: Opportunity) -> None:
        bound = structlog.contextvars.get_contextvars()
        logged.append({name: bound[name] for name in ("trace_id", "span_id", "parent_id")})
        await follow(tx, now)

    monkeypatch.setattr(system, "follow_opportunity", follow_and_note)
    return logged
