"""What a side has answered and can still undo waits for it no more: only its own home page is told so."""

from datetime import datetime
from uuid import UUID

from schemas.engagements import Engagement, Undoing, UndoingBegun, UndoingEnded
from services.chassis.postgres.transaction import Transaction, new_id
from services.engagements.domain.answering import DECLINED, Answer
from services.engagements.store import answers
from services.engagements.store import undoing as store


async def begin(tx: Transaction, of: Engagement, answer: Answer) -> None:
    """The caller holds the engagement's lock, as of all of these."""
    before = await store.find(tx, of.id, _side(answer.what))
    now = _undoing(of, answer) if before is None else _again(before, answer.answered_at, answer.undo_until)
    await (store.save if before else store.add)(tx, now)
    await tx.emit(UndoingBegun(now))


async def end(tx: Transaction, engagement_id: UUID, what: str) -> None:
    """It was told, undone, or something came before it."""
    before = await store.find(tx, engagement_id, _side(what))
    if before and before.until:
        over = _again(before, before.answered_at, None)
        await store.save(tx, over)
        await tx.emit(UndoingEnded(over))


async def drop(tx: Transaction, engagement_id: UUID, what: str) -> None:
    """The answer itself goes too."""
    await answers.forget(tx, engagement_id, what)
    await end(tx, engagement_id, what)


def _side(what: str) -> str:
    return "person" if what == DECLINED else "organisation"


def _again(before: Undoing, answered_at: datetime, until: datetime | None) -> Undoing:
    return before.with_changes(version=before.version + 1, answered_at=answered_at, until=until)


def _undoing(of: Engagement, answer: Answer) -> Undoing:
    return Undoing(
        id=new_id(),
        version=1,
        engagement_id=of.id,
        organisation_id=of.organisation_id,
        person_id=of.person_id,
        side=_side(answer.what),
        answered_at=answer.answered_at,
        until=answer.undo_until,
    )
