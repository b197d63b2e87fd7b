"""The life of a letter of the front desk: written, sent once, gone; or given up, and then without its words.

A command writes it where it belongs (`store.write_letter`); what becomes of it is noted here.
"""

from uuid import UUID

from services.chassis.postgres.transaction import Transaction
from services.identity.store import accounts, address_change
from services.identity.store import sign_in as store
from services.identity.store.naming import name_address
from services.identity.store.sign_in import Letter


async def load(tx: Transaction, id: UUID) -> Letter | None:
    """As it is now: somebody who was forgotten meanwhile gets none."""
    return await store.letter(tx, id)


async def note_sent(tx: Transaction, id: UUID) -> None:
    await store.forget_letter(tx, id)


async def note_given_up(tx: Transaction, id: UUID, why: str) -> None:
    """Nobody is signed in who could be told; whoever waits for it asks again, perhaps with another address."""
    await store.empty_letter(tx, id)


async def unsend_of_change(tx: Transaction, account_id: UUID) -> None:
    """What waits to be sent of a change of the sign-in address, if there is one, is not sent any more: their links are
    dead. The account must be named; the address is its sign-in address afterwards, where it has one."""
    change = await address_change.of_account(tx, account_id)
    if change is None:
        return
    for key in (change.email.key, await accounts.key_of(tx, account_id)):
        if key:
            await name_address(tx, key)
            await store.unsend(tx, change.letters)


async def note_stale(tx: Transaction, id: UUID) -> None:
    """Its link has run out."""
    await store.forget_letter(tx, id)
