"""The rows of outgoing work, in the service's own table: who has leased one, until when, and what became of it.

The table has a few columns for it (services/README.md, "something that leaves the network"); what else a row is, its
service knows. A lease names its end, and whoever notes a row's fate names the lease: after it has run out and somebody
else has taken the row, nothing is noted under it any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.chassis.postgres.transaction import Transaction

LEASE = timedelta(minutes=2)
"""A row whose sender has died is free again after so long."""
PAUSES = (timedelta(seconds=5), timedelta(seconds=10), timedelta(seconds=30), timedelta(minutes=1))
"""So long nobody tries after the first, second … time that everything was refused; then each minute."""
ONE_PAUSE = timedelta(minutes=10)
"""What is refused again so long after the last pause is refused anew."""
GIVEN_UP_FOR = timedelta(days=30)
GIVEN_UP_SHOWN = 50
"""So long, and so many at once, what was given up is shown to operators."""

# What is no longer worth sending is leased during a pause too: it only has to be noted.
_LEASE = """
with taken as (
    select id from {outgoing} where {waiting} and next_try_at <= clock_timestamp()
        and (leased_until is null or leased_until <= clock_timestamp())
        and (good_until <= clock_timestamp() or not exists (
            select from outgoing_pause where name = $1 and until > clock_timestamp()))
    order by {order} limit $2 for update skip locked),
next as (select id, row_number() over () as number from taken)
update {outgoing} o set leased_until = clock_timestamp() + $3::interval from next where o.id = next.id
returning o.id, o.leased_until, o.attempts, o.good_until, next.number, o.good_until <= clock_timestamp() as stale
"""
# All that can be leased, and what others have leased or a pause keeps: whoever is told looks once more.
_ANY_DUE = "select exists (select from {outgoing} where {waiting} and next_try_at <= clock_timestamp())"
_BEGIN = """
update {outgoing} set leased_until = clock_timestamp() + $3::interval, attempts = $4
where id = $1 and leased_until = $2 and {waiting} returning leased_until
"""
_FREE = """
update {outgoing} set leased_until = null, attempts = $3, next_try_at = coalesce($4, next_try_at),
    error = coalesce($5, error)
where id = $1 and leased_until = $2
"""
_END = """
update {outgoing} set leased_until = null, ended_at = clock_timestamp(), error = $3 where id = $1 and leased_until = $2
"""
# A pause that ended long ago, with nothing to send since, is no part of this one.
_PAUSE = """
insert into outgoing_pause as p (name, tries, since, until, error)
values ($1, 1, clock_timestamp(), clock_timestamp() + ($2::interval[])[1], $3)
on conflict (name) do update set error = excluded.error,
    tries = case when p.until < clock_timestamp() - $4::interval then 1 else p.tries + 1 end,
    since = case when p.until < clock_timestamp() - $4::interval then excluded.since else p.since end,
    until = clock_timestamp() + ($2::interval[])[case when p.until < clock_timestamp() - $4::interval then 1
        else least(p.tries + 1, cardinality($2::interval[])) end]
"""
_RESUME = "delete from outgoing_pause where name = $1"
_STANDS = """
select (select count(*) from {outgoing} where {waiting} and next_try_at <= clock_timestamp()) as due,
    (select count(*) from {outgoing} where {waiting} and next_try_at > clock_timestamp() and attempts > 0) as later,
    (select count(*) from {outgoing} where ended_at > clock_timestamp() - $2::interval) as given_up,
    p.since as refused_since, p.error as refused_because
from (select) as always left join outgoing_pause p on name = $1 and exists (select from {outgoing} where {waiting})
"""
_GIVEN_UP = """
select id, attempts as tries, error, ended_at from {outgoing} where ended_at > clock_timestamp() - $1::interval
order by ended_at desc, id limit $2
"""


@dataclass
class Lease:
    """One row that this process may send until `until`. `attempts`: tries made so far."""

    id: UUID
    until: datetime
    attempts: int
    good_until: datetime
    stale: bool


@dataclass(frozen=True)
class Stands:
    """How outgoing work stands: due and not sent; refused for now; given up; refused altogether since when and why."""

    due: int
    later: int
    given_up: int
    refused_since: datetime | None
    refused_because: str | None


@dataclass(frozen=True)
class GivenUp:
    """Something that will not be tried again. `error` carries no address."""

    id: UUID
    tries: int
    error: str | None
    ended_at: datetime


@dataclass(frozen=True)
class Rows:
    """Where they are. `table`, `waiting` (the SQL condition of a row still to be sent) and `order` (the columns of an
    index, by which some go first) are words of the program."""

    name: str
    table: str
    waiting: str
    order: str = "next_try_at, id"

    @property
    def words(self) -> dict[str, str]:
        return {"outgoing": self.table, "waiting": self.waiting, "order": self.order}

    def sql(self, statement: str) -> str:
        """A statement of this module with this table in it."""
        for word, text in self.words.items():
            statement = statement.replace("{" + word + "}", text)
        return statement

    async def any_due(self, tx: Transaction) -> bool:
        """Whether the time of any has come."""
        return await tx.fetchval(self.sql(_ANY_DUE))

    async def lease(self, tx: Transaction, *, limit: int) -> list[Lease]:
        """The next ones that are due and that nobody has, in their order."""
        rows = await tx.fetch(self.sql(_LEASE), self.name, limit, LEASE)
        rows.sort(key=lambda row: row["number"])
        return [Lease(row["id"], row["leased_until"], row["attempts"], row["good_until"], row["stale"]) for row in rows]

    async def begin(self, tx: Transaction, lease: Lease) -> datetime | None:
        """Count a try, and hold it as long as a try may take: until when; None when it is ours no more, or gone."""
        return await tx.fetchval(self.sql(_BEGIN), lease.id, lease.until, LEASE, lease.attempts + 1)

    async def free(
        self, tx: Transaction, lease: Lease, *, attempts: int, at: datetime | None = None, error: str | None = None
    ) -> bool:
        """Nobody has it any more. `at`: when it is tried next; as before where None. Whether it was still ours."""
        return await tx.change_any(self.sql(_FREE), lease.id, lease.until, attempts, at, error) == 1

    async def end(self, tx: Transaction, lease: Lease, error: str) -> bool:
        """It is given up, in sight of operators. Whether it was still ours."""
        return await tx.change_any(self.sql(_END), lease.id, lease.until, error) == 1

    async def pause(self, tx: Transaction, error: str) -> None:
        """Everything is refused: nobody tries for a while, longer each time."""
        await tx.execute(_PAUSE, self.name, PAUSES, error, ONE_PAUSE)

    async def resume(self, tx: Transaction) -> None:
        await tx.execute(_RESUME, self.name)

    async def stands(self, tx: Transaction) -> Stands:
        row = await tx.fetchrow(self.sql(_STANDS), self.name, GIVEN_UP_FOR)
        assert row
        return Stands(**dict(row))

    async def given_up(self, tx: Transaction) -> Sequence[GivenUp]:
        """Of the last month, the newest first."""
        rows = await tx.fetch(self.sql(_GIVEN_UP), GIVEN_UP_FOR, GIVEN_UP_SHOWN)
        return [GivenUp(**dict(row)) for row in rows]
