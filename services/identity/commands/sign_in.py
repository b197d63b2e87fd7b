"""Links by e-mail, sessions, and machines' secrets: from an address typed to somebody signed in."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from services.chassis.base.access import TOKEN_LIFE
from services.chassis.base.hands import Person
from services.chassis.postgres.transaction import Transaction, new_id
from services.identity.commands.accounts import Newcomer, open_account
from services.identity.domain import account as accounts
from services.identity.domain import sign_in as domain
from services.identity.domain.account import Account, NotSignedIn
from services.identity.domain.sign_in import Link, LinkTooOld, LinkUsed, Session
from services.identity.letters import Letters
from services.identity.store import accounts as account_store
from services.identity.store import sign_in as store
from services.identity.store.naming import name_account, name_address, name_link

_TOKENS_MAY_LIVE = TOKEN_LIFE + timedelta(minutes=1)
"""From the end of a session until none of its tokens is valid any more, with the leeway between clocks."""


@dataclass(frozen=True)
class SignedIn:
    """Who has signed in, for the door to sign a token. `proved_at`: when they showed who they are; a machine never."""

    account_id: UUID
    version: int
    session_id: UUID
    called: str
    proved_at: datetime | None
    go_to: str = ""
    is_new: bool = False
    again: bool = field(default=False, compare=False)
    """The same link a second time, by a double click."""


@dataclass(frozen=True)
class Asked:
    """A link is asked for. `called`: the name for a new account; None for somebody who says that we know them."""

    email: str
    go_to: str
    called: str | None = None


async def ask_for_link(tx: Transaction, asked: Asked, letters: Letters) -> None:
    """Write the letter with the link. Nothing shows whether the address is known.

    An address that we do not know gets a letter only to make an account; none gets more than five an hour.
    """
    await name_address(tx, asked.email)
    known = await account_store.account_of_address(tx, asked.email)
    if known is None and asked.called is None:
        return
    if await store.count_links(tx, asked.email, since=tx.now - timedelta(hours=1)) >= domain.LINKS_AN_HOUR:
        return
    secret, expires_at = secrets.token_urlsafe(32), tx.now + domain.LINK_LIFE
    called = None if known else asked.called
    link = Link(email=asked.email, called=called, go_to=asked.go_to, expires_at=expires_at)
    await store.add_link(tx, domain.hash_of(secret), link, now=tx.now)
    letter = store.Letter(new_id(), asked.email, *letters.link(secret, called=called))
    await store.write_letter(tx, letter, now=tx.now, expires_at=expires_at)


async def ask_to_prove(tx: Transaction[Person], go_to: str, letters: Letters) -> None:
    """Write a letter with a link to whoever is signed in, so that they can show again who they are.

    Raises NoAddress for an account without an address.
    """
    email = await account_store.address_of(tx, tx.acting.person_id)
    if email is None:
        raise domain.NoAddress
    await ask_for_link(tx, Asked(email, go_to), letters)


async def check_link(tx: Transaction, secret: str) -> Link:
    """The link, if it can still be used, without using it. Raises LinkUsed or LinkTooOld."""
    link_hash = domain.hash_of(secret)
    await name_link(tx, link_hash)
    return domain.must_be_usable(await store.link(tx, link_hash), tx.now)


async def use_link(tx: Transaction, secret: str, *, key: str) -> SignedIn:
    """Sign in with a link, and make the account if there is none. `key`: the form's, so that a double click is one.

    Raises LinkUsed, LinkTooOld, NotSignedIn.
    """
    link_hash = domain.hash_of(secret)
    await name_link(tx, link_hash)
    link = await store.link(tx, link_hash)
    if link and domain.is_same_click(link, key, tx.now):
        return await _signed_in_before(tx, link)
    link = domain.must_be_usable(link, tx.now)
    account, is_new = await _account_of(tx, link)
    session = await begin_session(tx, account, go_to=link.go_to, is_new=is_new)
    await store.use_link(tx, link_hash, key=key, session_id=session.session_id, now=tx.now)
    return session


async def _account_of(tx: Transaction, link: Link) -> tuple[Account, bool]:
    """Whose address the link has proved; a new account when it is nobody's and the link was asked for to make one."""
    await name_address(tx, link.email)
    known = await account_store.account_of_address(tx, link.email)
    if known is not None:
        await name_account(tx, known)
        return await account_store.lock_account(tx, known), False
    if link.called is None:
        raise LinkTooOld
    return await open_account(tx, Newcomer(link.called, link.email)), True


async def _signed_in_before(tx: Transaction, link: Link) -> SignedIn:
    await name_address(tx, link.email)
    known = await account_store.account_of_address(tx, link.email)
    if known is None or link.session_id is None or link.used_at is None:
        raise LinkUsed
    await name_account(tx, known)
    account = await account_store.lock_account(tx, known)
    is_new = link.called is not None
    who = (account.id, account.version, link.session_id, account.called)
    return SignedIn(*who, link.used_at, link.go_to, is_new, again=True)


async def begin_session(tx: Transaction, account: Account, *, go_to: str = "", is_new: bool = False) -> SignedIn:
    """A new session of the named account. Raises NotSignedIn."""
    if not account.can_sign_in:
        raise NotSignedIn
    session = Session(id=new_id(), account_id=account.id, started_at=tx.now, renewed_at=tx.now)
    await store.add_session(tx, session)
    return SignedIn(account.id, account.version, session.id, account.called, tx.now, go_to, is_new)


async def renew(tx: Transaction, account_id: UUID, session_id: UUID) -> SignedIn | None:
    """A session whose token was shown goes on; None when it has ended or is too old."""
    await name_account(tx, account_id)
    session = await store.lock_session(tx, session_id)
    if session is None or session.account_id != account_id or not session.alive(tx.now, idle=TOKEN_LIFE):
        return None
    account = await account_store.lock_account(tx, account_id)
    if not account.can_sign_in:
        return None
    await store.renew_session(tx, session_id, tx.now)
    return SignedIn(account.id, account.version, session_id, account.called, session.started_at)


async def sign_out(tx: Transaction[Person]) -> None:
    """The session of whoever is acting ends, and every service refuses its tokens."""
    person_id, session_id = tx.acting.person_id, tx.acting.session_id
    if session_id is None:
        return
    await name_account(tx, person_id)
    account = await account_store.lock_account(tx, person_id)
    session = await store.lock_session(tx, session_id)
    if session is None or session.ended_at is not None:
        return
    await store.end_session(tx, session_id, tx.now)
    await emit_session_ended(tx, account, session_id)


async def emit_session_ended(tx: Transaction, account: Account, session_id: UUID) -> None:
    """Every service refuses the session's tokens once it hears of it. The account must be locked."""
    ended, event = accounts.end_session(account, session_id, until=tx.now + _TOKENS_MAY_LIVE, now=tx.now)
    await account_store.save_account(tx, ended)
    await tx.emit(event)


async def exchange_secret(tx: Transaction, secret: str) -> SignedIn:
    """A machine shows its long-lived secret and is signed in. Raises NotSignedIn."""
    secret_hash = domain.hash_of(secret)
    await name_link(tx, secret_hash)
    known = await store.secret_presented(tx, secret_hash)
    if known is None or known.ended_at is not None:
        raise NotSignedIn("This secret does not work, or no longer.")
    await name_account(tx, known.account_id)
    account = await account_store.lock_account(tx, known.account_id)
    return SignedIn(account.id, account.version, known.id, account.called, None)
