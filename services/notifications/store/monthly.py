"""The monthly list: what is in each, who wants it, and who is next to get it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.chassis.base.access import london_day
from services.chassis.postgres.transaction import Row, Transaction
from services.notifications.domain.contact import Channel
from services.notifications.domain.kinds import NOTICE
from services.notifications.domain.message import Message
from services.notifications.domain.monthly import Month, OpenRole, Standing
from services.notifications.store.messages import MESSAGE, message_of

_MONTH = "m.month, m.made_at, m.new_since, m.roles, m.open_roles, m.after, m.finished_at"
_OPEN = (
    " from mirror_opportunity o left join mirror_intake i on i.id = o.id and not i.erased where not o.erased"
    " and o.state ->> 'closed_at' is null and (o.state ->> 'apply_by')::timestamptz > $1"
    " and i.state ->> 'closed_at' is null"
    " and (i.id is null or (i.state ->> 'places_taken')::integer < (i.state ->> 'places')::integer)"
)
"""Still open, not taken off the feed, and not full as far as that is known."""


def _month(row: Row) -> Month:
    return Month(
        month=row["month"],
        made_at=row["made_at"],
        new_since=row["new_since"],
        roles=tuple(row["roles"]),
        open_roles=row["open_roles"],
        after=row["after"],
        finished_at=row["finished_at"],
    )


async def lock_month(tx: Transaction, month: date) -> Month | None:
    row = await tx.lock_one("select " + _MONTH + " from monthly_list m where m.month = $1 for update", month)
    return _month(row) if row else None


async def months(tx: Transaction, some: Sequence[date]) -> dict[date, Month]:
    rows = await tx.fetch("select " + _MONTH + " from monthly_list m where m.month = any($1::date[])", some)
    return {row["month"]: _month(row) for row in rows}


async def last_made(tx: Transaction) -> datetime | None:
    return await tx.fetchval("select max(made_at) from monthly_list")


async def add_month(tx: Transaction, m: Month) -> bool:
    """False where another process has just done so."""
    return bool(
        await tx.change_any(
            "insert into monthly_list (month, made_at, new_since, roles, open_roles, finished_at)"
            " values ($1, $2, $3, $4, $5, $6) on conflict (month) do nothing",
            *(m.month, m.made_at, m.new_since, m.roles, m.open_roles, m.finished_at),
        )
    )


async def note_progress(tx: Transaction, m: Month) -> None:
    await tx.change_one(
        "update monthly_list set after = $2, finished_at = $3 where month = $1", m.month, m.after, m.finished_at
    )


async def open_roles(tx: Transaction, *, limit: int) -> tuple[list[OpenRole], int]:
    """The newest first; and how many there are, with those beyond the limit."""
    rows = await tx.fetch(
        "select o.id, (o.state ->> 'posted_at')::timestamptz as posted_at, count(*) over () as in_all"
        + _OPEN
        + " order by 2 desc, o.id desc limit $2",
        *(tx.now, limit),
    )
    return [OpenRole(row["id"], row["posted_at"]) for row in rows], rows[0]["in_all"] if rows else 0


async def still_open(tx: Transaction, ids: Sequence[UUID]) -> list[OpenRole]:
    """Which of these are so now."""
    rows = await tx.fetch(
        "select o.id, (o.state ->> 'posted_at')::timestamptz as posted_at" + _OPEN + " and o.id = any($2::uuid[])",
        *(tx.now, ids),
    )
    return [OpenRole(row["id"], row["posted_at"]) for row in rows]


@dataclass(frozen=True)
class Receiver:
    """Somebody who gets the list, how, and what of it is not for them. `last`: when they had one before."""

    person_id: UUID
    channel: Channel
    left_out: frozenset[UUID]
    last: datetime | None


_CHANNEL = (
    "case when c.channel in ('phone', 'meet') then case when w.wanted and c.letters_to is not null then 'post' end"
    " when c.channel <> 'page' and (c.channel <> 'email' or c.verified_at is not null) then c.channel end"
)
_WANTED = (
    " from contact_point c join mirror_account a on a.id = c.person_id and not a.erased"
    " left join monthly_choice w on w.person_id = c.person_id"
    " left join mirror_leader l on l.id = c.person_id and not l.erased and l.state ->> 'status' = 'approved'"
    " where c.unreached is null and (" + _CHANNEL + ") is not null and case when l.id is not null"
    " then w.wanted is not false and (l.state ->> 'paused_at' is null or (l.state ->> 'paused_until')::date < $1)"
    " else w.wanted is true and exists (select from mirror_application p where p.person_id = c.person_id"
    " and not p.erased and (p.state ->> 'stage' = 'declined' or (p.state ->> 'again_at' is not null"
    " and p.state ->> 'stage' in ('asked', 'sent', 'talked')))) end"
    " and not exists (select from mirror_application q where q.person_id = c.person_id and not q.erased"
    " and q.state ->> 'stage' = 'listed')"
)
"""Who gets it and how, as `domain/monthly.py` has it for one: a test holds the two to each other."""
RECEIVERS = (
    "select c.person_id, (" + _CHANNEL + ") as channel,"
    " (select max(x.queued_at) from message x where x.person_id = c.person_id and x.about = c.person_id"
    " and x.list_month is not null) as last, array("
    # told of it alone
    "select (m.state ->> 'opportunity_id')::uuid from mirror_match m where m.person_id = c.person_id and not m.erased"
    " and (m.state ->> 'opportunity_id')::uuid = any($3::uuid[]) and exists (select from message x"
    " where x.person_id = c.person_id and x.about = m.id and x.stage = 'matched')"
    # they show interest, have a place, or it is over for them
    " union all select e.opportunity_id from mirror_engagement e where e.person_id = c.person_id and not e.erased"
    " and e.opportunity_id = any($3::uuid[])"
    # it asks for training that they do not have
    " union all select t.role from unnest($4::uuid[], $5::text[]) as t (role, code) where not exists (select"
    " from mirror_credential d where d.person_id = c.person_id and not d.erased and d.state ->> 'credential' = t.code"
    " and ((d.state ->> 'expires_on') is null or (d.state ->> 'expires_on')::date >= $1))"
    ") as left_out" + _WANTED + " and c.person_id = any($2::uuid[]) order by c.person_id"
)
NEXT_PEOPLE = "select c.person_id from contact_point c where c.person_id > $1 order by c.person_id limit $2"
_FIRST = UUID(int=0)


async def next_people(tx: Transaction, after: UUID | None, *, limit: int) -> list[UUID]:
    """The next of all who said how they are reached, in id order."""
    rows = await tx.fetch(NEXT_PEOPLE, after or _FIRST, limit)
    return [row["person_id"] for row in rows]


async def receivers(
    tx: Transaction, month: Month, needs: Sequence[tuple[UUID, str]], among: Sequence[UUID]
) -> list[Receiver]:
    """Who of these gets the list. `needs`: roles of the list, with a code of training that each asks for."""
    rows = await tx.fetch(
        RECEIVERS,
        *(london_day(tx.now), among, month.roles, [role for role, _ in needs], [code for _, code in needs]),
    )
    return [Receiver(row["person_id"], row["channel"], frozenset(row["left_out"]), row["last"]) for row in rows]


async def still_goes(tx: Transaction, person_ids: Sequence[UUID]) -> dict[UUID, Channel]:
    """Which of these get the list as it is now, and how."""
    rows = await tx.fetch(
        "select c.person_id, (" + _CHANNEL + ") as channel" + _WANTED + " and c.person_id = any($2::uuid[])",
        *(london_day(tx.now), person_ids),
    )
    found: dict[UUID, Channel] = {row["person_id"]: row["channel"] for row in rows}
    return found


async def lock_waiting(tx: Transaction, person_id: UUID) -> list[Message]:
    """Lists that wait to be sent or posted to somebody."""
    rows = await tx.lock_all(
        "select " + MESSAGE + " from message m where m.person_id = $1 and m.list_month is not null"
        " and m.status in ('queued', 'sending') order by m.id for update",
        person_id,
    )
    return [message_of(row) for row in rows]


async def wanted(tx: Transaction, person_id: UUID) -> bool | None:
    """What somebody said; None: nothing."""
    return await tx.fetchval("select wanted from monthly_choice where person_id = $1", person_id)


async def choose(tx: Transaction, person_id: UUID, *, wanted: bool, by: UUID) -> None:
    await tx.change_one(
        "insert into monthly_choice (person_id, wanted, said_at, said_by) values ($1, $2, $3, $4)"
        " on conflict (person_id) do update set wanted = excluded.wanted, said_at = excluded.said_at,"
        " said_by = excluded.said_by",
        *(person_id, wanted, tx.now, by),
    )


async def take_back_of_who_is_nobody(tx: Transaction) -> list[UUID]:
    """Delete what people said who have neither a place in the pool nor an application, and say who they are."""
    rows = await tx.fetch(
        "delete from monthly_choice w where not exists (select from mirror_leader l where l.id = w.person_id"
        " and not l.erased) and not exists (select from mirror_application p where p.person_id = w.person_id"
        " and not p.erased) returning w.person_id"
    )
    return sorted(row["person_id"] for row in rows)


async def forget(tx: Transaction, person_id: UUID) -> None:
    await tx.change_any("delete from monthly_choice where person_id = $1", person_id)


async def standing(tx: Transaction, person_id: UUID) -> Standing:
    """Whether the list is for somebody."""
    row = await tx.fetchrow(
        "select exists (select from mirror_leader l where l.id = $1 and not l.erased"
        " and l.state ->> 'status' = 'approved') as pool, exists (select from mirror_leader l where l.id = $1"
        " and not l.erased and l.state ->> 'paused_at' is not null"
        " and coalesce((l.state ->> 'paused_until')::date >= $2, true)) as pauses,"
        " exists (select from mirror_application p where p.person_id = $1 and not p.erased"
        " and (p.state ->> 'stage' = 'declined' or (p.state ->> 'again_at' is not null"
        " and p.state ->> 'stage' in ('asked', 'sent', 'talked')))) as not_now,"
        " exists (select from mirror_application q where q.person_id = $1 and not q.erased"
        " and q.state ->> 'stage' = 'listed') as listed",
        *(person_id, london_day(tx.now)),
    )
    assert row
    if row["listed"]:
        return "none"
    if row["pool"]:
        return "break" if row["pauses"] else "pool"
    return "not_now" if row["not_now"] else "none"


async def waits(tx: Transaction) -> datetime | None:
    """Since when the oldest list that could be sent waits, or a month of these days is begun and not all are told."""
    return await tx.fetchval(
        "select least((select min(made_at) from monthly_list where finished_at is null and made_at > $1),"
        " (select min(next_try_at) from message where rank = 2 and list_month is not null"
        " and channel in ('email', 'sms') and status in ('queued', 'sending')"
        " and next_try_at <= clock_timestamp()))",
        tx.now - NOTICE.good_for,
    )
