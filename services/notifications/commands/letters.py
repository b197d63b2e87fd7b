"""Printing letters: taken together, put back where they did not print, and told once they are posted."""

from collections.abc import Set
from uuid import UUID

from services.chassis.base.hands import Member
from services.chassis.base.security_log import Happened
from services.chassis.postgres.transaction import Transaction, new_id
from services.notifications.commands.messages import save_and_emit
from services.notifications.domain import letter as domain
from services.notifications.domain import message as messages
from services.notifications.store import letters as store
from services.notifications.store.letters import Printing

POSTED_AT_ONCE = 250
"""Letters of which it is noted in one transaction that they are posted."""


async def take(tx: Transaction[Member]) -> UUID:
    """Take the letters that wait, to print them together: nobody else takes these. Raises NothingToPrint."""
    id = new_id()
    count = await store.take(tx, id)
    if not count:
        raise domain.NothingToPrint
    tx.note(Happened.TAKEN_AWAY, what="letters", count=count)
    return id


async def put_back(tx: Transaction[Member], id: UUID) -> None:
    """They are not posted after all, and wait again. Raises NotFound or PostedAlready."""
    await _lock(tx, id)
    await store.put_back(tx, id, None)
    await store.delete_printing(tx, id)


async def note_posted(tx: Transaction[Member], id: UUID, *, not_printed: Set[int] = frozenset()) -> None:
    """They are posted, but for those that did not print, which wait again.

    Raises NotFound, PostedAlready or NotInPrinting.
    """
    printing = await _lock(tx, id)
    back = await store.put_back(tx, id, sorted(not_printed)) if not_printed else 0
    if back != len(not_printed):
        raise domain.NotInPrinting
    if back == printing.letters:
        await store.delete_printing(tx, id)
        return
    await store.note_posted(tx, id)
    await tx.due(record_posted, id, 1)


async def record_posted(tx: Transaction, id: UUID, after: UUID | None) -> UUID | None:
    """The next of those that are posted count as told, by whoever said so."""
    posted_by, some = await store.lock_posted(tx, id, after, limit=POSTED_AT_ONCE)
    await save_and_emit(tx, *(messages.hand_over(one, now=tx.now, done_by=posted_by) for one in some))
    return some[-1].id if len(some) == POSTED_AT_ONCE else None


async def _lock(tx: Transaction[Member], id: UUID) -> Printing:
    printing = await store.lock_printing(tx, id)
    if printing.posted_at is not None:
        raise domain.PostedAlready
    return printing
