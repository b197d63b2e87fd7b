"""What machines are told of what is open: a line for each role, under a number that rises with each change.

The numbers are given in the order of commits by whoever holds the one row of `feed_number`: a reader that has seen a
number has seen all that are lower, or what replaced them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.postgres.transaction import Transaction
from services.matching.store.opportunities import Listed, listed_of

MOST_NUMBER = 2**53 - 1
"""No reader of JSON rounds a number up to here."""
PAGE = 500
"""Lines on a page: fewer make the validator of RPDE warn."""
KEPT_DAYS = 30
"""So long it is said that something is over. The standard asks for seven days."""


@dataclass(frozen=True)
class Line:
    """What is said of one role. `edition`: of how it is written. `at`: since when it is said."""

    id: UUID
    organisation_id: UUID | None
    number: int
    version: int
    is_open: bool
    edition: str
    line: bytes
    at: datetime


async def hold(tx: Transaction) -> int:
    """The next number; nobody else gives one until this commits.

    The clock's microseconds, so that after the restore of an older database no number is given twice; and above the
    last in any case, whatever the clock shows.
    """
    row = await tx.lock_one(
        "select greatest(last + 1, (extract(epoch from clock_timestamp()) * 1000000)::bigint) as next"
        " from feed_number where one for update"
    )
    assert row
    return row["next"]


async def roles(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, Listed]:
    """As they stand now, each with its organisation's name and its places."""
    rows = await tx.fetch(
        "select o.id, o.state, org.state ->> 'name' as organisation, i.state as intake from opportunity o"
        " left join mirror_organisation org on org.id = o.organisation_id"
        " left join mirror_intake i on i.id = o.id and not i.erased where o.id = any($1::uuid[])",
        list(ids),
    )
    return {row["id"]: listed_of(row) for row in rows}


async def lines(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, Line]:
    rows = await tx.fetch(
        "select id, organisation_id, number, version, is_open, edition, line, at from feed_item"
        " where id = any($1::uuid[])",
        list(ids),
    )
    return {row["id"]: Line(**dict(row)) for row in rows}


async def keep(tx: Transaction, lines: Sequence[Line]) -> None:
    """The caller holds the numbers."""
    columns = [[getattr(one, name) for one in lines] for name in Line.__dataclass_fields__]
    await tx.change_any(
        "insert into feed_item (id, organisation_id, number, version, is_open, edition, line, at)"
        " select id, organisation_id, number, version, is_open, edition, line, at from unnest($1::uuid[], $2::uuid[],"
        " $3::bigint[], $4::bigint[], $5::boolean[], $6::text[], $7::bytea[], $8::timestamptz[])"
        " as said (id, organisation_id, number, version, is_open, edition, line, at)"
        " on conflict (id) do update set organisation_id = excluded.organisation_id, number = excluded.number,"
        " version = excluded.version, is_open = excluded.is_open, edition = excluded.edition, line = excluded.line,"
        " at = excluded.at",
        *columns,
    )
    await tx.change_one("update feed_number set last = greatest(last, $1) where one", max(one.number for one in lines))


async def not_numbered(tx: Transaction, edition: str, *, limit: int) -> list[UUID]:
    """Some of what is said otherwise than it stands: of before there were numbers, by a version that ran beside, or
    written in another edition."""
    rows = await tx.fetch(
        "select o.id from opportunity o left join feed_item f on f.id = o.id"
        " where case when f.is_open then f.edition <> $1 or f.version <> o.version"
        " else o.closed_at is null and o.apply_by > $3 and coalesce(o.ends_at, 'infinity') > $3"
        " and f.version is distinct from o.version end order by o.id limit $2",
        *(edition, limit, tx.now),
    )
    return [row["id"] for row in rows]


async def lost(tx: Transaction, *, limit: int) -> dict[UUID, int]:
    """Some of what a newer database knew and this one, an older one that was restored, does not: id → version.

    Whoever read of it is told that it is gone.
    """
    rows = await tx.fetch(
        "select l.key, l.version from lost l where l.topic = 'matching.opportunity'"
        " and not exists (select from opportunity o where o.id = l.key)"
        " and not exists (select from feed_item f where f.id = l.key) order by l.key limit $1",
        limit,
    )
    return {row["key"]: row["version"] for row in rows}


async def of_organisation(tx: Transaction, organisation_id: UUID, after: UUID | None, *, limit: int) -> list[UUID]:
    """The next of what is open of an organisation."""
    rows = await tx.fetch(
        "select id from feed_item where organisation_id = $1 and is_open and ($2::uuid is null or id > $2)"
        " order by id limit $3",
        *(organisation_id, after, limit),
    )
    return [row["id"] for row in rows]


async def since(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, datetime]:
    """Since when what stands is said of each."""
    rows = await tx.fetch("select id, at from feed_item where id = any($1::uuid[])", list(ids))
    return {row["id"]: row["at"] for row in rows}


@dataclass(frozen=True)
class Lines:
    """A page: how many lines, the number of the last, and them all with commas between; nothing of an empty one."""

    count: int
    last: int | None
    joined: bytes

    @property
    def is_full(self) -> bool:
        return self.count == PAGE


async def page(tx: Transaction, after: int) -> Lines:
    """The lines after a number, in the order of their numbers."""
    row = await tx.fetchrow(
        "select count(*) as count, max(number) as last, string_agg(line, ',' order by number) as joined"
        " from (select number, line from feed_item where number > $1 order by number limit $2) as page",
        *(after, PAGE),
    )
    assert row
    return Lines(row["count"], row["last"], row["joined"] or b"")


async def count_between(tx: Transaction, after: int, last: int) -> int:
    """How many lines have numbers after one, up to another. A line never comes in between: each change goes last."""
    return await tx.fetchval("select count(*) from feed_item where number > $1 and number <= $2", after, last)


async def delete_old(tx: Transaction) -> None:
    """What is over is said long enough. What a restore lost stays said: nothing else would tell of it."""
    await tx.change_any(
        "delete from feed_item f where not f.is_open and f.at < $1::timestamptz - make_interval(days => $2)"
        " and not exists (select from lost l where l.topic = 'matching.opportunity' and l.key = f.id)",
        *(tx.now, KEPT_DAYS),
    )
