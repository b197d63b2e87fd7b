"""The venues that organisations keep."""

from datetime import datetime
from uuid import UUID

import asyncpg

from schemas.identity import Venue
from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Row, Transaction
from services.identity.domain.desk import NoLongerKept, SameName

_VENUE = "id, name, address, postcode, access"
_FOUND = " from venue where organisation_id = $1 and closed_at is null and strpos(name_key, (select searched($2))) > 0"
BY_NAME = Listing(
    "venues",
    sorts=(
        Sort(
            "name",
            "By name",
            "select name_key, " + _VENUE + _FOUND + " and (name_key, id) > ($3, $4) order by name_key, id limit $5",
            by={"name_key": str, "id": UUID},
        ),
    ),
    count="select count(*) from (select" + _FOUND + " limit $3) as counted",
)


async def venues(tx: Transaction, asked: Asked, organisation_id: UUID, words: str) -> Page[Venue]:
    """Those that are kept now and have the words in their name."""
    page = await BY_NAME.page(tx, asked, organisation_id, words)
    return page.with_items([_venue(row) for row in page.items])


async def venue(tx: Transaction, id: UUID, organisation_id: UUID) -> Venue:
    """Raises NoLongerKept."""
    row = await tx.fetchrow(
        "select " + _VENUE + " from venue where id = $1 and organisation_id = $2 and closed_at is null",
        *(id, organisation_id),
    )
    if row is None:
        raise NoLongerKept
    return _venue(row)


async def add(tx: Transaction, venue: Venue, organisation_id: UUID) -> None:
    """Raises SameName."""
    try:
        await tx.change_one(
            "insert into venue (id, organisation_id, name, address, postcode, access) values ($1, $2, $3, $4, $5, $6)",
            *(venue.id, organisation_id, venue.name, venue.address, venue.postcode, venue.access),
        )
    except asyncpg.UniqueViolationError:
        raise SameName from None


async def change(tx: Transaction, venue: Venue, organisation_id: UUID) -> None:
    """The caller has seen that it is kept, and holds its organisation's row. Raises SameName."""
    try:
        await tx.change_one(
            "update venue set name = $3, address = $4, postcode = $5, access = $6"
            " where id = $1 and organisation_id = $2 and closed_at is null",
            *(venue.id, organisation_id, venue.name, venue.address, venue.postcode, venue.access),
        )
    except asyncpg.UniqueViolationError:
        raise SameName from None


async def close(tx: Transaction, id: UUID, organisation_id: UUID, *, now: datetime) -> None:
    """The caller has seen that it is kept, and holds its organisation's row."""
    await tx.change_one(
        "update venue set closed_at = $3 where id = $1 and organisation_id = $2", id, organisation_id, now
    )


def _venue(row: Row) -> Venue:
    return Venue(id=row["id"], name=row["name"], address=row["address"], postcode=row["postcode"], access=row["access"])
