"""What somebody chose of how often they are told, and who is owed a mail of what is new."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.postgres.transaction import Transaction


async def chosen(tx: Transaction, person_id: UUID) -> dict[str, str]:
    """By group; none of a group: at once."""
    rows = await tx.fetch("select kinds, how from how_told where person_id = $1", person_id)
    return {row["kinds"]: row["how"] for row in rows}


async def choose(tx: Transaction, person_id: UUID, wanted: Mapping[str, str]) -> None:
    """All of it anew."""
    await tx.change_any("delete from how_told where person_id = $1", person_id)
    await tx.change_each(
        "insert into how_told (person_id, kinds, how, chosen_at) select * from unnest($1::uuid[], $2::text[],"
        " $3::text[], $4::timestamptz[])",
        [(person_id, group, how, tx.now) for group, how in wanted.items() if how != "at_once"],
    )


@dataclass(frozen=True)
class Owed:
    """Somebody with news that is still worth telling, in the order in which it came. `more`: so many others."""

    person_id: UUID
    subjects: tuple[str, ...]
    count: int


SHOWN = 10


async def owed(tx: Transaction, *, until: datetime, limit: int) -> list[Owed]:
    """The first of them in id order: what came until then. What they have read meanwhile, or is over, is not in it."""
    rows = await tx.fetch(
        "with those as (select distinct m.person_id from message m where m.daily and m.queued_at <= $1"
        " order by m.person_id limit $2)"
        " select t.person_id, count(m.id) as count, coalesce((array_agg(m.subject order by m.queued_at, m.id)"
        " filter (where m.id is not null))[:$3], '{}') as subjects from those t"
        " left join message m on m.person_id = t.person_id and m.daily and m.queued_at <= $1 and m.good_until > $1"
        " and not exists (select from message_read r where r.message_id = m.id) and not exists (select from message n"
        " where n.person_id = m.person_id and n.thread = m.thread and (n.queued_at, n.id) > (m.queued_at, m.id))"
        " group by t.person_id order by t.person_id",
        *(until, limit, SHOWN),
    )
    return [Owed(row["person_id"], tuple(row["subjects"]), row["count"]) for row in rows]


async def note(tx: Transaction, person_ids: Sequence[UUID], *, until: datetime) -> None:
    """What came until then is told, or is not worth it any more."""
    await tx.change_any(
        "update message set daily = false where person_id = any($1::uuid[]) and daily and queued_at <= $2",
        *(list(person_ids), until),
    )


async def forget(tx: Transaction, person_id: UUID) -> None:
    await tx.change_any("delete from how_told where person_id = $1", person_id)
