"""A fan-out: one thing's news for many, done a batch at a time, each after the one before, until no more are left."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from services.chassis.base.failpoints import passing
from services.chassis.postgres.transaction import Transaction, new_id
from services.chassis.work import workers
from services.chassis.work.reactions import Reactions
from services.chassis.work.workers import Workers
from tests.support import Connected

AT_ONCE = 3


class Probe:
    """A fan-out of a test's own, in matching's schema: each of `many` has a row in `job` when it was done."""

    def __init__(self, matching: Connected, count: int) -> None:
        self.matching = matching
        self.many = sorted(new_id() for _ in range(count))
        self.batches: list[int] = []
        self.fails_at: UUID | None = None
        self.meanwhile: Callable[[], Awaitable[object]] | None = None
        reactions = Reactions("matching")
        self.fan_out = reactions.fan_out(self.tell_some)
        self.workers = Workers(reactions, matching.app.database, count=1)

    async def tell_some(self, tx: Transaction, id: UUID, after: UUID | None) -> UUID | None:
        some = [one for one in self.many if after is None or one > after][:AT_ONCE]
        self.batches.append(len(some))
        if self.fails_at in some:
            raise RuntimeError("no luck")
        if self.meanwhile:
            await self.meanwhile()
        await tx.change_each(
            "insert into job (name, started_at) select * from unnest($1::text[], $2::timestamptz[])",
            [(str(one), tx.now) for one in some],
        )
        return some[-1] if len(some) == AT_ONCE else None

    async def owe(self, version: int = 1, id: UUID | None = None) -> UUID:
        id = id or new_id()
        async with self.matching.transaction() as tx:
            await tx.due(self.fan_out, id, version)
        return id

    async def work(self, rounds: int = 100) -> None:
        for _ in range(rounds):
            if not await self.workers.do_some():
                return

    async def done(self) -> list[UUID]:
        async with self.matching.transaction() as tx:
            return [UUID(row["name"]) for row in await tx.fetch("select name from job order by name")]

    async def due(self) -> list[tuple[int, UUID | None, int]]:
        async with self.matching.transaction() as tx:
            rows = await tx.fetch("select version, after, tries from due")
        return [(row["version"], row["after"], row["tries"]) for row in rows]


@pytest.mark.parametrize(("count", "batches"), [(0, [0]), (2, [2]), (3, [3, 0]), (8, [3, 3, 2])])
async def test_all_are_done_a_batch_at_a_time_and_then_nothing_is_owed(
    matching: Connected, count: int, batches: list[int]
) -> None:
    probe = Probe(matching, count)
    await probe.owe()
    await probe.work()
    assert await probe.done() == probe.many
    assert (probe.batches, await probe.due()) == (batches, [])


async def test_each_batch_stands_by_itself_with_how_far_it_came(matching: Connected) -> None:
    probe = Probe(matching, 8)
    await probe.owe()
    await probe.work(rounds=2)
    assert await probe.done() == probe.many[:6]
    assert await probe.due() == [(1, probe.many[5], 0)]


@pytest.mark.parametrize("point", ["reaction-before-commit", "reaction-after-commit"])
@pytest.mark.parametrize("passage", [1, 2, 3])
async def test_one_that_is_cut_off_goes_on_after_its_last_batch(
    matching: Connected, monkeypatch: pytest.MonkeyPatch, point: str, passage: int
) -> None:
    probe = Probe(matching, 8)
    await probe.owe()
    left = passage

    def cut_off(name: str) -> None:
        nonlocal left
        left -= name == point
        if name == point and left == 0:
            raise asyncio.CancelledError

    monkeypatch.setattr(workers.failpoints, "passing", cut_off)
    with pytest.raises(asyncio.CancelledError):
        await probe.work()
    monkeypatch.setattr(workers.failpoints, "passing", passing)
    committed = passage - (point == "reaction-before-commit")
    assert await probe.done() == probe.many[: AT_ONCE * committed]
    await probe.work()
    assert await probe.done() == probe.many, "done twice, one would have failed: its row is there"
    assert await probe.due() == []


async def test_a_batch_that_fails_leaves_what_was_done_and_goes_on_from_there(matching: Connected) -> None:
    probe = Probe(matching, 8)
    probe.fails_at = probe.many[4]
    await probe.owe()
    await probe.work(rounds=2)
    assert await probe.done() == probe.many[:3]
    assert await probe.due() == [(1, probe.many[2], 1)]
    probe.fails_at = None
    await probe.work()
    assert await probe.done() == probe.many
    assert await probe.due() == []


@pytest.mark.parametrize("version", [1, 2], ids=["in the same version", "in a later version"])
async def test_one_that_is_owed_anew_begins_anew(matching: Connected, version: int) -> None:
    probe = Probe(matching, 8)
    id = await probe.owe()
    await probe.work(rounds=2)
    async with matching.transaction() as tx:
        await tx.change_any("delete from job")
    await probe.owe(version, id)
    await probe.work()
    assert await probe.done() == probe.many


@pytest.mark.parametrize("version", [1, 2], ids=["in the same version", "in a later version"])
async def test_one_that_is_owed_anew_while_a_batch_is_done_begins_anew(matching: Connected, version: int) -> None:
    """Whoever owes it may have seen what the batch did not."""
    probe = Probe(matching, 8)
    id = await probe.owe()
    probe.meanwhile = lambda: probe.owe(version, id)
    await probe.work(rounds=1)
    assert await probe.due() == [(version, None, 0)]


async def test_of_two_workers_only_one_has_a_fan_out_in_hand(matching: Connected) -> None:
    probe = Probe(matching, 40)
    await probe.owe()
    await asyncio.gather(probe.work(), probe.work(), probe.work())
    await probe.work()
    assert await probe.done() == probe.many
    assert sum(probe.batches) == 40
