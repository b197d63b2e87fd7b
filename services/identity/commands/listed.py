"""Whom an organisation brought in with its own list has an account that nobody can sign in to, until their own word.

Recruitment gives them their id. Whoever says no, or nothing in time, is forgotten as anybody is who asks for it: by the
account's end, which every room hears.
"""

from uuid import UUID

from schemas.event import Erased
from schemas.identity import Account as PublicAccount
from schemas.identity import AccountErased
from services.chassis.base.refusals import NotFound
from services.chassis.base.security_log import Happened
from services.chassis.postgres.transaction import Transaction
from services.identity.commands.accounts import drop_account
from services.identity.domain import account as domain
from services.identity.domain.account import Account
from services.identity.store import accounts as store
from services.identity.store import listed
from services.identity.store.naming import name_account


async def open_account(tx: Transaction, person_id: UUID, called: str) -> None:
    """Once. Whoever was forgotten, before this was heard or since, is never opened again."""
    if not await listed.note(tx, person_id):
        return
    first = await tx.first_version(PublicAccount, person_id)
    account, event = domain.open_account(
        Account(id=person_id, version=first, called=called, kind="person", can_sign_in=False, listed=True)
    )
    await name_account(tx, person_id)
    await store.add_account(tx, account, now=tx.now)
    await tx.emit(event)
    tx.note(Happened.ACCOUNT_OPENED, of=person_id)


async def note_yes(tx: Transaction, person_id: UUID) -> None:
    """They said yes to being kept. From now on they are helped, and may have a way to sign in, as anybody."""
    await name_account(tx, person_id)
    try:
        account = await store.lock_account(tx, person_id)
    except NotFound:
        return
    if changed := domain.said_yes(account):
        await store.save_account(tx, changed[0])
        await tx.emit(changed[1])


async def forget(tx: Transaction, person_id: UUID) -> None:
    """Every room is told to forget them, once; also where the account was never opened: another may know of them."""
    is_new = await listed.note(tx, person_id)
    if not await listed.note_forgotten(tx, person_id):
        return
    await name_account(tx, person_id)
    account = await store.account(tx, person_id)
    if account is None and not is_new:
        return  # they were opened, and went by another way meanwhile, which was said then
    version = account.version if account else await tx.first_version(PublicAccount, person_id) - 1
    await drop_account(tx, person_id)
    await tx.emit(AccountErased(Erased(id=person_id, version=version + 1)))
    tx.note(Happened.ACCOUNT_GONE, of=person_id)
