"""After a restore: no payment run before somebody in finance has compared what was paid since the backup."""

from collections.abc import Iterable

from schemas.payments import Payment
from services.chassis.base.hands import Member
from services.chassis.postgres.transaction import Transaction
from services.payments.domain.run import reference
from services.payments.store import restored as store
from services.payments.store import runs


async def note_paid_since(tx: Transaction, payments: Iterable[Payment]) -> list[str]:
    """Keep those of these payments that this database does not know. Returns their references, in order."""
    unknown: list[str] = []
    for payment in payments:
        if await runs.lock_payment(tx, payment.id) is None:
            await store.add(tx, payment)
            unknown.append(reference(payment.id))
    return sorted(unknown)


async def say_compared(tx: Transaction[Member]) -> None:
    """Whoever asks has compared what was paid with payroll, and sent back the claims that are paid already."""
    await store.are_compared(tx, tx.acting.organisation_id, by=tx.acting.by)
