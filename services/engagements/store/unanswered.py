"""Who waits for an organisation's answer to their interest, in all of its roles: what is late first."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.engagements import Engagement
from schemas.matching import Opportunity
from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Row, Transaction
from services.engagements.store import names
from services.engagements.store.names import CALLED


@dataclass(frozen=True)
class Unanswered:
    """Somebody who waits."""

    engagement: Engagement
    opportunity: Opportunity
    called: str
    reference: str
    is_named: bool
    is_late: bool


_WAITS = (
    " from engagement e where e.organisation_id = $1 and e.status = 'interested' and not exists (select from answer a"
    " where a.engagement_id = e.id and a.what = 'not_chosen' and a.undo_until is not null"
    " and a.answered_at >= e.interested_at)"
)
UNANSWERED = Listing(
    "unanswered",
    sorts=(
        Sort(
            "late",
            "Late ones first",
            "select e.id, e.answer_due, e.state, i.opportunity, "
            + CALLED
            + " from (select e.id, e.answer_due, e.state, e.opportunity_id, e.person_id, e.number, e.is_named"
            + _WAITS
            + " and (e.answer_due, e.id) > ($2, $3) order by e.answer_due, e.id limit $4) e"
            " join intake i on i.id = e.opportunity_id order by e.answer_due, e.id",
            by={"answer_due": datetime, "id": UUID},
        ),
    ),
    count="select count(*) from (select" + _WAITS + " limit $2) as counted",
)


async def of_organisation(tx: Transaction, asked: Asked, organisation_id: UUID) -> Page[Unanswered]:
    page = await UNANSWERED.page(tx, asked, organisation_id)
    return page.with_items([_unanswered(row, tx.now) for row in page.items])


def _unanswered(row: Row, now: datetime) -> Unanswered:
    engagement = Engagement.model_validate_json(row["state"])
    return Unanswered(
        engagement=engagement,
        opportunity=Opportunity.model_validate_json(row["opportunity"]),
        called=names.called(row),
        reference=names.reference(row),
        is_named=row["is_named"],
        is_late=engagement.answer_by is not None and engagement.answer_by <= now,
    )


async def count_late(tx: Transaction, organisation_id: UUID) -> int:
    """How many of them were to be answered before now."""
    return await tx.fetchval("select count(*)::integer" + _WAITS + " and e.answer_due <= $2", organisation_id, tx.now)


async def by_days_late(tx: Transaction) -> dict[int, int]:
    """Whole days since the answer was promised → how many people wait for one, in all organisations; 0: not late."""
    rows = await tx.fetch(
        "select greatest(0, ceil(extract(epoch from $1 - answer_due) / 86400))::integer as days,"
        " count(*)::integer as people from engagement where status = 'interested' group by 1",
        tx.now,
    )
    return {row["days"]: row["people"] for row in rows}


@dataclass(frozen=True)
class Undecided:
    """Roles of a kind, paid or not, whose day of hearing who was chosen is over; `since`: the earliest such day."""

    kind: str
    pay: str
    roles: int
    since: datetime


async def undecided(tx: Transaction) -> list[Undecided]:
    """Roles in which somebody waits for an answer after the day by which they were to hear, in all organisations."""
    rows = await tx.fetch(
        "select i.opportunity ->> 'rung' as kind, case when jsonb_typeof(i.opportunity -> 'pay') = 'object' then 'paid'"
        " else 'expenses_only' end as pay, count(*)::integer as roles,"
        " min((i.opportunity ->> 'decide_by')::timestamptz) as since from (select distinct e.opportunity_id"
        " from engagement e where e.status = 'interested' and not exists (select from answer a"
        " where a.engagement_id = e.id and a.what = 'not_chosen' and a.undo_until is not null"
        " and a.answered_at >= e.interested_at)) w join intake i on i.id = w.opportunity_id"
        " where (i.opportunity ->> 'decide_by')::timestamptz <= $1 group by 1, 2",
        tx.now,
    )
    return [Undecided(**dict(row)) for row in rows]


async def running_out(tx: Transaction, before: datetime) -> int:
    """Offers that are not answered and run out before a moment."""
    return await tx.fetchval(
        "select count(*)::integer from engagement where status = 'offered' and reply_by < $1", before
    )
