"""What was paid after the day to which the network was restored. It is known by what Kafka said of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.payments import Payment
from services.chassis.postgres.transaction import Transaction
from services.payments.domain.run import reference

LIST_LIMIT = 500


@dataclass(frozen=True)
class PaidSince:
    """`reference` stands on the file that payroll has. `called` and `person_reference`: who it was, where known."""

    reference: str
    called: str
    person_reference: str
    amount_pence: int
    paid_at: datetime


async def add(tx: Transaction, payment: Payment) -> None:
    await tx.change_any(
        "insert into paid_since (payment_id, organisation_id, person_id, reference, amount_pence, paid_at)"
        " values ($1, $2, $3, $4, $5, $6) on conflict (payment_id) do nothing",
        *(payment.id, payment.organisation_id, payment.person_id, reference(payment.id)),
        *(payment.amount_pence, payment.paid_at),
    )


async def to_compare(tx: Transaction, organisation_id: UUID) -> Sequence[PaidSince]:
    """Those of an organisation that nobody has compared yet, oldest first."""
    rows = await tx.fetch(
        "select s.reference, coalesce(l.state ->> 'called', 'Somebody') as called,"
        " coalesce(l.state ->> 'reference', '') as person_reference, s.amount_pence, s.paid_at"
        " from paid_since s left join mirror_leader l on l.id = s.person_id and not l.erased"
        " where s.organisation_id = $1 and s.compared_at is null order by s.paid_at, s.reference limit $2",
        *(organisation_id, LIST_LIMIT),
    )
    return [PaidSince(**dict(row)) for row in rows]


async def count_to_compare(tx: Transaction, organisation_id: UUID) -> int:
    return await tx.fetchval(
        "select count(*) from paid_since where organisation_id = $1 and compared_at is null", organisation_id
    )


async def are_compared(tx: Transaction, organisation_id: UUID, *, by: UUID) -> None:
    """Those that were shown to compare; if there are more, they are shown next."""
    await tx.change_any(
        "update paid_since set compared_at = $2, compared_by = $3 where payment_id in"
        " (select payment_id from paid_since where organisation_id = $1 and compared_at is null"
        " order by paid_at, reference limit $4)",
        *(organisation_id, tx.now, by, LIST_LIMIT),
    )


async def forget(tx: Transaction, person_id: UUID) -> None:
    await tx.change_any("delete from paid_since where person_id = $1", person_id)
