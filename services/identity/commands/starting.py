"""Begin to join with a name and nothing else: an account without a credential, and a session in this browser.

The other rooms hear that they came to join: notifications asks how to reach them, recruitment opens their application.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from services.chassis.base.hands import Person, Visitor
from services.chassis.postgres import spent_keys
from services.chassis.postgres.transaction import Transaction
from services.identity import metrics
from services.identity.commands import sessions
from services.identity.commands.accounts import Newcomer, open_account
from services.identity.commands.sessions import SignedIn
from services.identity.domain import account as domain
from services.identity.domain.sign_in import SAME_CLICK


async def start(tx: Transaction[Visitor | Person], called: str, *, shared: bool = False) -> SignedIn:
    """An account that nobody can sign in to, and its session. Raises HereAlready for whoever is signed in. `shared`:
    others use the computer too.

    They can be helped by the network's staff from now on, and give an address to sign in with later.
    """
    if isinstance(tx.acting, Person):
        raise domain.HereAlready
    account = await open_account(tx, Newcomer(called, came_to_join=True))
    who = await sessions.begin_first_session(tx, account, is_new=True, shared=shared)
    tx.count(metrics.STARTED.inc)
    return who


@dataclass(frozen=True)
class Sending:
    """One sending of the page's form. `key`: sealed for this visit, so nobody else's is the same; `body`: what came."""

    key: str
    body: bytes
    called: str
    shared: bool = False


async def start_once(tx: Transaction[Visitor | Person], sending: Sending) -> SignedIn | None:
    """The same by a form: a double click comes to the same session. None for a form that was sent before that.

    What is kept of it are two ids, by which nobody gets in: whoever finds the page in a browser's history a minute
    later does not come back into the session.
    """
    return await begin_once(tx, sending.key, sending.body, lambda: start(tx, sending.called, shared=sending.shared))


async def begin_once(
    tx: Transaction[Visitor | Person], key: str, body: bytes, begin: Callable[[], Awaitable[SignedIn]]
) -> SignedIn | None:
    """A form that begins a session, once: a double click comes to the same one. None later, or with another body."""
    spent = await spent_keys.find(tx, key)
    if spent is None:
        who = await begin()
        made = json.dumps({"account": str(who.account_id), "session": str(who.session_id)})
        await spent_keys.spend(tx, key, body, made)
        return who
    if tx.now - spent.at > SAME_CLICK or not spent.on(body):
        return None
    made = json.loads(spent.answer)
    return await sessions.renew(tx, UUID(made["account"]), UUID(made["session"]))
