"""Know from which browsers somebody signs in, and write to them when it is another."""

from services.chassis.postgres.transaction import Transaction
from services.identity import news
from services.identity.commands.sign_in import SignedIn
from services.identity.commands.telling import tell
from services.identity.domain.sign_in import hash_of
from services.identity.letters import Letters
from services.identity.store import browsers as store
from services.identity.store.naming import name_account


async def note_browser(tx: Transaction, who: SignedIn, browser: str, letters: Letters) -> None:
    """`browser`: the secret of its cookie. The first browser of an account, and a double click, are no news."""
    if who.again:
        return
    await name_account(tx, who.account_id)
    known, seen = await store.hashes_of(tx, who.account_id), hash_of(f"{who.account_id} {browser}")
    await store.note(tx, who.account_id, seen, now=tx.now)
    if known and seen not in known:
        await tell(tx, who.account_id, news.new_browser(letters, called=who.called, at=tx.now))
