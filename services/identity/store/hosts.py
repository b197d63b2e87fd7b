"""Which organisation acts for which, from when to when."""

from datetime import date, datetime
from uuid import UUID

from schemas.identity import Host
from services.chassis.postgres.transaction import Transaction
from services.identity.store.organisations import Named


async def add(tx: Transaction, organisation_id: UUID, host: Host, *, by: UUID) -> None:
    """Both organisations' rows are held by the caller. What ended before it ever was makes room."""
    await tx.change_any("delete from hosting where organisation_id = $1 and valid_to < valid_from", organisation_id)
    await tx.change_one(
        "insert into hosting (organisation_id, host_id, valid_from, valid_to, set_at, set_by)"
        " values ($1, $2, $3, $4, $5, $6)",
        *(organisation_id, host.organisation_id, host.valid_from, host.valid_to, tx.now, by),
    )


async def end(tx: Transaction, organisation_id: UUID, host: Host, *, by: UUID) -> None:
    """Give it the last day that it has now."""
    await tx.change_one(
        "update hosting set valid_to = $4, set_at = $5, set_by = $6"
        " where organisation_id = $1 and host_id = $2 and valid_from = $3",
        *(organisation_id, host.organisation_id, host.valid_from, host.valid_to, tx.now, by),
    )


async def last_set(tx: Transaction, organisation_id: UUID, host_code: str) -> tuple[datetime, UUID] | None:
    """When it was said last from when to when this host acts for it, and by whose hand."""
    row = await tx.fetchrow(
        "select h.set_at, h.set_by from hosting h join organisation o on o.id = h.host_id"
        " where h.organisation_id = $1 and o.ods_code = upper($2) order by h.valid_from desc limit 1",
        *(organisation_id, host_code),
    )
    return (row["set_at"], row["set_by"]) if row else None


async def hosted_by(tx: Transaction, host_id: UUID, *, today: date) -> list[Named]:
    """Those that it acts for today or later, by name. Each was set by hand."""
    rows = await tx.fetch(
        "select o.ods_code, o.name from hosting h join organisation o on o.id = h.organisation_id"
        " where h.host_id = $1 and not ends_before(h.valid_to, $2) order by o.name_key",
        host_id,
        today,
    )
    return [Named(row["ods_code"], row["name"]) for row in rows]
