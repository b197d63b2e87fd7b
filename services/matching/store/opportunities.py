"""Opportunities: what is kept of each, and an organisation's own. What is open, for everybody: see feed.py."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from schemas.identity import Organisation
from schemas.matching import Opportunity
from schemas.payments import RateCard
from schemas.training import Programme
from services.chassis.base.access import london_day
from services.chassis.base.periods import Period
from services.chassis.base.refusals import NotFound
from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.titles import titles_of
from services.chassis.postgres.transaction import Row, Transaction
from services.matching.store.feed import LISTED, Listed, listed_of
from services.matching.store.feed import Filter as Filter
from services.matching.store.feed import feed as feed


@dataclass(frozen=True)
class OwnFilter:
    """What an organisation looks for among its own. None: any."""

    is_open: bool | None = None
    words: str | None = None


def _read(row: Row) -> Opportunity:
    return Opportunity.model_validate_json(row["state"])


async def lock(tx: Transaction, id: UUID) -> Opportunity:
    """Raises NotFound, also for another organisation's than the one that is acted for."""
    row = await tx.lock_one(
        "select state from opportunity where id = $1 and ($2::uuid is null or organisation_id = $2) for update",
        *(id, tx.acting.for_organisation),
    )
    if row is None:
        raise NotFound
    return _read(row)


async def get(tx: Transaction, id: UUID) -> Listed | None:
    row = await tx.fetchrow(
        "select o.state, org.state ->> 'name' as organisation, i.state as intake from opportunity o"
        " left join mirror_organisation org on org.id = o.organisation_id"
        " left join mirror_intake i on i.id = o.id and not i.erased where o.id = $1",
        id,
    )
    return listed_of(row) if row else None


async def add(tx: Transaction, o: Opportunity) -> None:
    await tx.change_one(
        "insert into opportunity (id, version, organisation_id, state, posted_at, apply_by, closed_at, ends_at,"
        " organisation_name) values ($1, $2, $3, $4, $5, $6, $7, $8, coalesce((select m.state ->> 'name'"
        " from mirror_organisation m where m.id = $3 and not m.erased), ''))",
        *(o.id, o.version, o.organisation_id, o.model_dump_json(), o.posted_at, o.apply_by, o.closed_at, o.ends_at),
    )


async def save(tx: Transaction, *opportunities: Opportunity) -> None:
    """The caller holds the lock of each row."""
    await tx.change_each(
        "update opportunity set version = n.version, state = n.state, apply_by = n.apply_by, closed_at = n.closed_at,"
        " ends_at = n.ends_at from unnest($1::uuid[], $2::bigint[], $3::jsonb[], $4::timestamptz[], $5::timestamptz[],"
        " $6::timestamptz[]) as n (id, version, state, apply_by, closed_at, ends_at) where opportunity.id = n.id",
        [(o.id, o.version, o.model_dump_json(), o.apply_by, o.closed_at, o.ends_at) for o in opportunities],
    )


_NOT_OVER = "not o.called_off and coalesce(o.ends_at, 'infinity') > $2"


async def lock_not_over(tx: Transaction, organisation_id: UUID, *, after: UUID | None, limit: int) -> list[Opportunity]:
    """Those of an organisation after an id, in id order, that were not called off and whose last session may come."""
    rows = await tx.lock_all(
        "select o.state from opportunity o where o.organisation_id = $1 and " + _NOT_OVER + " and"
        " ($3::uuid is null or o.id > $3) order by o.id limit $4 for update",
        *(organisation_id, tx.now, after, limit),
    )
    return [_read(row) for row in rows]


async def after(tx: Transaction, id: UUID, *, limit: int) -> list[Opportunity]:
    """Those after an id, in id order."""
    return [
        _read(row)
        for row in await tx.fetch("select state from opportunity where id > $1 order by id limit $2", id, limit)
    ]


async def of_organisation(tx: Transaction, asked: Asked, organisation_id: UUID, wanted: OwnFilter) -> Page[Listed]:
    """One page of an organisation's opportunities."""
    page = await OWN.page(tx, asked, organisation_id, wanted.is_open, wanted.words)
    return page.with_items([listed_of(row) for row in page.items])


_OWN = (
    " where o.organisation_id = $1 and ($2::boolean is null or (o.closed_at is null) = $2)"
    " and ($3::text is null or strpos(o.words, (select searched($3))) > 0)"
)
OWN = Listing(
    "own opportunities",
    sorts=(
        Sort(
            "newest",
            "Newest first",
            LISTED + _OWN + " and (o.posted_at, o.id) < ($4, $5) order by o.posted_at desc, o.id desc limit $6",
            by={"posted_at": datetime, "id": UUID},
            descending=True,
        ),
    ),
    count="select count(*) from (select from opportunity o" + _OWN + " limit $4) as counted",
)


async def closing_moments(tx: Transaction, after: UUID, *, limit: int) -> dict[UUID, datetime]:
    """When each that is open closes, of those after an id, in id order."""
    rows = await tx.fetch(
        "select id, least(apply_by, ends_at) as at from opportunity where closed_at is null and id > $1"
        " order by id limit $2",
        *(after, limit),
    )
    return {row["id"]: row["at"] for row in rows}


async def last_days(tx: Transaction, after: UUID, *, limit: int) -> dict[UUID, datetime]:
    """When the last day is over of each organisation that has one and something to call off then, after an id."""
    rows = await tx.fetch(
        "select m.id, m.state from mirror_organisation m where not m.erased and m.state ->> 'valid_to' is not null"
        " and m.id > $1 and exists (select from opportunity o where o.organisation_id = m.id and " + _NOT_OVER + ")"
        " order by m.id limit $3",
        *(after, tx.now, limit),
    )
    found = (Organisation.model_validate_json(row["state"]) for row in rows)
    return {one.id: at for one in found if (at := Period.of(one).ends_at)}


async def rates_in_force(tx: Transaction, organisation_id: UUID, *, on: date) -> list[RateCard]:
    rows = await tx.fetch(
        "select state from mirror_rate_card where organisation_id = $1 and not erased"
        " and in_force(state, $2) order by id",
        *(organisation_id, on),
    )
    return [RateCard.model_validate_json(row["state"]) for row in rows]


async def training_offered(tx: Transaction) -> dict[str, str]:
    """Credential code → title of a programme that gives it now, for what an opportunity may ask for."""
    rows = await tx.fetch(
        "select state from mirror_programme where not erased and state ->> 'withdrawn_at' is null order by id"
    )
    return await titles_of(tx, [Programme.model_validate_json(row["state"]) for row in rows])


async def organisations(tx: Transaction) -> list[Organisation]:
    """Those that are open, or have something open still, by name: to narrow the feed to one of them."""
    rows = await tx.fetch(
        "select m.state from mirror_organisation m where not m.erased and"
        " (m.state ->> 'valid_to' is null or (m.state ->> 'valid_to')::date >= $1"
        " or exists (select from opportunity o where o.organisation_id = m.id and o.closed_at is null))"
        " order by m.state ->> 'name'",
        london_day(tx.now),
    )
    return [Organisation.model_validate_json(row["state"]) for row in rows]
