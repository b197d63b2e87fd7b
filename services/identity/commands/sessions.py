"""Sessions: begun by whoever has shown who they are, renewed, and ended one by one or all at once."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from schemas.signed import SHOWN_BY_CONTACT, SHOWN_BY_CONTACT_SECONDS
from services.chassis.base.access import TOKEN_LIFE
from services.chassis.base.hands import Person
from services.chassis.base.keys import Secrets
from services.chassis.base.refusals import NotFound, ProveItIsYou
from services.chassis.base.security_log import Happened
from services.chassis.http.signed_values import read_signed
from services.chassis.postgres.transaction import Transaction, new_id
from services.identity.domain import account as accounts
from services.identity.domain.account import Account, NotSignedIn
from services.identity.domain.sign_in import Session, ShownTooLate
from services.identity.store import accounts as account_store
from services.identity.store import sessions as store
from services.identity.store.naming import name_account

TOKENS_MAY_LIVE = TOKEN_LIFE + timedelta(minutes=1)
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
    token_life: timedelta = TOKEN_LIFE
    """For how long its token works: of a session that is nearly over, or on a shared computer, shorter."""
    again: bool = field(default=False, compare=False)
    """The same link a second time, by a double click."""


async def begin_session(tx: Transaction, account: Account, *, go_to: str = "", is_new: bool = False) -> SignedIn:
    """A new session of the named account, for whoever has shown that it is theirs. Raises NotSignedIn."""
    if not account.can_sign_in:
        raise NotSignedIn
    return await begin_first_session(tx, account, go_to=go_to, is_new=is_new)


async def begin_first_session(
    tx: Transaction, account: Account, *, go_to: str = "", is_new: bool = False, shared: bool = False
) -> SignedIn:
    """The same where the account was made a moment ago: nothing has to be shown, for there is nothing yet."""
    session = Session(id=new_id(), account_id=account.id, started_at=tx.now, renewed_at=tx.now, shared=shared)
    await store.add(tx, session)
    tx.note(Happened.SIGNED_IN, of=account.id)
    life = session.token_life(tx.now, idle=TOKEN_LIFE)
    return SignedIn(account.id, account.version, session.id, account.called, tx.now, go_to, is_new, life)


async def renew(tx: Transaction, account_id: UUID, session_id: UUID) -> SignedIn | None:
    """A session whose token was shown goes on; None when it has ended or is too old.

    Account before session, as whoever ends it locks them.
    """
    await name_account(tx, account_id)
    try:
        account = await account_store.lock_account(tx, account_id)
    except NotFound:
        return None
    session = await store.lock(tx, session_id)
    if session is None or session.account_id != account_id or not session.alive(tx.now, idle=TOKEN_LIFE):
        return None
    if not account.keeps_session:
        return None
    await store.renew(tx, session_id, tx.now)
    return _goes_on(tx, account, session, session.proved_at)


async def show_by_contact(tx: Transaction[Person], shown: str, secret: Secrets) -> SignedIn:
    """Whoever has nothing to sign in with told notifications how we reach them (`shown`, signed there for this very
    session): from now on they are as after a link. Raises ShownTooLate, and ProveItIsYou where there is an address.
    """
    if not is_shown(tx.acting, shown, secret):
        raise ShownTooLate
    await name_account(tx, tx.acting.person_id)
    account = await account_store.lock_account(tx, tx.acting.person_id)
    if account.can_sign_in:
        raise ProveItIsYou
    who = await shown_here(tx, account)
    if who is None:
        raise ShownTooLate
    return who


def is_shown(acting: Person, shown: str, secret: Secrets) -> bool:
    """Whether notifications signed this for the session of whoever asks, less than five minutes ago."""
    try:
        said = read_signed(secret, shown, purpose=SHOWN_BY_CONTACT, max_age_seconds=SHOWN_BY_CONTACT_SECONDS)
    except ValueError:
        return False
    return said == {"person_id": str(acting.person_id), "session_id": str(acting.session_id)}


async def shown_here(tx: Transaction, account: Account) -> SignedIn | None:
    """The account's own person showed just now who they are, in the session that they are in; None in no such session.
    The account must be locked and named."""
    here = tx.acting.session_id if isinstance(tx.acting, Person) and tx.acting.by == account.id else None
    session = await store.lock(tx, here) if here else None
    if session is None or session.account_id != account.id or not session.alive(tx.now, idle=TOKEN_LIFE):
        return None
    await store.show(tx, session.id, tx.now)
    tx.note(Happened.SIGNED_IN, of=account.id, what="shown-again")
    return _goes_on(tx, account, session, tx.now)


def _goes_on(tx: Transaction, account: Account, session: Session, proved_at: datetime) -> SignedIn:
    life = session.token_life(tx.now, idle=TOKEN_LIFE)
    return SignedIn(account.id, account.version, session.id, account.called, proved_at, token_life=life)


async def leave_session(tx: Transaction) -> None:
    """This browser gets a new session: it takes the place of the one that it has, if it has one."""
    if isinstance(tx.acting, Person):
        await _end_one(tx, tx.acting.person_id, tx.acting.session_id)


async def sign_out(tx: Transaction[Person]) -> None:
    """The session of whoever is acting ends, and every service refuses its tokens."""
    await _end_one(tx, tx.acting.person_id, tx.acting.session_id)


async def end_one(tx: Transaction[Person], session_id: UUID) -> None:
    """One of their own, wherever it is; what has ended already stays so. Raises NotFound for one of somebody else."""
    if not await _end_one(tx, tx.acting.person_id, session_id):
        raise NotFound


async def end_others(tx: Transaction[Person]) -> int:
    """All of their own but the one that they are in. Returns how many."""
    await name_account(tx, tx.acting.person_id)
    account = await account_store.lock_account(tx, tx.acting.person_id)
    return await end_all(tx, account, but=tx.acting.session_id)


async def end_all(tx: Transaction, account: Account, *, but: UUID | None = None) -> int:
    """Every session of the account, which must be locked and named. Returns how many."""
    ended = [one.id for one in await store.lock_alive(tx, account.id) if one.id != but]
    if ended:
        await store.end(tx, ended, tx.now)
        await emit_sessions_ended(tx, account, ended)
    return len(ended)


async def _end_one(tx: Transaction, account_id: UUID, session_id: UUID | None) -> bool:
    """False where the account has no such session."""
    if session_id is None:
        return False
    await name_account(tx, account_id)
    account = await account_store.lock_account(tx, account_id)
    session = await store.lock(tx, session_id)
    if session is None or session.account_id != account_id:
        return False
    if session.ended_at is None:
        await store.end(tx, [session_id], tx.now)
        await emit_sessions_ended(tx, account, [session_id])
    return True


async def emit_sessions_ended(tx: Transaction, account: Account, session_ids: Collection[UUID]) -> None:
    """Every service refuses their tokens once it hears of it. The account must be locked."""
    ended, event = accounts.end_sessions(account, session_ids, until=tx.now + TOKENS_MAY_LIVE, now=tx.now)
    await account_store.save_account(tx, ended)
    await tx.emit(event)
    tx.note(Happened.SIGNED_OUT, of=account.id, count=len(session_ids))
