"""The life of a letter of the front desk: written, sent once, gone; or given up, and then without its words.

A command writes it where it belongs (`store.write_letter`); what becomes of it is noted here.
"""

from uuid import UUID

from services.chassis.postgres.transaction import Transaction
from services.identity.store import sign_in as store
from services.identity.store.sign_in import Letter


async def load(tx: Transaction, id: UUID) -> Letter | None:
    """As it is now: somebody who was forgotten meanwhile gets none."""
    return await store.letter(tx, id)


async def note_sent(tx: Transaction, id: UUID) -> None:
    await store.forget_letter(tx, id)


async def note_given_up(tx: Transaction, id: UUID, why: str) -> None:
    """Nobody is signed in who could be told; whoever waits for it asks again, perhaps with another address."""
    await store.empty_letter(tx, id)


async def note_stale(tx: Transaction, id: UUID) -> None:
    """Its link has run out."""
    await store.forget_letter(tx, id)
