"""Rate cards."""

from datetime import date
from uuid import UUID

from schemas.payments import RateCard
from services.chassis.base.refusals import NotFound
from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Transaction


async def add(tx: Transaction, card: RateCard) -> None:
    await tx.change_one(
        "insert into rate_card (id, version, organisation_id, state, valid_from, valid_to)"
        " values ($1, $2, $3, $4, $5, $6)",
        *(card.id, card.version, card.organisation_id, card.model_dump_json(), card.valid_from, card.valid_to),
    )


async def save(tx: Transaction, card: RateCard) -> None:
    """The caller holds the row's lock."""
    await tx.change_one(
        "update rate_card set version = $2, state = $3, valid_to = $4 where id = $1",
        *(card.id, card.version, card.model_dump_json(), card.valid_to),
    )


async def lock(tx: Transaction, id: UUID, *, organisation_id: UUID) -> RateCard:
    """Raises NotFound, also for another organisation's."""
    row = await tx.lock_one(
        "select state from rate_card where id = $1 and organisation_id = $2 for update", id, organisation_id
    )
    if row is None:
        raise NotFound
    return RateCard.model_validate_json(row["state"])


async def after(tx: Transaction, id: UUID, *, limit: int) -> list[RateCard]:
    """Those after an id, in id order."""
    rows = await tx.fetch("select state from rate_card where id > $1 order by id limit $2", id, limit)
    return [RateCard.model_validate_json(row["state"]) for row in rows]


async def lock_by_id(tx: Transaction, id: UUID) -> RateCard | None:
    """Whoever's it is; for the system only."""
    row = await tx.lock_one("select state from rate_card where id = $1 for update", id)
    return RateCard.model_validate_json(row["state"]) if row else None


async def of_organisation(tx: Transaction, asked: Asked, organisation_id: UUID) -> Page[RateCard]:
    """Newest first."""
    page = await RATE_CARDS.page(tx, asked, organisation_id)
    return page.with_items([RateCard.model_validate_json(row["state"]) for row in page.items])


RATE_CARDS = Listing(
    "rate cards",
    sorts=(
        Sort(
            "newest",
            "Newest first",
            "select id, valid_from, state from rate_card where organisation_id = $1 and (valid_from, id) < ($2, $3)"
            " order by valid_from desc, id desc limit $4",
            by={"valid_from": date, "id": UUID},
            descending=True,
        ),
    ),
    count="select count(*) from (select from rate_card where organisation_id = $1 limit $2) as counted",
    size=50,
)


async def one_of_organisation(tx: Transaction, organisation_id: UUID, id: UUID) -> RateCard:
    """Raises NotFound, also for another organisation's."""
    state = await tx.fetchval("select state from rate_card where organisation_id = $1 and id = $2", organisation_id, id)
    if state is None:
        raise NotFound
    return RateCard.model_validate_json(state)
