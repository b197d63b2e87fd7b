"""After a restore: no payment run before somebody in finance has compared what was paid since the backup."""

from collections.abc import Iterable, Sequence

from schemas.payments import Payment
from services.chassis.base.hands import Member
from services.chassis.postgres.transaction import Transaction
from services.payments.domain.run import OthersToCompare, reference
from services.payments.domain.seen import fingerprint
from services.payments.store import restored as store
from services.payments.store import runs
from services.payments.store.restored import PaidSince


async def note_paid_since(tx: Transaction, payments: Iterable[Payment]) -> list[str]:
    """Keep those of these payments that this database does not know. Returns their references, in order."""
    unknown: list[str] = []
    for payment in payments:
        if await runs.lock_payment(tx, payment.id) is None:
            await store.add(tx, payment)
            unknown.append(reference(payment.id))
    return sorted(unknown)


def seen(found: Sequence[PaidSince]) -> str:
    """Which payments somebody is shown to compare."""
    return fingerprint(one.reference for one in found)


async def say_compared(tx: Transaction[Member], *, saw: str | None = None) -> None:
    """Whoever asks has compared what was paid with payroll, and sent back the claims that are paid already.

    `saw`: which payments they were shown. Raises OthersToCompare where these are others now.
    """
    if saw not in (None, seen(await store.to_compare(tx, tx.acting.organisation_id))):
        raise OthersToCompare
    await store.are_compared(tx, tx.acting.organisation_id, by=tx.acting.by)
