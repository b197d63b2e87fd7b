"""A transaction: who asks is known in it alone, and it commits whole or not at all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, cast

import asyncpg
import pytest

from services.chassis.base.hands import VISITOR
from services.chassis.base.refusals import NotFound
from services.chassis.base.security_log import Happened
from services.chassis.postgres import spent_keys
from services.chassis.postgres.connections import open_pool
from services.chassis.postgres.transaction import NothingCommitted, NotOneRow, RowNotLocked, Transaction, new_id
from tests.support import Connected, Database, Person, member, organisation, until, until_a_lock_is_waited_for

_SETTINGS = ("app.door", "app.person", "app.organisation")


async def keep(tx: Transaction, name: str) -> None:
    await tx.execute("insert into job (name, started_at) values ($1, $2)", name, tx.now)


async def kept(matching: Connected) -> list[str]:
    async with matching.transaction() as tx:
        return [row["name"] for row in await tx.fetch("select name from job order by name")]


@pytest.fixture
async def matching(database: Database) -> Connected:
    """With connections of its own, none of an earlier test's."""
    database.pool = open_pool
    return await database.connect("matching")


async def asked_by(one: Any) -> list[str]:
    return [await one.fetchval("select coalesce(current_setting($1, true), '')", name) for name in _SETTINGS]


async def test_who_asks_is_known_in_the_transaction_and_to_nobody_after_it(matching: Connected) -> None:
    pool, sam = matching.app.database.pool, Person().acting()
    async with matching.transaction(sam) as tx:
        assert await asked_by(tx) == ["person", str(sam.person_id), ""]
    assert pool.get_size() == 1, "the same connection is looked at"
    async with pool.acquire() as connection:
        assert await asked_by(connection) == ["", "", ""]
    async with matching.transaction(VISITOR) as tx:
        assert await asked_by(tx) == ["anonymous", "", ""]


async def test_a_helper_is_the_hand_and_the_person_helped_is_the_subject(matching: Connected) -> None:
    trust, pat = organisation(), Person("Pat").id
    alex = member(trust, "coordinator").acting(trust)
    own = "select acting_person(), acting_hand(), acting_helper(), acting_organisation()"
    async with matching.transaction(alex.helping(pat)) as tx:
        assert tuple(await tx.fetchrow(own) or ()) == (pat, alex.by, alex.by, None)
        assert tx.acting.on_behalf_of == trust.id
        assert tx.acting.helper == alex.by
        await spent_keys.spend(tx, "k", b"", "1")
    async with matching.transaction(alex) as tx:
        assert tuple(await tx.fetchrow(own) or ()) == (alex.by, alex.by, None, trust.id)
        assert await spent_keys.answer_to(tx, "k", b"") is None
    async with matching.transaction(Person(id=pat).acting()) as tx:
        assert tuple(await tx.fetchrow(own) or ()) == (pat, pat, None, None)
        assert (tx.acting.helper, await spent_keys.answer_to(tx, "k", b"")) == (None, "1")


async def test_what_is_no_id_is_nobody(matching: Connected) -> None:
    text = cast(Any, "', true); drop table job; --")
    async with matching.transaction(replace(Person().acting(), person_id=text)) as tx:
        assert await asked_by(tx) == ["person", "", ""]
        await keep(tx, "still there")


async def test_a_refusal_leaves_nothing(matching: Connected) -> None:
    async def refuse() -> None:
        async with matching.transaction() as tx:
            await keep(tx, "refused")
            raise LookupError

    with pytest.raises(LookupError):
        await refuse()
    assert await kept(matching) == []


async def test_what_is_rolled_back_was_never_counted_nor_is_it_in_the_security_log(
    matching: Connected, capsys: pytest.CaptureFixture[str]
) -> None:
    counted: list[str] = []

    def count(tx: Transaction, name: str) -> None:
        tx.count(partial(counted.append, name))
        tx.note(Happened.LOOKED, what=name)

    with suppress(NotFound):
        async with matching.transaction() as tx:
            count(tx, "refused")
            raise NotFound
    async with matching.transaction() as tx:
        count(tx, "whole")
        with suppress(NotFound):
            async with tx.savepoint():
                count(tx, "part-that-failed")
                raise NotFound
        async with tx.savepoint():
            count(tx, "part")
        assert counted == [], "nothing before it commits"
    with suppress(asyncpg.PostgresError):
        async with matching.transaction() as tx:
            count(tx, "refused-at-commit")
            await tx.execute("create temporary table later (n int unique deferrable initially deferred) on commit drop")
            await tx.execute("insert into later values (1), (1)")
    assert counted == ["whole", "part"]
    said = capsys.readouterr().err + capsys.readouterr().out
    assert "refused" not in said
    assert "part-that-failed" not in said


async def test_a_fault_that_was_swallowed_is_not_taken_for_a_commit(matching: Connected) -> None:
    async def swallow() -> None:
        async with matching.transaction() as tx:
            await keep(tx, "lost")
            with suppress(asyncpg.UniqueViolationError):
                await keep(tx, "lost")

    with pytest.raises(NothingCommitted):
        await swallow()
    assert await kept(matching) == []


async def test_whoever_is_cut_off_leaves_nothing_and_the_connection_is_good_again(matching: Connected) -> None:
    holder = await asyncpg.connect(matching.app.settings.admin_dsn())
    await holder.execute("select pg_advisory_lock(7)")

    async def wait() -> None:
        async with matching.transaction() as tx:
            await keep(tx, str(new_id()))
            await tx.execute("select pg_advisory_xact_lock(7)")

    task = asyncio.create_task(wait())
    await until_a_lock_is_waited_for(matching.app.settings)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await holder.close()
    assert await kept(matching) == []
    assert matching.app.database.pool.get_size() == 1


async def test_a_part_around_a_part_that_failed_can_fail_too_and_takes_all_of_itself_back(matching: Connected) -> None:
    async with matching.transaction() as tx:
        await keep(tx, "before")
        with suppress(LookupError):
            async with tx.savepoint():
                await keep(tx, "in the part")
                with suppress(asyncpg.UniqueViolationError):
                    async with tx.savepoint():
                        await keep(tx, "before")
                raise LookupError
    assert await kept(matching) == ["before"]


async def test_a_change_of_one_row_that_row_level_security_or_a_wrong_id_hides_is_refused(matching: Connected) -> None:
    async with matching.transaction() as tx:
        await tx.change_one("insert into job (name, started_at) values ('one', now())")
        await tx.change_one("update job set error = 'seen' where name = 'one'")
    with pytest.raises(NotOneRow, match="UPDATE 0: update job"):
        async with matching.transaction() as tx:
            await tx.change_one("update job set error = 'seen' where name = 'another'")
    sam = Person()
    async with matching.transaction() as tx:
        await tx.execute("insert into spent_key (account_id, key, body_hash, answer) values ($1, 'k', '', '1')", sam.id)
    with pytest.raises(NotOneRow, match="UPDATE 0"):
        async with matching.transaction(Person().acting()) as tx:
            await tx.change_one("update spent_key set answer = '2' where account_id = $1", sam.id)


_SPEND = "insert into spent_key (account_id, key, body_hash, answer) values ($1, $2, '', '1')"


async def test_a_change_of_any_number_of_rows_says_how_many(matching: Connected) -> None:
    sam = Person()
    async with matching.transaction() as tx:
        assert await tx.change_any("delete from spent_key where account_id = $1", sam.id) == 0
        await tx.change_one(_SPEND, sam.id, "k")
        assert await tx.change_any(_SPEND + " on conflict do nothing", sam.id, "k") == 0
        await tx.change_one(_SPEND, sam.id, "l")
        assert await tx.change_any("delete from spent_key where account_id = $1", sam.id) == 2


@pytest.fixture
async def all_may_read(matching: Connected, database: Database) -> AsyncIterator[None]:
    """What only its person may change, everybody may read."""
    owner = await asyncpg.connect(database.settings.admin_dsn(), server_settings={"search_path": "matching"})
    try:
        await owner.execute("create policy read_all on spent_key for select using (true)")
        yield
    finally:
        await owner.execute("drop policy if exists read_all on spent_key")
        await owner.close()


@pytest.mark.usefixtures("all_may_read")
async def test_a_row_that_may_be_read_and_not_locked_is_not_taken_for_one_that_is_not_there(
    matching: Connected,
) -> None:
    sam = Person()
    read = "select key from spent_key where account_id = $1 for update"
    async with matching.transaction() as tx:
        assert await tx.lock_one(read, sam.id) is None
        await tx.change_one(_SPEND, sam.id, "k")
        assert await tx.lock_one(read, sam.id)
    with pytest.raises(RowNotLocked, match="select key from spent_key"):
        async with matching.transaction(Person().acting()) as tx:
            await tx.lock_one(read, sam.id)


async def test_a_row_that_somebody_adds_at_that_very_moment_is_locked(
    matching: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    sam = Person()
    look = Transaction.fetchrow

    async def look_and_be_late(tx: Transaction, sql: str, *values: object) -> object:
        found = await look(tx, sql, *values)
        if found is None:
            async with matching.transaction() as another:
                await another.change_any(_SPEND + " on conflict do nothing", sam.id, "k")
        return found

    monkeypatch.setattr(Transaction, "fetchrow", look_and_be_late)
    async with matching.transaction(sam.acting()) as tx:
        assert await tx.lock_one("select key from spent_key where account_id = $1 for update", sam.id)


@pytest.mark.usefixtures("all_may_read")
async def test_of_several_rows_none_that_may_be_read_is_left_unlocked(matching: Connected) -> None:
    sam, alex = Person(), Person()
    read = "select key from spent_key where account_id = any($1::uuid[]) order by key for update"
    async with matching.transaction() as tx:
        await tx.change_one(_SPEND, sam.id, "k")
        await tx.change_one(_SPEND, sam.id, "l")
        await tx.change_one(_SPEND, alex.id, "m")
    async with matching.transaction(sam.acting()) as tx:
        assert [row["key"] for row in await tx.lock_all(read, [sam.id])] == ["k", "l"]
    with pytest.raises(RowNotLocked, match="select key from spent_key"):
        async with matching.transaction(sam.acting()) as tx:
            await tx.lock_all(read, [sam.id, alex.id])


async def test_of_several_rows_one_that_was_added_while_the_others_were_waited_for_is_locked_too(
    matching: Connected,
) -> None:
    sam = Person()
    read = "select key from spent_key where account_id = $1 order by key for update"

    async def lock() -> list[str]:
        async with matching.transaction(sam.acting()) as tx:
            return [row["key"] for row in await tx.lock_all(read, sam.id)]

    async with matching.transaction() as tx:
        await tx.change_one(_SPEND, sam.id, "k")
    async with matching.transaction() as tx:
        assert await tx.lock_one("select key from spent_key where account_id = $1 for update", sam.id)
        locking = asyncio.create_task(lock())
        await until(lambda: is_waiting(matching))
        await tx.change_one(_SPEND, sam.id, "l")
    assert await locking == ["k", "l"]


async def is_waiting(matching: Connected) -> bool:
    async with matching.transaction() as tx:
        return await tx.fetchval(_WAITS)


_WAITS = """
select exists (select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()
    and query like 'select key from spent_key%')
"""
