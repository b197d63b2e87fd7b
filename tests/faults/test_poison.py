"""Records that are no events of ours, and reactions that fail: the good ones go through and wait for none of them."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from schemas.identity import Membership, Organisation, OrganisationRegistered
from services.chassis.app import App
from services.chassis.kafka.decoding import Record
from services.chassis.operate.pages import Operated
from services.chassis.operate.parked import ParkedRecords
from services.chassis.postgres.transaction import Transaction
from services.chassis.work.reactions import Reactions, nothing_else_to_forget
from services.chassis.work.workers import Workers
from tests.faults.long import LONG
from tests.faults.streams import good_records, producing
from tests.support import Connected, Database, Person, organisation, record_of, registered, started, until

BAD, PARTITIONS = 10_000 if LONG else 900, 6
THINGS = 2_000 if LONG else 100
STALL_SECONDS = 1.0 if LONG else 3.0  # the long form has the machine for itself

pytestmark = pytest.mark.timeout(400 if LONG else 120)


def truncated(good: Record) -> Record:
    return changed(good, value=(good.value or b"")[:-20])


def of_another_version(good: Record) -> Record:
    return changed(good, headers=[(n, b"7" if n == "ce_aggregateversion" else v) for n, v in good.headers])


def with_a_nul(good: Record) -> Record:
    return changed(good, value=(good.value or b"").replace(b"Sussex", b"Suss\\u0000ex"))


def of_an_unknown_kind(good: Record) -> Record:
    headers = [(n, b"SomethingElse" if n == "ce_type" else v) for n, v in good.headers]
    return changed(good, headers=headers, value=b'{"id": 1, "what": "%s"}' % (good.key or b""))


def under_an_empty_key(good: Record) -> Record:
    """Without any key the broker refuses a record for a compacted topic."""
    return changed(good, key=b"")


def under_a_wrong_key(good: Record) -> Record:
    return changed(good, key=b"somebody else")


def with_foreign_headers(good: Record) -> Record:
    return changed(good, headers=[("b3", b"\xff\x00"), ("no\x00name", None), ("ce_type", b"\xff")])


def nested_too_deep(good: Record) -> Record:
    return changed(good, value=b"[" * 20_000 + (good.key or b""))


def refused_by_the_database(good: Record) -> Record:
    """Sound for every check of ours; PostgreSQL has no room for the number."""
    return changed(good, value=(good.value or b"")[:-1] + b',"of_tomorrow":1e400000}')


KINDS: dict[Callable[[Record], Record], str] = {
    truncated: "not JSON",
    of_another_version: "do not name the same aggregate and version",
    with_a_nul: "NUL",
    of_an_unknown_kind: "state: ",
    under_an_empty_key: "do not name the same",
    under_a_wrong_key: "do not name the same",
    with_foreign_headers: "envelope: ",
    nested_too_deep: "not JSON",
    refused_by_the_database: "could not be taken: ",
}


def huge(good: Record) -> Record:
    return changed(good, value=b'{"id": "' + b"x" * 900_000)


def changed(good: Record, **parts: Any) -> Record:
    return good._replace(**parts)


async def longest_stall(count: Callable[[], Awaitable[int]], whole: int, *, seconds: float) -> float:
    """The longest time in which the count did not grow, until it was whole, from when it began to grow."""
    first = seen = await count()
    since, longest = time.monotonic(), 0.0

    async def whole_count() -> bool:
        nonlocal seen, since, longest
        now = await count()
        if now > seen:
            longest = max(longest, time.monotonic() - since) if seen > first else 0.0
            seen, since = now, time.monotonic()
        return seen >= whole

    await until(whole_count, seconds=seconds, every=0.02, why=lambda: f"{seen} of {whole}")
    return longest


async def mirrored(matching: Connected) -> int:
    async with matching.transaction() as tx:
        return await tx.fetchval("select count(*) from mirror_organisation")


async def operator_of(matching: Connected, living: Database) -> Person:
    trust = organisation("QZN")
    membership = Membership(organisation_id=trust.id, ods_code="QZN", roles=("operator",), valid_from=trust.valid_from)
    one = Person(memberships=(membership,))
    await matching.hears(*registered(trust), one.opened)
    return one


async def retry_all(matching: Connected, operator: Person) -> dict[str, int]:
    """As `pln parked retry --all` does: until there is no more to go on with."""
    sums = {"taken": 0, "unreadable": 0, "reactions": 0}
    after: str | None = None
    async with matching.api(operator) as api:
        while True:
            answer = await api.post("/ops/retry-all", json={"topic": None, "after": after})
            assert answer.status_code == 200, answer.text
            for name in sums:
                sums[name] += answer.json()[name]
            after = answer.json()["after"]
            if after is None:
                return sums


async def test_good_records_go_through_among_as_many_bad_ones_and_wait_for_none(living: Database) -> None:
    good = good_records(2 * BAD, living.settings.topic_prefix)
    good, sound = good[:BAD], good[BAD:]
    makers = [*KINDS]
    bad = [makers[n % len(makers)](one) for n, one in enumerate(sound)]
    enormous = [huge(record_of(OrganisationRegistered(organisation()), living.settings.topic_prefix)) for _ in range(5)]
    async with started(living, "matching") as matching, producing(living) as stream:

        async def send() -> None:
            for n, pair in enumerate(zip(good, bad, strict=True)):
                await stream.append(*pair, partition=n % PARTITIONS)
            for n, one in enumerate(enormous):
                await stream.append(one, partition=n)

        _, stall = await asyncio.gather(send(), longest_stall(lambda: mirrored(matching), BAD, seconds=200))
        await until(lambda: all_parked(matching, BAD + len(enormous)), seconds=60)
        await each_says_why(matching, bad)
        print(f"\n{BAD} good and {BAD} bad records: the longest time without a good one was {stall:.2f} s")
        assert stall < STALL_SECONDS
        operator = await operator_of(matching, living)
        assert (await retry_all(matching, operator))["taken"] == 0
        await mend(living, bad, sound)
        done = await retry_all(matching, operator)
        assert (done["taken"], done["unreadable"]) == (BAD, len(enormous))
        assert await mirrored(matching) == 2 * BAD + 1
        async with matching.transaction() as tx:
            assert await tx.fetchval("select count(*) from settled where how = 'retried'") == BAD


async def all_parked(matching: Connected, whole: int) -> bool:
    async with matching.transaction() as tx:
        return await tx.fetchval("select count(*) from parked") == whole


async def each_says_why(matching: Connected, bad: list[Record]) -> None:
    async with matching.transaction() as tx:
        said = {bytes(r["value"]): r["error"] for r in await tx.fetch("select value, error from parked")}
    words = list(KINDS.values())
    wrong = [
        (n, said[one.value or b""]) for n, one in enumerate(bad) if words[n % len(words)] not in said[one.value or b""]
    ]
    assert not wrong, wrong[:5]


async def mend(living: Database, bad: list[Record], sound: list[Record]) -> None:
    """As if the code had learnt to read them: each parked record becomes the sound one that it was made from."""
    connection = await asyncpg.connect(living.settings.admin_dsn(), server_settings={"search_path": "matching"})
    try:
        await connection.execute("create temporary table mended (was bytea, key bytea, value bytea, headers jsonb)")
        rows = [
            (broken.value, one.key, one.value, json.dumps([[n, (v or b"").hex()] for n, v in one.headers]))
            for broken, one in zip(bad, sound, strict=True)
        ]
        await connection.copy_records_to_table("mended", records=rows)
        await connection.execute(
            "update parked set key = m.key, value = m.value, headers = m.headers from mended m"
            " where parked.value = m.was"
        )
    finally:
        await connection.close()


class Half:
    """A reaction that fails for some; the others are not held up."""

    def __init__(self, app: App) -> None:
        self.done: set[UUID] = set()
        self.fails: set[UUID] = set()
        self.reactions = Reactions("matching")
        self.reactions.keep(Organisation)

        @self.reactions.react_to(Organisation, erased=nothing_else_to_forget)
        async def note_half(tx: Transaction, now: Organisation) -> None:
            if now.id in self.fails:
                raise RuntimeError("not this one")
            self.done.add(now.id)

        assert note_half
        self.workers = Workers(self.reactions, app.database, count=4)
        parked = ParkedRecords(app.database, app.inbox, self.workers, prefix=app.settings.topic_prefix)
        app.asgi.state.operated = Operated(app.health, parked, self.reactions, app.unready)


async def test_reactions_that_fail_for_half_hold_up_no_other_and_all_go_through_after_the_mend(
    living: Database,
) -> None:
    matching = await living.connect("matching")
    operator = await operator_of(matching, living)
    half = Half(matching.app)
    things = [organisation(f"Y{n:05d}") for n in range(2 * THINGS)]
    half.fails = {one.id for one in things[::2]}
    await matching.hears(*registered(*things))
    async with matching.transaction() as tx:
        await tx.execute("delete from due")
        await tx.execute("insert into due (reaction, id, version) select 'note_half', id, 1 from mirror_organisation")
        await tx.execute(
            "delete from due where id in (select id from mirror_organisation where state ->> 'ods_code' = 'QZN')"
        )

    async def done() -> int:
        return len(half.done)

    half.workers.start()
    try:
        stall = await longest_stall(done, THINGS, seconds=100)
        print(f"\n{THINGS} reactions that fail among {THINGS}: the longest time without a good one was {stall:.2f} s")
        assert stall < STALL_SECONDS
        await until(lambda: failing(matching, THINGS), seconds=60)
        half.fails = set()
        assert (await retry_all(matching, operator))["reactions"] > 0
        await until(lambda: len(half.done) == 2 * THINGS, seconds=60)
    finally:
        await half.workers.stop()


async def failing(matching: Connected, count: int) -> bool:
    async with matching.transaction() as tx:
        return await tx.fetchval("select count(*) from due where tries >= 3") == count
