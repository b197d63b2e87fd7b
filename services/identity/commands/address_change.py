"""Another address to sign in with: asked for by its person, proved at the new one and at the old one, then made.

Whoever asks cannot see whether somebody has an account with an address: the answer, the rows and the work are the same,
and only its owner is told. Locks are taken in one order: the account, then the change.
"""

import secrets
from dataclasses import dataclass, replace
from uuid import UUID

from services.chassis.base.addresses import EmailAddress
from services.chassis.base.hands import Person
from services.chassis.base.refusals import NotAllowed, NotFound
from services.chassis.base.security_log import Happened
from services.chassis.postgres.transaction import Transaction
from services.identity import news
from services.identity.commands import sessions
from services.identity.commands.accounts import lock_own
from services.identity.commands.letters import unsend_of_change
from services.identity.commands.sessions import SignedIn
from services.identity.commands.telling import LETTER_LIFE
from services.identity.domain import account as accounts
from services.identity.domain import address_change as domain
from services.identity.domain.account import Account
from services.identity.domain.address_change import AddressChange, End, Mailbox
from services.identity.domain.sign_in import NoAddress, hash_of
from services.identity.letters import Letters, Words
from services.identity.store import accounts as account_store
from services.identity.store import address_change as store
from services.identity.store import sign_in as letter_store
from services.identity.store.naming import name_account, name_address, name_link


async def ask(tx: Transaction[Person], email: EmailAddress, letters: Letters) -> AddressChange:
    """Two letters, one to each mailbox, with a link each; one where they have no address yet. What was asked for before
    is asked for no more.

    Raises SameAddress, NoAddress where there is an old mailbox that cannot be written to, and NotAllowed to a machine.
    """
    account = await lock_own(tx)
    if account.kind != "person":
        raise NotAllowed
    old = await _address_now(tx, account)
    if old and old.key == email.key:
        raise domain.SameAddress
    await unsend_of_change(tx, account.id)
    of_new, of_old = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    await name_address(tx, email.key)
    # The same statement whether it is somebody's or not. Whose it is already gets no link, only word of it.
    owner = await account_store.owner_of_address(tx, email.key)
    to_new = letters.new_address(of_new) if old else letters.first_address(of_new)
    sent = [await _write(tx, email, letters.address_is_taken() if owner else to_new)]
    if old:
        sent.append(await _write(tx, old, letters.old_address(of_old, called=account.called, new=email.kept)))
    change = AddressChange(
        account_id=account.id,
        email=email,
        new_hash=hash_of(of_new),
        old_hash=hash_of(of_old) if old else None,
        letters=tuple(sent),
        asked_at=tx.now,
        expires_at=tx.now + domain.LIFE,
    )
    await store.save(tx, change)
    tx.note(Happened.ACCOUNT_CHANGED, of=account.id, what="address-asked")
    return change


async def stop(tx: Transaction[Person]) -> None:
    """Nothing changes, and both links are dead. Raises NothingToStop."""
    account = await lock_own(tx)
    change = await store.waiting(tx, account.id)
    if change is None:
        raise domain.NothingToStop
    await _end(tx, change, "stopped")
    tx.note(Happened.ACCOUNT_CHANGED, of=account.id, what="address-stopped")


@dataclass(frozen=True)
class Shown:
    """What the page of a letter's link shows: how it stands. `called`: whose account it is, as they call themselves."""

    change: AddressChange
    mailbox: Mailbox
    called: str


async def show(tx: Transaction, secret: str) -> Shown:
    """Whoever shows the link reads that mailbox; nothing is changed. Raises ChangeOver."""
    link_hash = hash_of(secret)
    await name_link(tx, link_hash)
    change, mailbox = domain.must_be_known(await store.by_link(tx, link_hash), link_hash, tx.now)
    await name_account(tx, change.account_id)
    return Shown(change, mailbox, (await account_store.see_account(tx, change.account_id)).called)


@dataclass(frozen=True)
class Agreed:
    """A mailbox has said yes. `is_made`: it was the second, and the address is changed."""

    mailbox: Mailbox
    is_made: bool
    who: SignedIn | None = None
    """Whoever gave themselves a first address, in the session that began without: they have shown who they are."""


async def say_yes(tx: Transaction, secret: str, letters: Letters) -> Agreed:
    """Whoever reads that mailbox agrees.

    Raises ChangeOver, ProvedAlready, and AddressTaken when somebody has made an account with it meanwhile.
    """
    account, change, mailbox = await _presented(tx, secret)
    proved, who = domain.prove(change, mailbox, tx.now), None
    if not proved.is_proved:
        await store.save(tx, proved)
        tx.note(Happened.ACCOUNT_CHANGED, of=account.id, what=f"address-proved-{mailbox}")
    else:
        who = await _make(tx, account, proved, letters)
    return Agreed(mailbox, is_made=proved.is_proved, who=who)


async def say_no(tx: Transaction, secret: str) -> Mailbox:
    """Whoever reads that mailbox did not ask for it: nothing changes. Returns which mailbox it was.

    At the old one it is its owner who says so, so somebody else is in their account: every session of it ends. Raises
    ChangeOver.
    """
    account, change, mailbox = await _presented(tx, secret)
    await _end(tx, change, "refused" if mailbox == "old" else "stopped")
    tx.note(Happened.ACCOUNT_CHANGED, of=account.id, what=f"address-refused-{mailbox}")
    if mailbox == "old":
        await sessions.end_all(tx, account)
    return mailbox


async def _presented(tx: Transaction, secret: str) -> tuple[Account, AddressChange, Mailbox]:
    """Held until the commit; from here on its account is the named one. Raises ChangeOver."""
    link_hash = hash_of(secret)
    await name_link(tx, link_hash)
    found = await store.by_link(tx, link_hash)
    if found is None:
        raise domain.ChangeOver
    await name_account(tx, found.account_id)
    try:
        account = await account_store.lock_account(tx, found.account_id)
    except NotFound:  # forgotten in this moment
        raise domain.ChangeOver from None
    # Read again: whoever held the account may have asked anew, proved the other mailbox, or stopped it.
    change, mailbox = domain.must_be_known(await store.of_account(tx, account.id), link_hash, tx.now)
    return account, domain.must_wait(change, tx.now), mailbox


async def _make(tx: Transaction, account: Account, change: AddressChange, letters: Letters) -> SignedIn | None:
    """All of it, or none. The session in which the last yes was said goes on; every other one of the account ends,
    but of whoever had no address: nobody else can have got in."""
    old = await _address_now(tx, account)
    await _end(tx, change, "made")
    await name_address(tx, change.email.key)
    await account_store.add_address(tx, account, change.email)
    tx.note(Happened.ACCOUNT_CHANGED, of=account.id, what="address-changed")
    if opened := accounts.let_in(account):
        await account_store.save_account(tx, opened[0])
        await tx.emit(opened[1])
    if old is None:
        return await sessions.shown_here(tx, opened[0] if opened else account)
    await name_address(tx, old.key)
    await letter_store.forget_idle_links(tx, old.key)
    words = news.address_changed(letters, called=account.called)
    await letter_store.write_letter(tx, old, words, now=tx.now, good_until=tx.now + LETTER_LIFE)
    here = tx.acting.session_id if isinstance(tx.acting, Person) and tx.acting.person_id == account.id else None
    await sessions.end_all(tx, account, but=here)
    return None


async def _end(tx: Transaction, change: AddressChange, how: End) -> None:
    """Its links say what came of it from now on, and do no more. A letter that waits to be sent is not sent."""
    await unsend_of_change(tx, change.account_id)
    await store.save(tx, replace(change, ended_as=how))


async def _address_now(tx: Transaction, account: Account) -> EmailAddress | None:
    """None of an account without a credential. Raises NoAddress where there is none that a letter could go to."""
    found = await account_store.SIGN_IN_ADDRESS.get(tx, account.id)
    if found is None and not account.can_sign_in:
        return None
    if found is None or found.email_key is None:
        raise NoAddress("This account has no e-mail address that we could write to, so we cannot change it here.")
    return EmailAddress(found.email, found.email_key)


async def _write(tx: Transaction, to: EmailAddress, words: Words) -> UUID:
    await name_address(tx, to.key)
    return await letter_store.write_letter(tx, to, words, now=tx.now, good_until=tx.now + domain.LIFE)
