"""Policies in force, and what people agreed to."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.chassis.postgres.transaction import Transaction
from services.recruitment.domain.agreement import InForce, Policy

PASSPORT_LIMIT = 100


async def in_force(tx: Transaction, *, on: date) -> InForce:
    """The edition of each policy that is in force on a day."""
    rows = await tx.fetch(
        "select distinct on (kind) kind, version, issuer, valid_from, title, words, days from policy"
        " where valid_from <= $1 order by kind, valid_from desc",
        on,
    )
    return {row["kind"]: Policy(**row) for row in rows}


async def note_agreement(tx: Transaction, person_id: UUID, policy: Policy, *, entered_by: UUID | None) -> None:
    """Keeps the first time, when the same edition is agreed to again."""
    await tx.change_any(
        "insert into agreement (person_id, kind, version, agreed_at, entered_by) values ($1, $2, $3, $4, $5)"
        " on conflict (person_id, kind, version) do nothing",
        *(person_id, policy.kind, policy.version, tx.now, entered_by),
    )


@dataclass(frozen=True)
class Agreed:
    """A line of the passport."""

    kind: str
    version: str
    title: str
    agreed_at: datetime


async def agreed_by(tx: Transaction, person_id: UUID) -> list[Agreed]:
    rows = await tx.fetch(
        "select a.kind, a.version, p.title, a.agreed_at from agreement a join policy p using (kind, version)"
        " where a.person_id = $1 order by a.agreed_at, a.kind limit $2",
        *(person_id, PASSPORT_LIMIT),
    )
    return [Agreed(**row) for row in rows]


async def forget(tx: Transaction, person_id: UUID) -> None:
    await tx.change_any("delete from agreement where person_id = $1", person_id)
