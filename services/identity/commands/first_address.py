"""The first address to sign in with, of whoever has just shown notifications that they read the mailbox by which we
reach them: it becomes their address, and the browser in which they are has a session.

Only while there has never been a way to sign in: from then on a letter to that address is the way.
"""

from dataclasses import dataclass, replace
from uuid import UUID

from schemas.signed import PROVED_MAILBOX, PROVED_MAILBOX_SECONDS
from services.chassis.base.addresses import EmailAddress
from services.chassis.base.hands import Person, Visitor
from services.chassis.base.keys import Secrets
from services.chassis.base.refusals import NotFound, Refused, TryAgainSoon
from services.chassis.base.security_log import Happened
from services.chassis.http.signed_values import read_signed
from services.chassis.postgres.transaction import Transaction
from services.identity import metrics
from services.identity.commands.letters import unsend_of_change
from services.identity.commands.sessions import SignedIn, begin_session, leave_session
from services.identity.domain import account as accounts
from services.identity.domain.sign_in import MailboxTooLate, SignsInAlready
from services.identity.store import accounts as store
from services.identity.store import address_change as changes
from services.identity.store.naming import name_account, name_address


@dataclass(frozen=True)
class Mailbox:
    """What notifications signed: whose it is, and its address."""

    person_id: UUID
    email: EmailAddress


def read_mailbox(text: str, secret: Secrets) -> Mailbox:
    """Raises MailboxTooLate where it is older than five minutes, or none of ours."""
    try:
        said = read_signed(secret, text, purpose=PROVED_MAILBOX, max_age_seconds=PROVED_MAILBOX_SECONDS)
        return Mailbox(UUID(str(said["person_id"])), EmailAddress.read(str(said["email"])))
    except (ValueError, KeyError, Refused):
        raise MailboxTooLate from None


async def sign_in_with(tx: Transaction[Visitor | Person], mailbox: Mailbox) -> SignedIn:
    """From now on. Raises MailboxTooLate where nobody is known by that id any more, SignsInAlready,
    AddressTaken, and TryAgainSoon where it was not heard yet that they said yes."""
    await leave_session(tx)
    await name_account(tx, mailbox.person_id)
    try:
        account = await store.lock_account(tx, mailbox.person_id)
    except NotFound:
        raise MailboxTooLate from None
    if account.listed:
        raise TryAgainSoon  # their yes is on its way here
    opened = accounts.let_in(account)
    if opened is None or await store.key_of(tx, account.id):
        raise SignsInAlready
    await _stop_what_waits(tx, account.id)
    await name_address(tx, mailbox.email.key)
    await store.add_address(tx, account, mailbox.email)
    await store.save_account(tx, opened[0])
    await tx.emit(opened[1])
    tx.note(Happened.ACCOUNT_CHANGED, of=account.id, what="first-address")
    tx.count(metrics.FIRST_ADDRESSES.inc)
    return await begin_session(tx, opened[0])


async def _stop_what_waits(tx: Transaction, account_id: UUID) -> None:
    """Another first address that was asked for: its letter alone would take the place of this one."""
    if change := await changes.waiting(tx, account_id):
        await unsend_of_change(tx, account_id)
        await changes.save(tx, replace(change, ended_as="stopped"))
