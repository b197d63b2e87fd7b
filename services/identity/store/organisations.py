"""Organisations and who takes over from whom."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import asyncpg

from schemas.identity import Desk, Host, Venue
from services.chassis.postgres.lists import Asked, Few, Listing, Page, Sort, few
from services.chassis.postgres.transaction import Row, Transaction
from services.identity.domain.organisation import CodeTaken, OneNetwork, Organisation

_ORGANISATION = (
    "o.id, o.version, o.ods_code, o.name, o.kind, o.valid_from, o.valid_to,"
    " array(select s.successor_id from succession s where s.closed_id = o.id order by 1) as successors,"
    " array(select row(d.id, d.name, d.phone, d.mailbox, d.hours, d.out_until, d.reads, d.deputy_id) from desk d"
    " where d.organisation_id = o.id and d.closed_at is null order by d.name_key) as desks,"
    " array(select row(h.host_id, b.ods_code, h.valid_from, h.valid_to) from hosting h"
    " join organisation b on b.id = h.host_id where h.organisation_id = o.id"
    " order by h.valid_from, h.host_id) as hosts,"
    " array(select row(v.id, v.name, v.address, v.postcode, v.access) from venue v"
    " where v.organisation_id = o.id and v.closed_at is null order by v.name_key) as venues"
)


@dataclass(frozen=True)
class Named:
    """How a page names an organisation."""

    ods_code: str
    name: str


def _organisation(row: Row) -> Organisation:
    return Organisation(
        id=row["id"],
        version=row["version"],
        ods_code=row["ods_code"],
        name=row["name"],
        kind=row["kind"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        successors=tuple(row["successors"]),
        desks=tuple(
            Desk(
                id=id,
                name=name,
                phone=phone,
                mailbox=mailbox,
                hours=hours,
                out_until=out_until,
                reads=reads,
                deputy_id=deputy,
            )
            for id, name, phone, mailbox, hours, out_until, reads, deputy in row["desks"]
        ),
        hosts=tuple(
            Host(organisation_id=id, ods_code=ods_code, valid_from=valid_from, valid_to=valid_to)
            for id, ods_code, valid_from, valid_to in row["hosts"]
        ),
        venues=tuple(
            Venue(id=id, name=name, address=address, postcode=postcode, access=access)
            for id, name, address, postcode, access in row["venues"]
        ),
    )


async def organisation(tx: Transaction, ods_code: str) -> Organisation | None:
    row = await tx.fetchrow(
        "select " + _ORGANISATION + " from organisation o where ods_code = $1",
        ods_code,
    )
    return _organisation(row) if row else None


async def lock_organisation(tx: Transaction, ods_code: str) -> Organisation | None:
    """Its row is held until the commit."""
    held = await tx.lock_one("select id from organisation where ods_code = $1 for update", ods_code)
    return await organisation(tx, ods_code) if held else None


async def organisations_after(tx: Transaction, id: UUID, *, limit: int) -> list[Organisation]:
    """Those after an id, in id order."""
    rows = await tx.fetch(
        "select " + _ORGANISATION + " from organisation o where id > $1 order by id limit $2",
        *(id, limit),
    )
    return [_organisation(row) for row in rows]


async def lock_by_id(tx: Transaction, id: UUID) -> Organisation | None:
    ods_code = await tx.fetchval("select ods_code from organisation where id = $1", id)
    return await lock_organisation(tx, ods_code) if ods_code else None


async def name(tx: Transaction, id: UUID) -> str:
    return await tx.fetchval("select name from organisation where id = $1", id)


async def save_version(tx: Transaction, organisation: Organisation) -> None:
    """The caller holds the row's lock."""
    await tx.change_one("update organisation set version = $2 where id = $1", organisation.id, organisation.version)


async def network(tx: Transaction) -> Organisation | None:
    """The organisation that runs the gateway; None before the first start."""
    row = await tx.fetchrow("select " + _ORGANISATION + " from organisation o where kind = 'network'")
    return _organisation(row) if row else None


async def is_empty(tx: Transaction) -> bool:
    """Whether there is no organisation at all yet. Waits for another first start that is under way."""
    await tx.execute("select pg_advisory_xact_lock(hashtextextended('identity:first-start', 0))")
    return not await tx.fetchval("select exists (select from organisation)")


async def add_organisation(tx: Transaction, new: Organisation, *, now: datetime) -> None:
    """Raises CodeTaken or OneNetwork."""
    try:
        await tx.change_one(
            "insert into organisation (id, version, ods_code, name, kind, valid_from, valid_to, registered_at)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8)",
            *(new.id, new.version, new.ods_code, new.name, new.kind, new.valid_from, new.valid_to, now),
        )
    except asyncpg.UniqueViolationError as twice:
        raise (CodeTaken if twice.constraint_name == "organisation_ods_code" else OneNetwork) from None


async def close_organisation(tx: Transaction, closed: Organisation) -> None:
    await tx.change_one(
        "update organisation set version = $2, valid_to = $3 where id = $1", closed.id, closed.version, closed.valid_to
    )
    await tx.change_any(
        "insert into succession (closed_id, successor_id) select $1, unnest($2::uuid[])",
        *(closed.id, list(closed.successors)),
    )


async def save_correction(tx: Transaction, before: Organisation, now: Organisation, *, by: UUID) -> None:
    """The row as it is now, and beside it what stood there; the caller holds the row's lock."""
    await tx.change_one(
        "insert into organisation_before (organisation_id, version, name, kind, valid_from, valid_to, corrected_at,"
        " corrected_by) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        *(before.id, before.version, before.name, before.kind, before.valid_from, before.valid_to, tx.now, by),
    )
    await tx.change_one(
        "update organisation set version = $2, name = $3, kind = $4, valid_from = $5, valid_to = $6 where id = $1",
        *(now.id, now.version, now.name, now.kind, now.valid_from, now.valid_to),
    )
    if not now.successors:
        await tx.change_any("delete from succession where closed_id = $1", now.id)


@dataclass(frozen=True)
class Before:
    """What was written down of an organisation until it was corrected."""

    name: str
    kind: str
    valid_from: date
    valid_to: date | None
    corrected_at: datetime


MOST_CORRECTIONS = 50


async def corrections(tx: Transaction, organisation_id: UUID) -> Few[Before]:
    """The last 50, the newest first. No organisation has many."""
    rows = await tx.fetch(
        "select name, kind, valid_from, valid_to, corrected_at from organisation_before where organisation_id = $1"
        " order by version desc limit $2",
        *(organisation_id, MOST_CORRECTIONS + 1),
    )
    return few(rows, MOST_CORRECTIONS, lambda row: Before(**row))


async def last_correction(tx: Transaction, organisation_id: UUID) -> tuple[datetime, UUID] | None:
    """When, and by whose hand."""
    row = await tx.fetchrow(
        "select corrected_at, corrected_by from organisation_before where organisation_id = $1"
        " order by version desc limit 1",
        organisation_id,
    )
    return (row["corrected_at"], row["corrected_by"]) if row else None


async def find_organisations(tx: Transaction, asked: Asked, words: str, kind: str | None) -> Page[Organisation]:
    """By a part of the name, or by the whole code."""
    page = await BY_NAME.page(tx, asked, words, kind)
    return page.with_items([_organisation(row) for row in page.items])


_FOUND = (
    " from organisation o where (strpos(o.name_key, (select searched($1))) > 0 or o.ods_code = upper($1))"
    " and ($2::text is null or o.kind = $2)"
)
BY_NAME = Listing(
    "organisations",
    sorts=(
        Sort(
            "name",
            "By name",
            "select " + _ORGANISATION + ", o.name_key" + _FOUND + " and (o.name_key, o.id) > ($3, $4)"
            " order by o.name_key, o.id limit $5",
            by={"name_key": str, "id": UUID},
        ),
    ),
    count="select count(*) from (select" + _FOUND + " limit $3) as counted",
    size=50,
)


async def successors_of(tx: Transaction, organisation_id: UUID) -> list[Named]:
    rows = await tx.fetch(
        "select o.ods_code, o.name from succession s join organisation o on o.id = s.successor_id"
        " where s.closed_id = $1 order by o.name",
        organisation_id,
    )
    return [Named(row["ods_code"], row["name"]) for row in rows]


async def predecessors_of(tx: Transaction, organisation_id: UUID) -> list[Named]:
    rows = await tx.fetch(
        "select o.ods_code, o.name from succession s join organisation o on o.id = s.closed_id"
        " where s.successor_id = $1 order by o.name",
        organisation_id,
    )
    return [Named(row["ods_code"], row["name"]) for row in rows]
