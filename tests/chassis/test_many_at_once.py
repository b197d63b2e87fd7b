"""Many at once: events in the order in which they are given, all of them or none; rows that change each as one."""

import asyncpg
import pytest

from schemas.event import AnyEvent, Erased
from schemas.identity import Account, AccountErased, AccountOpened, Organisation, OrganisationRegistered
from services.chassis.postgres import mirrors
from services.chassis.postgres.outbox import MAX_EVENT_BYTES, EventTooLarge
from services.chassis.postgres.transaction import NotOneRow, Transaction, new_id
from tests.support import Connected, Person, organisation, registered

LONG = "x" * MAX_EVENT_BYTES


def opened() -> AccountOpened:
    return AccountOpened(Account(id=new_id(), version=1, called="Sam"))


async def say(service: Connected, *events: AnyEvent) -> None:
    async with service.transaction() as tx:
        await tx.emit(*events)


async def outbox(service: Connected) -> list[tuple[str, object, int]]:
    async with service.transaction() as tx:
        rows = await tx.fetch("select type, key, version from outbox order by seq")
    return [(row["type"], row["key"], row["version"]) for row in rows]


async def test_events_are_said_in_the_order_in_which_they_are_given(identity: Connected) -> None:
    """Of several aggregates and of one, whatever their ids and topics are."""
    events: list[AnyEvent] = []
    for number in range(600):
        event = OrganisationRegistered(organisation(f"R{number:03}")) if number % 3 else opened()
        events = [event, *events] if number % 2 else [*events, event]
    one = events[7].state
    events += [OrganisationRegistered(organisation().with_changes(id=one.id, version=n)) for n in range(2, 5)]
    await say(identity, *events)
    said = [(type(event).__name__, event.state.id, event.state.version) for event in events]
    assert await outbox(identity) == said


async def test_each_event_of_a_list_has_what_it_has_alone(identity: Connected) -> None:
    trust, account = organisation(), opened()
    async with identity.transaction() as tx:
        await tx.emit(OrganisationRegistered(trust), account)
        rows = await tx.fetch(
            "select topic, event_id, value, correlation_id, traceparent, happened_at from outbox order by seq"
        )
        assert [row["topic"] for row in rows] == ["identity.organisation", "identity.account"]
        assert Organisation.model_validate_json(rows[0]["value"]) == trust
        assert Account.model_validate_json(rows[1]["value"]) == account.state
        assert len({row["event_id"] for row in rows}) == 2
        assert {row["happened_at"] for row in rows} == {tx.now}
        assert {(row["correlation_id"], row["traceparent"]) for row in rows} == {
            (tx.cause.correlation_id, tx.cause.traceparent)
        }


async def test_one_event_that_is_too_large_refuses_them_all(identity: Connected) -> None:
    async with identity.transaction() as tx:
        with pytest.raises(EventTooLarge, match="too much text"):
            await tx.emit(opened(), AccountOpened(opened().state.model_copy(update={"called": LONG})), opened())
        await tx.emit(opened())
    assert len(await outbox(identity)) == 1, "nothing had been asked of the database, so the transaction is good"


async def test_what_counts_is_the_bytes_and_not_the_letters(identity: Connected) -> None:
    async with identity.transaction() as tx:
        with pytest.raises(EventTooLarge):
            await tx.emit(AccountOpened(opened().state.model_copy(update={"called": "é" * (MAX_EVENT_BYTES // 2)})))


@pytest.mark.parametrize("before", [True, False], ids=["before", "in the same list"])
async def test_one_version_that_was_said_already_refuses_them_all(identity: Connected, before: bool) -> None:
    said, *others = opened(), opened(), opened()
    if before:
        await say(identity, said)
    with pytest.raises(asyncpg.UniqueViolationError):
        await say(identity, others[0], said, others[1], *(() if before else (said,)))
    assert len(await outbox(identity)) == (1 if before else 0)


async def test_no_events_are_nothing_to_say(identity: Connected) -> None:
    async with identity.transaction() as tx:
        await tx.emit()
        assert not tx.emitted
    assert await outbox(identity) == []


async def test_erasures_of_a_list_take_what_was_said_of_each_before_and_nothing_else(identity: Connected) -> None:
    gone, also_gone, stays = opened(), opened(), opened()
    trust = OrganisationRegistered(organisation().with_changes(id=gone.state.id))
    await say(identity, gone, also_gone, stays, trust)
    again = AccountOpened(gone.state.with_changes(version=2))
    erased = [AccountErased(Erased(id=one.state.id, version=3)) for one in (gone, also_gone)]
    after = AccountOpened(gone.state.with_changes(version=4))
    await say(identity, again, *erased, after)
    assert await outbox(identity) == [
        ("AccountOpened", stays.state.id, 1),
        ("OrganisationRegistered", gone.state.id, 1),
        ("AccountErased", gone.state.id, 3),
        ("AccountErased", also_gone.state.id, 3),
        ("AccountOpened", gone.state.id, 4),
    ]


_ADD = "insert into job (name, started_at) select name, at from unnest($1::text[], $2::timestamptz[]) as n (name, at)"
_NOTE = "update job set error = n.error from unnest($1::text[], $2::text[]) as n (name, error) where job.name = n.name"


async def jobs(tx: Transaction) -> dict[str, str | None]:
    return {row["name"]: row["error"] for row in await tx.fetch("select name, error from job")}


async def test_each_of_many_rows_is_changed_by_one_statement(identity: Connected) -> None:
    names = [f"job {n}" for n in range(500)]
    async with identity.transaction() as tx:
        await tx.change_each(_ADD, [(name, tx.now) for name in names])
        await tx.change_each(_NOTE, [(name, f"of {name}") for name in names[:499]])
        assert await jobs(tx) == {name: f"of {name}" for name in names[:499]} | {names[499]: None}


async def test_no_rows_ask_nothing_of_the_database(identity: Connected) -> None:
    async with identity.transaction() as tx:
        await tx.change_each("this is no SQL", [])


@pytest.mark.parametrize("others", [["two", "nobody's"], ["two", "two"], ["nobody's"]])
async def test_a_row_that_is_not_there_or_named_twice_refuses_the_change_of_them_all(
    identity: Connected, others: list[str]
) -> None:
    async with identity.transaction() as tx:
        await tx.change_each(_ADD, [(name, tx.now) for name in ("one", "two")])
    with pytest.raises(NotOneRow, match=f"of {1 + len(others)}: update job"):
        async with identity.transaction() as tx:
            await tx.change_each(_NOTE, [(name, "seen") for name in ("one", *others)])
    async with identity.transaction() as tx:
        assert await jobs(tx) == {"one": None, "two": None}


async def test_the_newest_states_of_several_are_read_at_once_and_what_is_erased_or_unknown_is_left_out(
    matching: Connected,
) -> None:
    one, two, unknown = organisation("RX1"), organisation("RX2"), organisation("RX3")
    gone = Person()
    await matching.hears(*registered(one, two), gone.opened)
    await matching.hears(AccountErased(Erased(id=gone.id, version=2)))
    async with matching.transaction() as tx:
        ids = [two.id, one.id, unknown.id, two.id]
        assert await mirrors.get_each(tx, Organisation, ids) == {one.id: one, two.id: two}
        assert await mirrors.get_each(tx, Account, [gone.id]) == {}
        assert await mirrors.get_each(tx, Organisation, []) == {}
