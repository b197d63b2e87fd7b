"""Who stands where with a role: who has a place, an offer or an interest, and what of it they were not told yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from schemas.engagements import Engagement
from schemas.matching import Opportunity
from services.chassis.postgres.transaction import Row, Transaction
from services.notifications.domain.message import Message
from services.notifications.domain.sessions import Reminder
from services.notifications.store.messages import MESSAGE, message_of


class Told(Protocol):
    """Something that is told once of a role, and when it happened. `until`: the stage of the last that is told
    together with it; empty where it is told by itself."""

    @property
    def stage(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def until(self) -> str: ...


Standing = Literal["place", "offer", "interest"]
"""By what is at stake for somebody, most first. Whoever is on the reserve list stands with those who have an offer."""
STATUSES: dict[Standing, tuple[str, ...]] = {
    "place": ("accepted",),
    "offer": ("offered", "reserve"),
    "interest": ("interested",),
}


@dataclass(frozen=True)
class Stands:
    """One of them, and the stages of what they are still to be told. `ended`: the stage under which their end is."""

    engagement_id: UUID
    person_id: UUID
    status: str
    interested_at: datetime
    untold: tuple[str, ...] = ()

    @property
    def ended(self) -> str:
        return ended_stage(self.interested_at)


def ended_stage(interested_at: datetime) -> str:
    """An interest ends once, for whichever reason is heard first; one that is shown again has an end of its own."""
    return f"ended:{int(interested_at.timestamp())}"


_TOLD = (
    "(select from message m where m.person_id = those.person_id and m.about = $1 and (m.stage = n.stage"
    " or n.until <> '' and m.kind in ('role_changed', 'role_said_anew') and m.stage collate \"C\" >= n.stage"
    " and (m.status in ('sent', 'failed') or m.stage collate \"C\" >= n.until)))"
)
"""By a message of its own, or of changes of the role by one of this or of a later one: what waits to be said of them
is said together with what came after it, so it counts only where it tells of the last."""


def _each(news: Sequence[Told]) -> tuple[list[str], list[datetime], list[str]]:
    return [one.stage for one in news], [one.at for one in news], [one.until for one in news]


async def to_tell_of_role(
    tx: Transaction,
    opportunity_id: UUID,
    news: Sequence[Told],
    statuses: Sequence[str],
    *,
    one: UUID | None = None,
    after: UUID | None = None,
    limit: int = 1,
) -> list[Stands]:
    """The next of them in id order; perhaps only `one`. Whoever came after something happened saw it on the page."""
    rows = await tx.fetch(
        "with those as materialized (select id, person_id, state ->> 'status' as status,"
        " (state ->> 'interested_at')::timestamptz as interested_at from mirror_engagement"
        " where opportunity_id = $1 and not erased and state ->> 'status' = any($2::text[])"
        " and ($3::uuid is null or id = $3) and ($4::uuid is null or id > $4) order by id limit $5)"
        " select those.id, those.person_id, those.status, those.interested_at,"
        " coalesce(array_agg(n.stage order by n.at) filter (where n.stage is not null), '{}') as untold"
        " from those left join unnest($6::text[], $7::timestamptz[], $8::text[]) as n (stage, at, until)"
        " on n.at > those.interested_at and not exists " + _TOLD + " group by 1, 2, 3, 4 order by those.id",
        *(opportunity_id, list(statuses), one, after, limit),
        *_each(news),
    )
    return [_stands(row, tuple(row["untold"])) for row in rows]


async def to_tell_who_were_told(
    tx: Transaction, opportunity_id: UUID, news: Sequence[Told], *, after: UUID | None, limit: int
) -> list[Stands]:
    """The next of those who were told that it fits them, in the order of their matches, and have not answered: whoever
    was not told yet reads it as it is."""
    rows = await tx.fetch(
        "with those as materialized (select f.id, f.person_id, (f.state ->> 'matched_at')::timestamptz as matched_at"
        " from mirror_match f where f.opportunity_id = $1 and not f.erased and f.state ->> 'ended_at' is null"
        " and exists (select from message t where t.person_id = f.person_id and t.about = f.id"
        " and t.stage = 'matched' and t.status = 'sent' and not t.round_up)"
        " and not exists (select from mirror_engagement e where e.opportunity_id = $1 and e.person_id = f.person_id"
        " and not e.erased) and ($2::uuid is null or f.id > $2) order by f.id limit $3)"
        " select those.id, those.person_id, 'matched' as status, those.matched_at as interested_at,"
        " coalesce(array_agg(n.stage order by n.at) filter (where n.stage is not null), '{}') as untold"
        " from those left join unnest($4::text[], $5::timestamptz[], $6::text[]) as n (stage, at, until)"
        " on n.at > those.matched_at and not exists " + _TOLD + " group by 1, 2, 3, 4 order by those.id",
        *(opportunity_id, after, limit, *_each(news)),
    )
    return [_stands(row, tuple(row["untold"])) for row in rows]


async def to_remind(
    tx: Transaction, opportunity_id: UUID, due: Sequence[Reminder], *, after: UUID | None, limit: int
) -> list[Stands]:
    """The next of those who have a place, in id order, with the reminders that they are due and had not: not of
    whoever has a break on its day, nor by a letter that would come the day after."""
    rows = await tx.fetch(
        "with those as materialized (select e.id, e.person_id, e.state ->> 'status' as status,"
        " (e.state ->> 'interested_at')::timestamptz as interested_at,"
        " (e.state ->> 'accepted_at')::timestamptz as accepted_at, coalesce(c.channel, '') as channel,"
        " l.state ->> 'paused_at' is not null as has_a_break, (l.state ->> 'paused_until')::date as paused_until"
        " from mirror_engagement e left join contact_point c on c.person_id = e.person_id"
        " left join mirror_leader l on l.id = e.person_id and not l.erased"
        " where e.opportunity_id = $1 and not e.erased and e.state ->> 'status' = 'accepted'"
        " and ($2::uuid is null or e.id > $2) order by e.id limit $3)"
        " select those.id, those.person_id, those.status, those.interested_at,"
        " coalesce(array_agg(n.stage order by n.at) filter (where n.stage is not null), '{}') as untold"
        " from those left join unnest($4::text[], $5::timestamptz[], $6::timestamptz[], $7::boolean[])"
        " as n (stage, at, starts_at, is_soon) on n.at >= those.accepted_at"
        " and not (n.is_soon and those.channel = 'post')"
        " and not (those.has_a_break and (those.paused_until is null"
        " or (n.starts_at at time zone 'Europe/London')::date <= those.paused_until))"
        " and not exists (select from message m where m.person_id = those.person_id and m.about = $1"
        " and m.stage = n.stage) group by 1, 2, 3, 4 order by those.id",
        *(opportunity_id, after, limit),
        *([one.stage for one in due], [one.at for one in due], [one.session.starts_at for one in due]),
        [one.kind == "session_tomorrow" for one in due],
    )
    return [_stands(row, tuple(row["untold"])) for row in rows]


async def left_by_withdrawal(
    tx: Transaction,
    of: Opportunity,
    standing: Standing | None,
    *,
    one: UUID | None = None,
    after: UUID | None = None,
    limit: int = 1,
) -> list[Stands]:
    """Those of a standing, or of any, who had something to lose when the opportunity was withdrawn, in id order; or
    only `one` of them. What ended before has been told, or was the person's own wish.

    An older version told everybody of their end once, as `ended`.
    """
    if of.withdrawn is None:
        return []
    rows = await tx.fetch(
        "select id, person_id, status, interested_at from (select id, person_id, state ->> 'status' as status,"
        " (state ->> 'interested_at')::timestamptz as interested_at,"
        " case when state ->> 'status' in ('accepted', 'called_off') then 'place'"
        " when state ->> 'status' in ('offered', 'reserve') or state ->> 'offer' is not null then 'offer'"
        " else 'interest' end as standing from mirror_engagement where opportunity_id = $1 and not erased"
        " and state ->> 'status' in ('interested', 'offered', 'reserve', 'not_chosen', 'withdrawn', 'called_off',"
        " 'accepted') and coalesce((state ->> 'ended_at')::timestamptz, $2) >= $2) e"
        " where ($3::text is null or standing = $3) and ($4::uuid is null or id = $4) and ($5::uuid is null or id > $5)"
        " and not exists (select from message m where m.person_id = e.person_id and m.about = e.id"
        " and m.stage = 'ended' and m.queued_at >= e.interested_at) order by id limit $6",
        *(of.id, of.withdrawn.at, standing, one, after, limit),
    )
    return [_stands(row) for row in rows]


def _stands(row: Row, untold: tuple[str, ...] = ()) -> Stands:
    return Stands(row["id"], row["person_id"], row["status"], row["interested_at"], untold)


async def was_told_their_end(tx: Transaction, engagement: Engagement) -> bool:
    """By an older version, which told it as `ended`."""
    return bool(
        await tx.fetchval(
            "select exists (select from message where person_id = $1 and about = $2 and stage = 'ended'"
            " and queued_at >= $3)",
            *(engagement.person_id, engagement.id, engagement.interested_at),
        )
    )


async def has_said_no(tx: Transaction, engagement: Engagement) -> bool:
    """Whether its person said no to an offer and can still undo it, which nobody else knows."""
    return bool(
        await tx.fetchval(
            "select exists (select from mirror_undoing where engagement_id = $1 and side = 'person' and not erased"
            " and state ->> 'until' is not null)",
            engagement.id,
        )
    )


async def was_told_of_reserve(tx: Transaction, engagement: Engagement) -> bool:
    """Whether they were told, of this interest, that they are on the reserve list."""
    return bool(
        await tx.fetchval(
            "select exists (select from message where person_id = $1 and about = $2 and kind = 'on_reserve'"
            " and queued_at >= $3)",
            *(engagement.person_id, engagement.id, engagement.interested_at),
        )
    )


async def lock_untold(
    tx: Transaction, person_ids: Sequence[UUID], about: Sequence[UUID], kinds: Sequence[str]
) -> list[Message]:
    """What still waits to be sent or said to them about these, in id order, locked."""
    rows = await tx.lock_all(
        "select " + MESSAGE + " from message m where m.person_id = any($1::uuid[]) and m.about = any($2::uuid[])"
        " and m.kind = any($3::text[]) and m.status in ('queued', 'sending') order by m.id for update",
        *(list(person_ids), list(about), list(kinds)),
    )
    return [message_of(row) for row in rows]


async def lock_over(tx: Transaction, kinds: Sequence[str], *, limit: int) -> list[Message]:
    """Some that staff were to say or write, and that are over."""
    rows = await tx.lock_all(
        "select " + MESSAGE + " from message m where m.organisation_id is not null and m.status = 'queued'"
        " and m.kind = any($1::text[]) and m.good_until <= $2 order by m.id limit $3 for update",
        *(list(kinds), tx.now, limit),
    )
    return [message_of(row) for row in rows]


async def reword(tx: Transaction, messages: Sequence[Message]) -> None:
    """Put what waits into the words of now. The caller holds the rows' locks."""
    await tx.change_each(
        "update message set subject = n.subject, body = n.body, easy = n.easy, good_until = n.good_until,"
        " later = n.later"
        " from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::text[])"
        " as n (id, subject, body, easy, good_until, later) where message.id = n.id",
        [(m.id, m.news.subject, m.news.body, m.news.easy, m.news.good_until, m.news.later) for m in messages],
    )
