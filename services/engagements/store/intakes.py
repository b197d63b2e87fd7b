"""Intakes: the places of each opportunity, and what changed because of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter

from schemas.engagements import Outcome
from schemas.matching import Opportunity
from schemas.payments import RateCard
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotFound
from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Row, Transaction
from services.engagements.domain.intake import Intake
from services.engagements.domain.objected import Network
from services.engagements.domain.offers import Terms

_BUSY = TypeAdapter(dict[UUID, frozenset[UUID]])

_INTAKE = (
    "version, opportunity, places_taken, places_held, on_reserve, offer_reserve_since, told_at, what_changed,"
    " attendance_due, outcome_due_at, look_at, open_until, objected_since, network_id, network_since"
)


def _intake(row: Row) -> Intake:
    has_outcome = row["told_at"] is not None
    return Intake(
        version=row["version"],
        opportunity=Opportunity.model_validate_json(row["opportunity"]),
        places_taken=row["places_taken"],
        places_held=row["places_held"],
        on_reserve=row["on_reserve"],
        offer_reserve_since=row["offer_reserve_since"],
        outcome=Outcome(recorded_at=row["told_at"], what_changed=row["what_changed"]) if has_outcome else None,
        attendance_due=tuple(row["attendance_due"]),
        outcome_due_at=row["outcome_due_at"],
        recount_at=row["look_at"],
        open_until=row["open_until"],
        objected_since=row["objected_since"],
        network=Network(row["network_id"], row["network_since"]) if row["network_id"] else None,
    )


async def get(tx: Transaction, id: UUID) -> Intake | None:
    row = await tx.fetchrow("select " + _INTAKE + " from intake where id = $1", id)
    return _intake(row) if row else None


async def opportunities(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, Opportunity]:
    """As each intake knows its own."""
    rows = await tx.fetch("select id, opportunity from intake where id = any($1::uuid[])", ids)
    return {row["id"]: Opportunity.model_validate_json(row["opportunity"]) for row in rows}


async def lock_if_there(tx: Transaction, id: UUID) -> Intake | None:
    row = await tx.lock_one("select " + _INTAKE + " from intake where id = $1 for update", id)
    return _intake(row) if row else None


async def lock(tx: Transaction, id: UUID) -> Intake:
    """Raises NotFound, also for another organisation's than the one that is acted for."""
    row = await tx.lock_one(
        "select " + _INTAKE + " from intake where id = $1 and ($2::uuid is null or organisation_id = $2) for update",
        *(id, tx.acting.for_organisation),
    )
    if row is None:
        raise NotFound
    return _intake(row)


async def after(tx: Transaction, id: UUID, *, limit: int) -> list[Intake]:
    """Those after an id, in id order."""
    rows = await tx.fetch("select " + _INTAKE + " from intake where id > $1 order by id limit $2", id, limit)
    return [_intake(row) for row in rows]


async def add(tx: Transaction, i: Intake) -> None:
    await tx.change_one(
        "insert into intake (id, version, organisation_id, ods_code, opportunity, places, places_taken, attendance_due,"
        " look_at, open_until) values ($1, $2, $3, $4, $5, $6, 0, '{}', $7, $8)",
        *(i.id, i.version, i.organisation_id, i.opportunity.ods_code),
        *(i.opportunity.model_dump_json(), i.places, i.recount_at, i.open_until),
    )


async def save(tx: Transaction, i: Intake) -> None:
    """The caller holds the row's lock."""
    await tx.change_one(
        "update intake set version = $2, opportunity = $3, places = $4, places_taken = $5, told_at = $6,"
        " what_changed = $7, attendance_due = $8, outcome_due_at = $9, look_at = $10, places_held = $11,"
        " on_reserve = $12, offer_reserve_since = $13, open_until = $14, objected_since = $15, network_id = $16,"
        " network_since = $17 where id = $1",
        *(i.id, i.version, i.opportunity.model_dump_json(), i.places, i.places_taken),
        *(i.outcome.recorded_at if i.outcome else None, i.outcome.what_changed if i.outcome else None),
        *(list(i.attendance_due), i.outcome_due_at, i.recount_at, i.places_held, i.on_reserve, i.offer_reserve_since),
        *(i.open_until, i.objected_since),
        *(i.network.organisation_id if i.network else None, i.network.since if i.network else None),
    )


async def to_recount(tx: Transaction, after: UUID, *, limit: int) -> dict[UUID, datetime]:
    """From when on something may wait that was not counted yet, of the intakes after an id, in id order."""
    rows = await tx.fetch(
        "select id, look_at from intake where look_at is not null and id > $1 order by id limit $2", after, limit
    )
    return {row["id"]: row["look_at"] for row in rows}


async def to_end(tx: Transaction, after: UUID, *, limit: int) -> dict[UUID, datetime]:
    """When the last session of each ends, where what is open then was not ended yet, after an id and in id order."""
    rows = await tx.fetch(
        "select id, open_until from intake where open_until is not null and id > $1 order by id limit $2", after, limit
    )
    return {row["id"]: row["open_until"] for row in rows}


async def unrecorded(tx: Transaction) -> list[datetime]:
    """When each session ended where somebody had a place and it is not recorded who came, in all organisations."""
    rows = await tx.fetch(
        "select (s ->> 'starts_at')::timestamptz + (s ->> 'hours')::double precision * interval '1 hour' as ended_at"
        " from intake i join mirror_opportunity o on o.id = i.id and not o.erased"
        " cross join jsonb_array_elements(o.state -> 'sessions') s"
        " where i.attendance_due <> '{}' and (s ->> 'id')::uuid = any(i.attendance_due) order by 1"
    )
    return [row["ended_at"] for row in rows if row["ended_at"] <= tx.now]


async def terms(tx: Transaction[Member], opportunity: Opportunity, people: Collection[UUID]) -> Terms:
    """What a place at it is offered with today, to these people."""
    row = await tx.fetchrow(
        "select (select state from mirror_rate_card where id = $1 and not erased) as rate, array(select distinct"
        " person_id from help_given where helped_by = $2 and person_id = any($3::uuid[])) as helped,"
        " (select jsonb_object_agg(b.person_id, b.sessions) from (select person_id, jsonb_agg(session_id) as sessions"
        " from busy_then($4, $3::uuid[], $5) group by person_id) b) as busy, waits_for_draw($4) as waits_for_draw,"
        " exists (select from draw d where d.opportunity_id = $4 and d.drawn_at is not null and d.confirmed_at is null"
        " and d.set_aside_at is null) as is_drawn",
        *(opportunity.pay.rate_card_id if opportunity.pay else None, tx.acting.by, list(people)),
        *(opportunity.id, tx.now),
    )
    assert row
    return Terms(
        opportunity,
        RateCard.model_validate_json(row["rate"]) if row["rate"] else None,
        on=london_day(tx.now),
        helped=frozenset(row["helped"]),
        busy=_BUSY.validate_json(row["busy"] or "{}"),
        is_over=opportunity.has_ended(tx.now),
        waits_for_draw=row["waits_for_draw"],
        is_drawn=row["is_drawn"],
    )


async def waits_for_draw(tx: Transaction, opportunity_id: UUID) -> bool:
    """Whether its places are drawn, and nothing can be offered yet."""
    return await tx.fetchval("select waits_for_draw($1)", opportunity_id)


@dataclass(frozen=True)
class PublicOutcome:
    """What changed because of one opportunity."""

    opportunity: Opportunity
    organisation: str
    outcome: Outcome


async def outcomes(tx: Transaction, asked: Asked, *, ods_code: str | None) -> Page[PublicOutcome]:
    """One page of what changed, newest first."""
    page = await OUTCOMES.page(tx, asked, ods_code)
    return page.with_items([_public_outcome(row) for row in page.items])


def _public_outcome(row: Row) -> PublicOutcome:
    return PublicOutcome(
        Opportunity.model_validate_json(row["opportunity"]),
        row["organisation"],
        Outcome(recorded_at=row["told_at"], what_changed=row["what_changed"]),
    )


_TOLD = " where i.told_at is not null and ($1::text is null or i.ods_code = $1)"
OUTCOMES = Listing(
    "outcomes",
    sorts=(
        Sort(
            "newest",
            "Newest first",
            "select i.id, i.opportunity, i.told_at, i.what_changed,"
            " coalesce(org.state ->> 'name', i.ods_code) as organisation"
            " from intake i left join mirror_organisation org on org.id = i.organisation_id"
            + _TOLD
            + " and (i.told_at, i.id) < ($2, $3) order by i.told_at desc, i.id desc limit $4",
            by={"told_at": datetime, "id": UUID},
            descending=True,
        ),
    ),
    count="select count(*) from (select from intake i" + _TOLD + " limit $2) as counted",
)


async def organisations_with_outcomes(tx: Transaction) -> dict[str, str]:
    """ODS code → name of each organisation that has said what changed."""
    rows = await tx.fetch(
        "select distinct i.ods_code, coalesce(org.state ->> 'name', i.ods_code) as name from intake i"
        " left join mirror_organisation org on org.id = i.organisation_id where i.told_at is not null"
        " order by 2"
    )
    return {row["ods_code"]: row["name"] for row in rows}


async def organisation_name(tx: Transaction, opportunity: Opportunity) -> str:
    name = await tx.fetchval(
        "select state ->> 'name' from mirror_organisation where id = $1", opportunity.organisation_id
    )
    return name or opportunity.ods_code
