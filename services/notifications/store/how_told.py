"""What somebody chose of how often they are told, and who is owed a mail of what is new."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.postgres.transaction import Row, Transaction
from services.notifications.domain.how_told import USUAL, WEEKDAYS, At


async def chosen(tx: Transaction, person_id: UUID) -> dict[str, str]:
    """By group; none of a group: at once."""
    rows = await tx.fetch("select kinds, how from how_told where person_id = $1", person_id)
    return {row["kinds"]: row["how"] for row in rows}


async def at(tx: Transaction, person_id: UUID) -> At:
    """When they hear of several things together; as for everybody while they did not say."""
    row = await tx.fetchrow(
        "select day, hour from how_told where person_id = $1 order by kinds <> 'fitting', kinds limit 1", person_id
    )
    return At(WEEKDAYS[int(row["day"]) - 1], row["hour"]) if row else USUAL


async def next_round_up(tx: Transaction, person_id: UUID) -> datetime | None:
    """When roles that fit them are told together next; None where they are not."""
    return await tx.fetchval(
        "select greatest(next_at, $2) from how_told where person_id = $1 and kinds = 'fitting'"
        " and how in ('daily', 'weekly')",
        *(person_id, tx.now),
    )


async def choose(tx: Transaction, person_id: UUID, wanted: Mapping[str, str], at: At) -> None:
    """All of it anew. Where they hear of no role any more, none waits for a round-up; where at once, what waits has no
    hour to wait for, as after a break."""
    await tx.change_any("delete from how_told where person_id = $1", person_id)
    await tx.change_each(
        "insert into how_told (person_id, kinds, how, chosen_at, day, hour, next_at)"
        " select person_id, kinds, how, chosen_at, day, hour,"
        " case when kinds = 'fitting' and how in ('daily', 'weekly') then next_round_up(how, day, hour, chosen_at)"
        " else '-infinity' end from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::smallint[],"
        " $6::smallint[]) as n (person_id, kinds, how, chosen_at, day, hour)",
        [(person_id, group, how, tx.now, at.day, at.hour) for group, how in wanted.items() if how != "at_once"],
    )
    fitting = wanted.get("fitting", "at_once")
    if fitting == "at_once":
        await tx.change_any("update message set after_break = true where person_id = $1 and round_up", person_id)
    if fitting == "page":
        await tx.change_any("update message set round_up = false where person_id = $1 and round_up", person_id)


@dataclass(frozen=True)
class Owed:
    """Somebody with news that is still worth telling, in the order in which it came. `more`: so many others."""

    person_id: UUID
    subjects: tuple[str, ...]
    count: int


SHOWN = 10


_TIME = (
    "told_on(($1 at time zone 'Europe/London')::date,"
    " coalesce((select min(h.hour) from how_told h where h.person_id = m.person_id), 9::smallint))"
)
"""Their hour of today. What comes after it is in tomorrow's."""
_DUE = " m.daily and m.queued_at <= " + _TIME + " and " + _TIME + " <= $1"


_ROLES_ARE_DUE = (
    "exists (select from how_told f where f.person_id = m.person_id and f.kinds = 'fitting'"
    " and f.how in ('daily', 'weekly') and f.next_at <= $1 and f.next_at > $1::timestamptz - interval '1 hour')"
)
"""Then they hear of all of it together, with the roles (commands/fitting.py); alone, where that is late by an hour."""
_OWED = (
    " t.person_id, count(m.id) as count, coalesce((array_agg(m.subject order by m.queued_at, m.id)"
    " filter (where m.id is not null))[:$3], '{}') as subjects from those t"
    " left join message m on m.person_id = t.person_id and" + _DUE + " and m.good_until > $1"
    " and not exists (select from message_read r where r.message_id = m.id) and not exists (select from message n"
    " where n.person_id = m.person_id and n.thread = m.thread and (n.queued_at, n.id) > (m.queued_at, m.id))"
    " group by t.person_id order by t.person_id"
)


async def owed(tx: Transaction, *, limit: int) -> list[Owed]:
    """The first of them in id order: what came until their hour, where that has come. What they have read meanwhile, or
    is over, is not in it; nor is whoever is to hear of roles now."""
    rows = await tx.fetch(
        "with those as (select distinct m.person_id from message m where" + _DUE + " and not " + _ROLES_ARE_DUE + ""
        " order by m.person_id limit $2) select" + _OWED,
        *(tx.now, limit, SHOWN),
    )
    return _each(rows)


async def owed_to(tx: Transaction, person_ids: Sequence[UUID]) -> dict[UUID, Owed]:
    """The same of these people, of whom each is owed something."""
    rows = await tx.fetch(
        "with those as (select unnest($2::uuid[]) as person_id) select" + _OWED, tx.now, list(person_ids), SHOWN
    )
    return {one.person_id: one for one in _each(rows) if one.count}


def _each(rows: Sequence[Row]) -> list[Owed]:
    return [Owed(row["person_id"], tuple(row["subjects"]), row["count"]) for row in rows]


async def note(tx: Transaction, person_ids: Sequence[UUID]) -> None:
    """What came until their hour is told, or is not worth it any more."""
    await tx.change_any(
        "update message m set daily = false where m.person_id = any($2::uuid[]) and" + _DUE,
        *(tx.now, list(person_ids)),
    )


async def forget(tx: Transaction, person_id: UUID) -> None:
    await tx.change_any("delete from how_told where person_id = $1", person_id)
