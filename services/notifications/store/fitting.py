"""Roles that fit people: which are still worth telling, who is owed a round-up of them, and what is measured of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from services.chassis.base.access import london_day
from services.chassis.postgres.transaction import Transaction
from services.notifications.domain.message import Fit, Message
from services.notifications.store.messages import MESSAGE, message_of

Verdict = Literal["tell", "pause", "over"]
"""`pause`: its person has a break, and hears of it afterwards if it is open then."""

_JUDGED = (
    # `limit 1`: each by its index, however many there are of others
    " left join lateral (select f.id, f.opportunity_id, f.state from mirror_match f"
    " where f.id = w.match_id and not f.erased limit 1) f on true"
    " left join lateral (select l.id, l.erased, l.state from mirror_leader l where l.id = w.person_id limit 1) l"
    " on true"
    " left join mirror_opportunity o on o.id = f.opportunity_id and not o.erased"
    " left join mirror_intake i on i.id = f.opportunity_id and not i.erased"
    " cross join lateral (select case when f.id is null or o.id is null or f.state ->> 'ended_at' is not null"
    # closed, over or full
    " or o.state ->> 'closed_at' is not null or (o.state ->> 'apply_by')::timestamptz <= $1"
    " or i.state ->> 'closed_at' is not null"
    " or coalesce((i.state ->> 'places_taken')::integer >= (i.state ->> 'places')::integer, false)"
    " or role_is_over(o.state, $1)"
    # they answered, left, or were told of it by another match
    " or exists (select from mirror_engagement e where e.person_id = w.person_id"
    " and e.opportunity_id = f.opportunity_id and not e.erased)"
    " or (l.id is not null and (l.erased or l.state ->> 'status' <> 'approved'))"
    " or exists (select from message t where t.person_id = w.person_id and t.thread = f.opportunity_id"
    " and t.kind = 'match_made' and t.about <> f.id and t.status = 'sent' and not t.round_up)"
    " then 'over' when l.state ->> 'paused_at' is not null"
    " and coalesce((l.state ->> 'paused_until')::date >= $2, true) then 'pause' else 'tell' end as verdict) v"
)
"""What is known now of a match: of what was not heard yet nothing is held against it."""


async def verdicts(tx: Transaction, person_id: UUID, match_ids: Sequence[UUID]) -> list[Verdict]:
    """In their order."""
    rows = await tx.fetch(
        "select v.verdict from (select $3::uuid as person_id, n.match_id, n.number"
        " from unnest($4::uuid[]) with ordinality as n (match_id, number)) w" + _JUDGED + " order by w.number",
        *(tx.now, london_day(tx.now), person_id, list(match_ids)),
    )
    return [row["verdict"] for row in rows]


DUE = (
    "select person_id from how_told where kinds = 'fitting' and how in ('daily', 'weekly') and next_at <= $1"
    " order by next_at, person_id limit $2"
)


async def due(tx: Transaction, *, limit: int) -> list[UUID]:
    """Those whose hour has come, who waited longest first."""
    return [row["person_id"] for row in await tx.fetch(DUE, tx.now, limit)]


async def claim(tx: Transaction, person_ids: Sequence[UUID]) -> list[UUID]:
    """Of these, whom nobody else has told meanwhile; each has a next time from now on."""
    rows = await tx.fetch(
        "with those as (select person_id from how_told where person_id = any($2::uuid[]) and kinds = 'fitting'"
        " and how in ('daily', 'weekly') and next_at <= $1 order by person_id for update)"
        " update how_told h set next_at = next_round_up(h.how, h.day, h.hour, $1) from those"
        " where h.person_id = those.person_id and h.kinds = 'fitting' returning h.person_id",
        *(tx.now, list(person_ids)),
    )
    return sorted(row["person_id"] for row in rows)


async def back_from_break(tx: Transaction, *, limit: int) -> list[UUID]:
    """Those who are told at once, and of whom something waited through a break that is over."""
    rows = await tx.fetch(
        "select distinct m.person_id from message m where m.round_up and m.after_break and not exists (select"
        " from how_told h where h.person_id = m.person_id and h.kinds = 'fitting')"
        " and not exists (select from mirror_leader l where l.id = m.person_id and not l.erased"
        " and l.state ->> 'paused_at' is not null and coalesce((l.state ->> 'paused_until')::date >= $1, true))"
        " order by m.person_id limit $2",
        *(london_day(tx.now), limit),
    )
    return [row["person_id"] for row in rows]


@dataclass(frozen=True)
class Waits:
    """What waited for somebody's round-up, is still worth telling and was not read: what closes first is first."""

    person_id: UUID
    fits: tuple[Fit, ...]


WAITING = (
    "with those as materialized (select m.id, m.person_id, m.about as match_id from message m"
    " where m.round_up and m.person_id = any($3::uuid[]) for update),"
    " judged as materialized (select w.id, w.person_id, w.match_id, f.opportunity_id,"
    " (o.state ->> 'apply_by')::timestamptz as apply_by, v.verdict from those w" + _JUDGED + "),"
    " done as (update message set round_up = false"
    " where id = any(array(select id from judged where verdict <> 'pause')))"
    " select person_id, array_agg(match_id order by apply_by, match_id) as matches,"
    " array_agg(opportunity_id order by apply_by, match_id) as roles from judged where verdict = 'tell'"
    " and not exists (select from message_read r where r.message_id = judged.id)"
    " group by person_id order by person_id"
)


async def take_waiting(tx: Transaction, person_ids: Sequence[UUID]) -> list[Waits]:
    """What goes into the round-ups of these; it waits no more. What waits through a break goes on to do so."""
    rows = await tx.fetch(WAITING, tx.now, london_day(tx.now), list(person_ids))
    return [Waits(row["person_id"], tuple(map(Fit, row["matches"], row["roles"]))) for row in rows]


async def wait_for_round_up(tx: Transaction, person_id: UUID, match_ids: Sequence[UUID]) -> None:
    """These are told in the next one, or after the break that they have."""
    await tx.change_any(
        "update message set round_up = true, after_break = true where person_id = $1"
        " and about = any($2::uuid[]) and kind = 'match_made'",
        *(person_id, list(match_ids)),
    )


async def narrow(tx: Transaction, id: UUID, fits: Sequence[Fit]) -> None:
    """What of a round-up is told in the end. The caller holds its lock."""
    await tx.change_one(
        "update message set matches = $2, roles = $3 where id = $1",
        *(id, [one.match_id for one in fits], [one.role_id for one in fits]),
    )


async def lock_not_to_tell(tx: Transaction, *, limit: int) -> list[Message]:
    """Some that staff are to say or write, of which something is not to be told now; none that is being printed."""
    rows = await tx.lock_all(
        "select " + MESSAGE + " from message m where m.id in (select w.id from (select m.id, m.person_id,"
        " unnest(case when m.kind = 'match_made' then array[m.about] else m.matches end) as match_id from message m"
        " where m.kind in ('match_made', 'roles_fit') and m.status = 'queued' and m.organisation_id is not null"
        " and not exists (select from letter_taken t where t.message_id = m.id)) w" + _JUDGED + ""
        " where v.verdict <> 'tell' limit $3) order by m.id for update",
        *(tx.now, london_day(tx.now), limit),
    )
    return [message_of(row) for row in rows]


async def told_in_a_week(tx: Transaction, person_ids: Sequence[UUID]) -> list[int]:
    """How many roles, alone or together, each was told of in the last seven days."""
    rows = await tx.fetch(
        "select (select count(*) from message m where m.person_id = p.id and m.kind in ('match_made', 'roles_fit')"
        " and m.queued_at > $2::timestamptz - interval '30 days' and m.status = 'sent' and m.channel <> 'page'"
        " and m.sent_at > $2::timestamptz - interval '7 days') + (select count(*) from message m"
        " where m.person_id = p.id and m.kind = 'daily' and m.matches <> '{}' and m.status = 'sent'"
        " and m.queued_at > $2::timestamptz - interval '30 days' and m.sent_at > $2::timestamptz - interval '7 days')"
        " as count from unnest($1::uuid[]) as p (id)",
        *(list(person_ids), tx.now),
    )
    return [row["count"] for row in rows]


async def note_alerted(tx: Transaction, match_ids: Sequence[UUID]) -> list[float]:
    """Of each role of which nobody was told before: how many seconds after it was posted that was."""
    rows = await tx.fetch(
        "with added as (insert into role_alerted (opportunity_id, at) select distinct f.opportunity_id, $2::timestamptz"
        " from mirror_match f where f.id = any($1::uuid[]) and not f.erased order by 1 on conflict do nothing"
        " returning opportunity_id) select extract(epoch from $2 - (o.state ->> 'posted_at')::timestamptz)::float"
        " as seconds from added a join mirror_opportunity o on o.id = a.opportunity_id and not o.erased",
        *(list(match_ids), tx.now),
    )
    return [row["seconds"] for row in rows]


async def late(tx: Transaction) -> float:
    """For how many seconds whoever has waited longest for a round-up has done so; 0 where nobody has."""
    return await tx.fetchval(
        "select coalesce(max(extract(epoch from $1 - h.next_at)), 0)::float from (select next_at from how_told"
        " where kinds = 'fitting' and how in ('daily', 'weekly') and next_at <= $1 and next_at > '-infinity'"
        " order by next_at limit 1) h",
        tx.now,
    )
