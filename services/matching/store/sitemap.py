"""What search engines are told of: what is open, and the organisations, in parts of so many."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.chassis.postgres.transaction import Transaction

MOST = 10_000
"""Addresses in one part. The protocol takes 50,000; this much is read at once without a thought."""
_ROLES = "select o.id, o.said_at as at from opportunity o where o.closed_at is null and o.apply_by > $1"
_ORGANISATIONS = (
    "select m.id, m.state ->> 'ods_code' as code, m.happened_at as at from mirror_organisation m where not m.erased"
    " and ((m.state ->> 'valid_to') is null or (m.state ->> 'valid_to')::date >= $1)"
)
# Each part's beginning, and its newest moment: one statement, however many there are.
_BY_PART = (
    " (array_agg(n.id order by n.id))[1] as begins, max(n.at) as at from"
    " (select t.id, t.at, (row_number() over (order by t.id) - 1) / $2::integer as part from ("
)
_EACH = ") t) n group by n.part order by n.part"
_PARTS_OF_ROLES = "select" + _BY_PART + _ROLES + _EACH
_PARTS_OF_ORGANISATIONS = "select" + _BY_PART + _ORGANISATIONS + _EACH


@dataclass(frozen=True)
class Part:
    """One part: the id with which it begins, and when anything in it was said last."""

    begins: UUID
    at: datetime


@dataclass(frozen=True)
class Place:
    """The end of an address, and when what is there was said last."""

    name: str
    at: datetime


async def parts_of_roles(tx: Transaction, *, most: int = MOST) -> list[Part]:
    return [Part(row["begins"], row["at"]) for row in await tx.fetch(_PARTS_OF_ROLES, tx.now, most)]


async def parts_of_organisations(tx: Transaction, *, on: date, most: int = MOST) -> list[Part]:
    return [Part(row["begins"], row["at"]) for row in await tx.fetch(_PARTS_OF_ORGANISATIONS, on, most)]


async def roles(tx: Transaction, begins: UUID, *, most: int = MOST) -> list[Place]:
    rows = await tx.fetch(_ROLES + " and o.id >= $2 order by o.id limit $3", tx.now, begins, most)
    return [Place(str(row["id"]), row["at"]) for row in rows]


async def organisations(tx: Transaction, begins: UUID, *, on: date, most: int = MOST) -> list[Place]:
    rows = await tx.fetch(_ORGANISATIONS + " and m.id >= $2 order by m.id limit $3", on, begins, most)
    return [Place(row["code"], row["at"]) for row in rows]
