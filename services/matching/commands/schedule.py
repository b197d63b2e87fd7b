"""What coordinators do with the sessions of an opportunity."""

from collections.abc import Collection, Sequence
from uuid import UUID

from schemas.matching import Opportunity
from services.chassis.base.hands import Member
from services.chassis.postgres.transaction import Transaction, new_id
from services.matching.commands import saving
from services.matching.domain import repeat as repeats
from services.matching.domain import sessions
from services.matching.domain.repeat import Repeat
from services.matching.domain.sessions import ChangeReason, SessionDraft, SessionMove


async def add_sessions(tx: Transaction[Member], id: UUID, drafts: Sequence[SessionDraft]) -> list[UUID]:
    """Add one session or several, all or none. Returns their ids."""
    return await _add(tx, await saving.own(tx, id), drafts)


async def add_repeat(tx: Transaction[Member], id: UUID, repeat: Repeat) -> list[UUID]:
    """Add a session on each day of a repeat that is not left out. Returns their ids."""
    opportunity = await saving.own(tx, id)
    return await _add(tx, opportunity, repeats.drafts(repeat, repeats.planned(repeat, opportunity)))


async def _add(tx: Transaction, opportunity: Opportunity, drafts: Sequence[SessionDraft]) -> list[UUID]:
    ids = [new_id() for _ in drafts]
    await saving.save(tx, sessions.add(opportunity, drafts, ids=ids, now=tx.now))
    return ids


async def change_session(tx: Transaction[Member], id: UUID, session_id: UUID, move: SessionMove) -> None:
    """Move a session, or change its length, mode or place; nothing is said where nothing changes."""
    if news := sessions.change(await saving.own(tx, id), session_id, move, now=tx.now):
        await saving.save(tx, news)


async def cancel_session(tx: Transaction[Member], id: UUID, session_id: UUID, why: ChangeReason) -> None:
    """Raises NotFound, and what `sessions.cancel` raises."""
    opportunity = await saving.own(tx, id)
    await _cancel(tx, opportunity, [sessions.of(opportunity, session_id).id], why)


async def cancel_rest(tx: Transaction[Member], id: UUID, why: ChangeReason) -> None:
    """Cancel every session that has not begun. What has taken place stays, so the role ends here."""
    opportunity = await saving.own(tx, id)
    await _cancel(tx, opportunity, [one.id for one in opportunity.to_come(tx.now)], why)


async def _cancel(tx: Transaction[Member], opportunity: Opportunity, ids: Collection[UUID], why: ChangeReason) -> None:
    await saving.save(tx, sessions.cancel(opportunity, ids, why, by=tx.acting.by, now=tx.now))
