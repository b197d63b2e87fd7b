"""What coordinators do with a piece of work: add it, change its words, end it, take it up again."""

from uuid import UUID

from services.chassis.base.hands import Member
from services.chassis.postgres.transaction import Transaction
from services.matching.domain import work as domain
from services.matching.domain.work import WorkWords
from services.matching.store import works as store


async def add_work(tx: Transaction[Member], words: WorkWords) -> UUID:
    """Raises TitleTaken or TooManyWorks."""
    await store.hold_titles(tx)
    await store.check_title(tx, words.title)
    await store.check_room(tx)
    return await store.add(tx, words)


async def change_work(tx: Transaction[Member], id: UUID, words: WorkWords) -> None:
    """For roles that are posted from now on: those that were posted keep the words that they were posted with.

    Raises NotFound, WorkEnded or TitleTaken.
    """
    await store.hold_titles(tx)
    domain.choices(await store.lock(tx, id)).change.must()
    await store.check_title(tx, words.title, but=id)
    await store.change(tx, id, words)


async def end_work(tx: Transaction[Member], id: UUID) -> None:
    """It is not offered to new roles any more; its roles stay. Raises NotFound or WorkEnded."""
    domain.choices(await store.lock(tx, id)).end.must()
    await store.end(tx, id, tx.now)


async def take_up_work(tx: Transaction[Member], id: UUID) -> None:
    """It goes on again. Raises NotFound, WorkGoesOn or TooManyWorks."""
    await store.hold_titles(tx)
    domain.choices(await store.lock(tx, id)).take_up.must()
    await store.check_room(tx)
    await store.end(tx, id, None)
