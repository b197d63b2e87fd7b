"""The desks that organisations keep."""

from datetime import datetime
from uuid import UUID

import asyncpg

from schemas.identity import Desk
from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Row, Transaction
from services.identity.domain.desk import NoLongerKept, SameName

_DESK = "id, name, phone, mailbox, hours, out_until, reads, deputy_id"
_FOUND = " from desk where organisation_id = $1 and closed_at is null and strpos(name_key, (select searched($2))) > 0"
BY_NAME = Listing(
    "desks",
    sorts=(
        Sort(
            "name",
            "By name",
            "select name_key, " + _DESK + _FOUND + " and (name_key, id) > ($3, $4) order by name_key, id limit $5",
            by={"name_key": str, "id": UUID},
        ),
    ),
    count="select count(*) from (select" + _FOUND + " limit $3) as counted",
)


async def desks(tx: Transaction, asked: Asked, organisation_id: UUID, words: str) -> Page[Desk]:
    """Those that are kept now and have the words in their name."""
    page = await BY_NAME.page(tx, asked, organisation_id, words)
    return page.with_items([_desk(row) for row in page.items])


async def desk(tx: Transaction, id: UUID, organisation_id: UUID) -> Desk:
    """Raises NoLongerKept."""
    row = await tx.fetchrow(
        "select " + _DESK + " from desk where id = $1 and organisation_id = $2 and closed_at is null",
        *(id, organisation_id),
    )
    if row is None:
        raise NoLongerKept
    return _desk(row)


async def add(tx: Transaction, desk: Desk, organisation_id: UUID) -> None:
    """Raises SameName."""
    try:
        await tx.change_one(
            "insert into desk (id, organisation_id, name, phone, mailbox, hours, out_until, reads, deputy_id)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            *_values(desk, organisation_id),
        )
    except asyncpg.UniqueViolationError:
        raise SameName from None


async def change(tx: Transaction, desk: Desk, organisation_id: UUID) -> None:
    """The caller has seen that it is kept, and holds its organisation's row. Raises SameName."""
    try:
        await tx.change_one(
            "update desk set name = $3, phone = $4, mailbox = $5, hours = $6, out_until = $7, reads = $8,"
            " deputy_id = $9 where id = $1 and organisation_id = $2 and closed_at is null",
            *_values(desk, organisation_id),
        )
    except asyncpg.UniqueViolationError:
        raise SameName from None


async def close(tx: Transaction, id: UUID, organisation_id: UUID, *, now: datetime) -> None:
    """It stands in for no other any more. The caller has seen that it is kept, and holds its organisation's row."""
    await tx.change_any(
        "update desk set deputy_id = null where deputy_id = $1 and organisation_id = $2", id, organisation_id
    )
    await tx.change_one(
        "update desk set closed_at = $3 where id = $1 and organisation_id = $2", id, organisation_id, now
    )


def _desk(row: Row) -> Desk:
    return Desk(
        id=row["id"],
        name=row["name"],
        phone=row["phone"],
        mailbox=row["mailbox"],
        hours=row["hours"],
        out_until=row["out_until"],
        reads=row["reads"],
        deputy_id=row["deputy_id"],
    )


def _values(desk: Desk, organisation_id: UUID) -> tuple[object, ...]:
    told = (desk.name, desk.phone, desk.mailbox, desk.hours, desk.out_until, desk.reads, desk.deputy_id)
    return (desk.id, organisation_id, *told)
