"""Links by e-mail, sessions, and machines' secrets: from an address typed to somebody signed in."""

import secrets
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from services.chassis.base.access import TOKEN_LIFE
from services.chassis.base.addresses import EmailAddress
from services.chassis.base.hands import Person
from services.chassis.base.security_log import Happened
from services.chassis.postgres.transaction import Transaction, new_id
from services.identity.commands.accounts import Newcomer, open_account
from services.identity.domain import account as accounts
from services.identity.domain import sign_in as domain
from services.identity.domain.account import Account, NotSignedIn
from services.identity.domain.sign_in import Link, LinkTooOld, LinkUsed, Session
from services.identity.letters import Letters
from services.identity.store import accounts as account_store
from services.identity.store import secrets as secret_store
from services.identity.store import sign_in as store
from services.identity.store.accounts import Owner
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
    """A link is asked for. `called`: the name for a new account, where one was typed."""

    email: EmailAddress
    go_to: str
    called: str | None = None


async def ask_for_link(tx: Transaction, asked: Asked, letters: Letters) -> None:
    """Write the letter with the link. Nothing shows whether the address is known.

    A known address and an unknown one get the same rows by the same statements: a link to sign in, or to make an
    account. What anybody may ask for never uses up what its owner may.
    """
    await send_link(tx, asked, letters, by_owner=False)


async def ask_to_prove(tx: Transaction[Person], go_to: str, letters: Letters) -> None:
    """Write a letter with a link to whoever is signed in, so that they can show again who they are.

    Raises NoAddress for an account without an address.
    """
    found = await account_store.SIGN_IN_ADDRESS.get(tx, tx.acting.person_id)
    if found is None or found.email_key is None:
        raise domain.NoAddress
    await send_link(tx, Asked(EmailAddress(found.email, found.email_key), go_to), letters, by_owner=True)


async def ask_instead(tx: Transaction, secret: str, letters: Letters) -> None:
    """A new link for one that was used or is too old: to the address that it was sent to, and to where it led.

    Raises LinkTooOld for one that we do not know (any more).
    """
    link_hash = domain.hash_of(secret)
    await name_link(tx, link_hash)
    link = await store.link(tx, link_hash)
    if link is None:
        raise LinkTooOld
    await send_link(tx, Asked(link.email, link.go_to, link.called), letters, by_owner=True)


async def send_link(tx: Transaction, asked: Asked, letters: Letters, *, by_owner: bool) -> None:
    """`by_owner`: whoever asks has shown that they read the address. It goes to the address as we keep it."""
    key = asked.email.key
    await name_address(tx, key)
    owner = await account_store.owner_of_address(tx, key)
    limit = domain.limit_of(is_known=owner is not None, by_owner=by_owner)
    asked_for = await store.count_links(tx, key, by_owner=by_owner, since=tx.now - limit.within)
    to = EmailAddress(owner.email if owner else asked.email.kept, key)
    link = Link(
        email=to,
        called=None if owner else asked.called,
        go_to=asked.go_to,
        expires_at=tx.now + domain.LINK_LIFE,
    )
    # Over the limit all is written and undone: how long it takes does not say whose limit it was.
    with suppress(_Enough):
        async with tx.savepoint():
            await _write(tx, link, letters, owner, by_owner=by_owner)
            if asked_for >= limit.most:
                raise _Enough


class _Enough(Exception):
    """No more links for now."""


async def _write(tx: Transaction, link: Link, letters: Letters, owner: Owner | None, *, by_owner: bool) -> None:
    secret = secrets.token_urlsafe(32)
    await store.add_link(tx, domain.hash_of(secret), link, by_owner=by_owner, now=tx.now)
    words = letters.link(secret, called=owner.called if owner else None)
    await store.write_letter(tx, link.email, words, now=tx.now, good_until=link.expires_at)


@dataclass(frozen=True)
class Opened:
    """A link that can be used, as its page shows it. `called`: whose account it signs in to; None: it makes one."""

    link: Link
    called: str | None


async def open_link(tx: Transaction, secret: str) -> Opened:
    """Look at it without using it. Raises LinkUsed or LinkTooOld."""
    link = await check_link(tx, secret)
    await name_address(tx, link.email.key)
    owner = await account_store.owner_of_address(tx, link.email.key)
    return Opened(link, owner.called if owner else None)


async def check_link(tx: Transaction, secret: str) -> Link:
    """The link, if it can still be used, without using it. Raises LinkUsed or LinkTooOld."""
    link_hash = domain.hash_of(secret)
    await name_link(tx, link_hash)
    return domain.must_be_usable(await store.link_to_show(tx, link_hash), tx.now)


async def use_link(tx: Transaction, secret: str, *, key: str, called: str | None = None) -> SignedIn:
    """Sign in with a link, and make the account if there is none. `key`: the form's, so that a double click is one.

    `called`: the name for a new account. Raises LinkUsed, LinkTooOld, NotSignedIn, and CalledNeeded without one.
    """
    link_hash = domain.hash_of(secret)
    await name_link(tx, link_hash)
    link = await store.link(tx, link_hash)
    if link and domain.is_same_click(link, key, tx.now):
        return await _signed_in_before(tx, link)
    link = domain.must_be_usable(link, tx.now)
    await leave_session(tx)
    await name_address(tx, link.email.key)
    known = await account_store.account_of_address(tx, link.email.key)
    if known is None:
        if not (called := called or link.called):
            raise domain.CalledNeeded
        session = replace(await begin_new(tx, called, link.email), go_to=link.go_to)
    else:
        await name_account(tx, known)
        session = await begin_session(tx, await account_store.lock_account(tx, known), go_to=link.go_to)
    await store.use_link(tx, link_hash, key=key, session_id=session.session_id, now=tx.now)
    return session


async def begin_new(tx: Transaction, called: str, email: EmailAddress) -> SignedIn:
    """An account for whoever has just proved the address, and its first session."""
    return await begin_session(tx, await open_account(tx, Newcomer(called, email)), is_new=True)


async def _signed_in_before(tx: Transaction, link: Link) -> SignedIn:
    await name_address(tx, link.email.key)
    known = await account_store.account_of_address(tx, link.email.key)
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
    tx.note(Happened.SIGNED_IN, of=account.id)
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


async def leave_session(tx: Transaction) -> None:
    """This browser gets a new session: it takes the place of the one that it has, if it has one."""
    if isinstance(tx.acting, Person):
        await _end_session(tx, tx.acting)


async def sign_out(tx: Transaction[Person]) -> None:
    """The session of whoever is acting ends, and every service refuses its tokens."""
    await _end_session(tx, tx.acting)


async def _end_session(tx: Transaction, acting: Person) -> None:
    person_id, session_id = acting.person_id, acting.session_id
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
    tx.note(Happened.SIGNED_OUT, of=account.id)


async def exchange_secret(tx: Transaction, secret: str) -> SignedIn:
    """A machine shows its long-lived secret and is signed in. Raises NotSignedIn."""
    secret_hash = domain.hash_of(secret)
    await name_link(tx, secret_hash)
    known = await secret_store.presented(tx, secret_hash)
    if known is None or not known.works(tx.now):
        raise NotSignedIn("This secret does not work, or no longer. An admin of your organisation makes a new one.")
    await name_account(tx, known.account_id)
    account = await account_store.lock_account(tx, known.account_id)
    tx.note(Happened.TOKEN_MADE, of=account.id)
    return SignedIn(account.id, account.version, known.id, account.called, None)
