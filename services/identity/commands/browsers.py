"""Know from which browsers somebody signs in: say it beside the session, and write to them when it is another."""

from dataclasses import dataclass

from services.chassis.postgres.transaction import Transaction
from services.identity import news
from services.identity.commands.sessions import SignedIn
from services.identity.commands.telling import tell
from services.identity.domain.browsers import browser_words
from services.identity.domain.sign_in import hash_of
from services.identity.letters import Letters
from services.identity.store import browsers as store
from services.identity.store import sessions
from services.identity.store.naming import name_account


@dataclass(frozen=True)
class Browser:
    """Where somebody signs in. `secret`: of its cookie; `says`: of itself, in the header User-Agent."""

    secret: str
    says: str


async def note_browser(tx: Transaction, who: SignedIn, browser: Browser, letters: Letters) -> None:
    """The first browser of an account, and a double click, are no news."""
    if who.again:
        return
    await name_browser(tx, who, browser.says)
    known, seen = await store.hashes_of(tx, who.account_id), hash_of(f"{who.account_id} {browser.secret}")
    await store.note(tx, who.account_id, seen, now=tx.now)
    if known and seen not in known:
        await tell(tx, who.account_id, news.new_browser(letters, called=who.called, at=tx.now))


async def name_browser(tx: Transaction, who: SignedIn, says: str) -> None:
    """What sort of browser the session is in, for its person's own list of sessions."""
    await name_account(tx, who.account_id)
    await sessions.name_browser(tx, who.session_id, browser_words(says))
