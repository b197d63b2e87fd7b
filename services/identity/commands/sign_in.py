"""Links by e-mail, and machines' secrets: from an address typed to somebody signed in."""

import secrets
from contextlib import suppress
from dataclasses import dataclass, replace

from services.chassis.base.addresses import EmailAddress
from services.chassis.base.hands import Person
from services.chassis.base.security_log import Happened
from services.chassis.postgres.transaction import Transaction
from services.identity.commands.accounts import Newcomer, lock_owner, open_account
from services.identity.commands.sessions import SignedIn, begin_session, leave_session
from services.identity.domain import sign_in as domain
from services.identity.domain.account import NotSignedIn
from services.identity.domain.sign_in import Link, LinkTooOld, LinkUsed
from services.identity.letters import Letters
from services.identity.store import accounts as account_store
from services.identity.store import secrets as secret_store
from services.identity.store import sign_in as store
from services.identity.store.accounts import Owner
from services.identity.store.naming import name_account, name_address, name_link


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
    account = await lock_owner(tx, link.email.key)
    if account is None:
        if not (called := called or link.called):
            raise domain.CalledNeeded
        session = replace(await begin_new(tx, called, link.email), go_to=link.go_to)
    else:
        session = await begin_session(tx, account, go_to=link.go_to)
    await store.use_link(tx, link_hash, key=key, session_id=session.session_id, now=tx.now)
    return session


async def begin_new(tx: Transaction, called: str, email: EmailAddress) -> SignedIn:
    """An account for whoever has just proved the address, and its first session."""
    return await begin_session(tx, await open_account(tx, Newcomer(called, email)), is_new=True)


async def _signed_in_before(tx: Transaction, link: Link) -> SignedIn:
    account = await lock_owner(tx, link.email.key)
    if account is None or link.session_id is None or link.used_at is None:
        raise LinkUsed
    is_new = link.called is not None
    who = (account.id, account.version, link.session_id, account.called)
    return SignedIn(*who, link.used_at, link.go_to, is_new, again=True)


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
