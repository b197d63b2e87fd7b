"""A timer makes a reaction due when its moment comes: not before, not twice, and never lost."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from schemas.event import Erased
from schemas.identity import Account, AccountErased
from services.chassis.base.cause import Cause
from services.chassis.kafka.inbox import Inbox
from services.chassis.operate.maintenance import Sweeper
from services.chassis.postgres.transaction import Transaction, new_id
from services.chassis.work import timers, workers
from services.chassis.work.reactions import Reactions
from services.chassis.work.scheduler import Clock
from services.chassis.work.workers import Workers
from tests.support import Connected, Database, Person, record_of, until

HOUR = timedelta(hours=1)


class Alarm:
    """A reaction of a test's own that is woken, in matching's schema: for whom it rang, at which time and why."""

    def __init__(self, matching: Connected) -> None:
        self.rang: list[UUID] = []
        self.now: list[datetime] = []
        self.causes: list[UUID] = []
        self.fails = False
        self.should_be: dict[UUID, datetime] = {}
        self.matching, app = matching, matching.app
        self.reactions = Reactions("matching")
        self.reactions.keep(Account, person="id", erased=self._nothing)
        self.reactions.when_due(self.ring, timers=self.wanted, shares_transaction=True)
        self.workers = Workers(self.reactions, app.database, count=2)
        self.inbox = Inbox(
            self.reactions, app.database, prefix=app.settings.topic_prefix, wake_workers=self.workers.wake
        )

    async def ring(self, tx: Transaction, id: UUID) -> None:
        self.rang.append(id)
        self.now.append(tx.now)
        self.causes.append(tx.cause.correlation_id)
        if self.fails:
            raise RuntimeError("no luck")

    async def wanted(self, tx: Transaction, after: UUID, *, limit: int) -> Mapping[UUID, datetime]:
        return dict([one for one in sorted(self.should_be.items()) if one[0] > after][:limit])

    async def _nothing(self, tx: Transaction, id: UUID) -> None:
        pass

    async def set(self, at: Mapping[UUID, datetime | None]) -> None:
        async with self.matching.transaction() as tx:
            await tx.wake_each(self.ring, at)

    async def pass_by(self, by: timedelta) -> None:
        """As if so much time had passed, or the database's clock had jumped so far."""
        async with self.matching.transaction() as tx:
            await tx.execute("update timer set at = at - $1::interval", by)

    async def work(self) -> None:
        while await self.workers.do_some() or await self.workers.look():
            pass

    async def waiting(self) -> dict[UUID, datetime]:
        async with self.matching.transaction() as tx:
            return {row["id"]: row["at"] for row in await tx.fetch("select id, at from timer order by id")}

    async def due(self) -> list[UUID]:
        async with self.matching.transaction() as tx:
            return [row["id"] for row in await tx.fetch("select id from due order by id")]


@pytest.fixture
def alarm(matching: Connected) -> Alarm:
    return Alarm(matching)


@asynccontextmanager
async def rolled_back(matching: Connected) -> AsyncGenerator[Transaction]:
    """A transaction that ends as with a kill: before its commit."""
    with suppress(ZeroDivisionError):
        async with matching.transaction() as tx:
            yield tx
            raise ZeroDivisionError


def soon() -> datetime:
    return datetime.now(UTC) + HOUR


async def test_a_timer_rings_when_its_time_has_come_and_once(alarm: Alarm) -> None:
    one, cause = new_id(), Cause.fresh()
    async with alarm.matching.app.database.transaction(Person().acting(), cause) as tx:
        await tx.wake(alarm.ring, one, soon())
    await alarm.work()
    assert (alarm.rang, await alarm.due()) == ([], [])
    await alarm.pass_by(HOUR)
    await alarm.work()
    await alarm.work()
    assert alarm.rang == [one]
    assert alarm.causes == [cause.correlation_id], "it is part of what set it"
    assert (await alarm.waiting(), await alarm.due()) == ({}, [])


async def test_a_timer_in_the_past_is_due_at_once(alarm: Alarm) -> None:
    one = new_id()
    await alarm.set({one: datetime(1999, 12, 31, tzinfo=UTC)})
    await alarm.work()
    assert alarm.rang == [one]


async def test_a_timer_moves_with_its_cause_and_is_cancelled_with_it(alarm: Alarm) -> None:
    moved, cancelled, earlier = new_id(), new_id(), new_id()
    await alarm.set({moved: soon(), cancelled: soon(), earlier: soon() + HOUR})
    later = soon() + HOUR
    await alarm.set({moved: later, cancelled: None, earlier: soon(), new_id(): None})
    await alarm.pass_by(HOUR)
    await alarm.work()
    assert alarm.rang == [earlier]
    assert await alarm.waiting() == {moved: later - HOUR}


async def test_many_are_set_in_one_statement_and_what_is_rolled_back_is_not_set(alarm: Alarm) -> None:
    many = {new_id(): soon() + n * timedelta(seconds=1) for n in range(2000)}
    await alarm.set(many)
    assert await alarm.waiting() == many
    async with rolled_back(alarm.matching) as tx:
        await tx.wake_each(alarm.ring, dict.fromkeys(many))
    assert await alarm.waiting() == many
    await alarm.set(dict.fromkeys(many))
    assert await alarm.waiting() == {}


async def test_a_moment_without_an_offset_is_refused_and_then_nothing_is_set(alarm: Alarm) -> None:
    with pytest.raises(ValueError, match="offset"):
        await alarm.set({new_id(): soon(), new_id(): datetime(2031, 1, 1)})  # noqa: DTZ001
    assert await alarm.waiting() == {}


async def test_nothing_is_overdue_before_its_time(alarm: Alarm) -> None:
    health = alarm.matching.app.health
    await alarm.set({new_id(): soon(), new_id(): soon()})
    stands = await health.snapshot()
    assert (stands.due, stands.timers, stands.timer_since) == (0, 2, None)
    await alarm.pass_by(2 * HOUR)
    stands = await health.snapshot()
    assert (stands.due, stands.timers) == (0, 2)
    assert stands.age(stands.timer_since) > 3000
    await alarm.workers.look()
    stands = await health.snapshot()
    assert (stands.due, stands.timers, stands.timer_since) == (2, 0, None)
    assert stands.age(stands.due_since) < 3000, "it is due since it was seen"


async def test_what_was_killed_before_or_after_it_was_made_due_is_done_once_by_another(
    alarm: Alarm, database: Database
) -> None:
    one, other = new_id(), Alarm(await database.connect("matching"))
    await alarm.set({one: soon() - 2 * HOUR})
    async with rolled_back(alarm.matching) as tx:
        await tx.execute("delete from timer")
        await tx.due(alarm.ring, one, 0)
    assert await alarm.workers.look() == 1  # and now it is committed, and nobody here does what is due
    await other.work()
    await alarm.work()
    assert (alarm.rang, other.rang) == ([], [one])


async def test_two_instances_at_once_wake_each_once(alarm: Alarm, database: Database) -> None:
    other, count = Alarm(await database.connect("matching")), 2 * timers.AT_ONCE + 1
    many = {new_id(): soon() - 2 * HOUR for _ in range(count)}
    await alarm.set(many)
    await asyncio.gather(alarm.work(), other.work(), alarm.work(), other.work())
    await alarm.work()
    assert sorted(alarm.rang + other.rang) == sorted(many)


async def test_what_rings_while_it_is_being_done_is_done_again(alarm: Alarm) -> None:
    """It may have been read just before the moment came. A timer has no version that would tell."""
    one = new_id()

    async def ring_again(tx: Transaction, id: UUID) -> None:
        alarm.rang.append(id)
        if len(alarm.rang) == 1:
            await alarm.set({one: soon() - 2 * HOUR})
            await alarm.workers.look()

    alarm.reactions.named["ring"] = type(alarm.reactions.named["ring"])("ring", None, by_id=ring_again)
    async with alarm.matching.transaction() as tx:
        await tx.due(alarm.ring, one, 7)
    await alarm.work()
    assert await alarm.due() == [one]
    await alarm.work()
    assert (alarm.rang, await alarm.due()) == ([one, one], [])


async def test_what_fails_when_it_is_woken_is_tried_again_in_sight_and_no_second_timer_hides_it(alarm: Alarm) -> None:
    one = new_id()
    alarm.fails = True
    await alarm.set({one: soon() - 2 * HOUR})
    await alarm.work()
    assert await alarm.matching.failing() == ["RuntimeError: no luck"]
    alarm.fails = False
    await alarm.set({one: soon() - 2 * HOUR})
    await alarm.work()
    assert await alarm.due() == []


@pytest.mark.parametrize("jump", [timedelta(hours=3), timedelta(hours=-3)])
async def test_a_jump_of_the_clock_of_a_process_wakes_nobody_early_or_late(
    alarm: Alarm, jump: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Jumped(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return datetime.now(UTC) + jump

    monkeypatch.setattr("services.chassis.postgres.transaction.datetime", Jumped)
    late, early = new_id(), new_id()
    await alarm.set({late: datetime.now(UTC) - HOUR, early: datetime.now(UTC) + HOUR})
    async with alarm.matching.transaction() as tx:
        assert abs(tx.now - datetime.now(UTC) - jump) < HOUR, "its clock did jump"
    await alarm.work()
    assert alarm.rang == [late]
    assert abs(alarm.now[0] - datetime.now(UTC)) < HOUR, "what is woken goes by the clock that woke it"


async def test_a_command_that_has_both_in_hand_is_given_way_to(alarm: Alarm, monkeypatch: pytest.MonkeyPatch) -> None:
    """It made due what a timer would make due now: the timer waits for the next look, and the command for nobody."""
    one = new_id()
    await alarm.set({one: soon() - 2 * HOUR})
    async with alarm.matching.transaction() as tx:
        await tx.due(alarm.ring, one, 1)
        assert await alarm.workers.look() == 0
        await tx.wake(alarm.ring, one, soon())
    await alarm.work()
    assert alarm.rang == [one]
    assert list(await alarm.waiting()) == [one]


async def test_what_is_in_the_hands_of_a_command_holds_up_no_other_timer(alarm: Alarm) -> None:
    held, other = new_id(), new_id()
    async with alarm.matching.transaction() as tx:
        await tx.due(alarm.ring, held, 1)
    await alarm.set({held: soon() - 2 * HOUR, other: soon() - HOUR})
    async with alarm.matching.transaction() as tx:
        await tx.due(alarm.ring, held, 2)
        assert await alarm.workers.look() == 1
        assert list(await alarm.waiting()) == [held]
    await alarm.work()
    assert (sorted(set(alarm.rang)), await alarm.waiting()) == (sorted([held, other]), {})


async def test_the_sweeper_sets_what_is_missing_and_what_is_too_late(alarm: Alarm) -> None:
    missing, too_late, there, owed = new_id(), new_id(), new_id(), new_id()
    alarm.should_be = {missing: soon(), too_late: soon(), there: soon() + HOUR, owed: soon()}
    await alarm.set({too_late: soon() + 9 * HOUR, there: (earlier := soon())})
    async with alarm.matching.transaction() as tx:
        await tx.due(alarm.ring, owed, 1)
    app = alarm.matching.app
    await Sweeper(alarm.reactions, alarm.workers.wake).sweep_all(Clock(app.database, app.settings))
    should_be = alarm.should_be
    assert await alarm.waiting() == {
        missing: should_be[missing],
        too_late: should_be[too_late],
        there: earlier,
    }, "one that rings too early is set again by what it wakes"


async def test_the_timers_of_an_erased_person_go_with_them(alarm: Alarm) -> None:
    sam, kim = Person(), Person()
    await alarm.set({sam.id: soon(), kim.id: soon()})
    prefix = alarm.matching.app.settings.topic_prefix
    await alarm.inbox.take([record_of(AccountErased(Erased(id=sam.id, version=2)), prefix)])
    await alarm.work()
    assert list(await alarm.waiting()) == [kim.id]


async def test_many_are_woken_a_batch_at_a_time_without_anybody_looking_by_hand(
    alarm: Alarm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timers, "AT_ONCE", 10)
    monkeypatch.setattr(workers, "LOOK_SECONDS", 600.0)
    many = {new_id(): soon() - 2 * HOUR for _ in range(55)}
    await alarm.set(many)
    alarm.workers.start()
    try:
        await until(lambda: len(alarm.rang) == len(many))
    finally:
        await alarm.workers.stop()
    assert sorted(alarm.rang) == sorted(many)
