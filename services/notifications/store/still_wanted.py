"""Who is asked whether they still want to be told of roles, and what they said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.chassis.base.access import london_day
from services.chassis.base.hands import Person
from services.chassis.postgres.transaction import Transaction


@dataclass(frozen=True)
class Asked:
    """That somebody was asked, until when an answer counts, and which it was."""

    asked_at: datetime
    answer_by: datetime
    answer: str | None


async def get(tx: Transaction, person_id: UUID) -> Asked | None:
    row = await tx.fetchrow("select asked_at, answer_by, answer from still_wanted where person_id = $1", person_id)
    return Asked(**dict(row)) if row else None


async def answer(tx: Transaction[Person], said: str) -> None:
    """What they say last counts; of whoever was not asked nothing is kept."""
    await tx.change_any(
        "update still_wanted set answer = $2, answered_at = $3, answered_by = $4 where person_id = any($1::uuid[])",
        *([tx.acting.person_id], said, tx.now, tx.acting.by),
    )


_TOLD = (
    " from mirror_leader l join contact_point c on c.person_id = l.id and c.channel <> 'page' and c.unreached is null"
    " join mirror_account a on a.id = l.id and not a.erased"
    " where l.id > $1 and not l.erased and l.state ->> 'status' = 'approved'"
    " and (l.state ->> 'paused_at' is null or (l.state ->> 'paused_until')::date < $4)"
    " and not exists (select from how_told h where h.person_id = l.id and h.kinds = 'fitting' and h.how = 'page')"
    # told of one so long ago, and of one since then: nobody is asked about nothing
    " and exists (select from message m where m.person_id = l.id and m.kind in ('match_made', 'roles_fit')"
    " and m.queued_at <= $3 and m.status = 'sent')"
    " and exists (select from message m where m.person_id = l.id and m.kind in ('match_made', 'roles_fit')"
    " and m.queued_at > $3 and m.status = 'sent')"
    " and not exists (select from mirror_engagement e where e.person_id = l.id and not e.erased"
    " and (e.state ->> 'interested_at')::timestamptz > $3)"
    " and not exists (select from still_wanted w where w.person_id = l.id"
    " and greatest(w.asked_at, w.answered_at) > $3)"
)
NEXT = "select l.id" + _TOLD + " order by l.id limit $2"


async def to_ask(tx: Transaction, after: UUID, *, since: datetime, limit: int) -> list[UUID]:
    """The next, in id order, who are told of roles, have answered none since then, and were not asked since then."""
    return [row["id"] for row in await tx.fetch(NEXT, after, limit, since, london_day(tx.now))]


async def note_asked(tx: Transaction, person_ids: Sequence[UUID], *, days: int) -> None:
    await tx.change_any(
        "insert into still_wanted (person_id, asked_at, answer_by) select id, $2, $3 from unnest($1::uuid[]) as id"
        " on conflict (person_id) do update set asked_at = excluded.asked_at, answer_by = excluded.answer_by,"
        " answer = null, answered_at = null, answered_by = null",
        *(list(person_ids), tx.now, tx.now + timedelta(days=days)),
    )


@dataclass(frozen=True)
class Unanswered:
    """Somebody who has not answered in time. `weekly`: they would hear of roles more often than once a week."""

    person_id: UUID
    weekly: bool


async def unanswered(tx: Transaction, *, limit: int) -> list[Unanswered]:
    """The next of them. Whoever has answered a role since they were asked, has a break or left is left as they are."""
    rows = await tx.fetch(
        "select w.person_id, not exists (select from how_told h where h.person_id = w.person_id"
        " and h.kinds = 'fitting' and h.how in ('weekly', 'page')) and not exists (select from mirror_engagement e"
        " where e.person_id = w.person_id and not e.erased"
        " and (e.state ->> 'interested_at')::timestamptz > w.asked_at) and exists (select from mirror_leader l"
        " where l.id = w.person_id and not l.erased and l.state ->> 'status' = 'approved'"
        " and (l.state ->> 'paused_at' is null or (l.state ->> 'paused_until')::date < $3)) as weekly"
        " from still_wanted w where w.answer is null and w.answer_by <= $1 order by w.answer_by, w.person_id limit $2",
        *(tx.now, limit, london_day(tx.now)),
    )
    return [Unanswered(row["person_id"], row["weekly"]) for row in rows]


async def note_unanswered(tx: Transaction, person_ids: Sequence[UUID], weekly: Sequence[UUID]) -> list[UUID]:
    """Nobody said anything: of these, `weekly` hear of roles once a week from now on. Returns who that is: an answer
    that came in this moment counts."""
    rows = await tx.fetch(
        "with those as (update still_wanted set answer = 'none', answered_at = $2 where person_id = any($1::uuid[])"
        " and answer is null returning person_id)"
        " insert into how_told (person_id, kinds, how, chosen_at, day, hour, next_at) select person_id, 'fitting',"
        " 'weekly', $2, 1, 9, next_round_up('weekly', 1::smallint, 9::smallint, $2) from those"
        " where person_id = any($3::uuid[]) on conflict (person_id, kinds) do update set how = 'weekly',"
        " chosen_at = excluded.chosen_at, next_at = next_round_up('weekly', how_told.day, how_told.hour, $2)"
        " returning person_id",
        *(list(person_ids), tx.now, list(weekly)),
    )
    return sorted(row["person_id"] for row in rows)


async def forget(tx: Transaction, person_id: UUID) -> None:
    await tx.change_any("delete from still_wanted where person_id = $1", person_id)
