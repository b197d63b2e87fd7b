"""Informal talks: staff propose times, the person picks one, either cancels; nobody waits for a time that has gone."""

from uuid import UUID

from schemas.engagements import Engagement
from schemas.event import Event
from services.chassis.base.hands import Member, Person
from services.chassis.postgres.transaction import Transaction
from services.engagements.commands.choosing import check_unanswered
from services.engagements.commands.settling import lock_both, lock_mine, lock_theirs, settle
from services.engagements.domain import talking as domain
from services.engagements.domain.intake import Intake
from services.engagements.domain.talking import (
    BY_ORGANISATION,
    BY_PERSON,
    ChatWords,
    Picked,
    ProposedMeanwhile,
    Proposing,
)
from services.engagements.store import engagements as store
from services.engagements.store import intakes, talks


async def propose(
    tx: Transaction[Member], id: UUID, proposing: Proposing, *, instead_of: str | None = None
) -> Engagement:
    """Times for a talk, in the place of any that wait for an answer; nothing is said where they are the same.
    `instead_of`: those that whoever proposes has seen.

    Raises NotFound, ProposedMeanwhile, NotOpen, AnsweredAlready, NotYourOwn, HelpedThem, OffTheFeed, RoleIsOver,
    TalkIsAgreed, TimesTooEarly or TimesTooLate.
    """
    intake, theirs = await lock_theirs(tx, id)
    if (waits := domain.proposed_last(theirs.chat)) and instead_of not in (None, waits):
        raise ProposedMeanwhile
    terms = await intakes.terms(tx, intake.opportunity, [theirs.person_id])
    proposed, event = domain.propose(theirs, terms, proposing, by=tx.acting.by, now=tx.now)
    await check_unanswered(tx, theirs)
    if domain.is_same(theirs.chat, proposed.chat) and await talks.words(tx, id) == proposing.words:
        return theirs
    await talks.CHAT_WORDS.save(tx, proposed, ChatWords(proposing.words))
    return await _keep(tx, intake, theirs, event)


async def cancel_as_staff(tx: Transaction[Member], id: UUID) -> Engagement:
    """Raises NotFound or NoTalkToCancel."""
    intake, theirs = await lock_theirs(tx, id)
    return await _keep(tx, intake, theirs, domain.cancel(theirs, by=BY_ORGANISATION, now=tx.now)[1])


async def pick(tx: Transaction[Person], id: UUID, picked: Picked) -> Engagement:
    """The person picks a time, or says that none suits. Raises NotFound, NoTalkProposed or NotOneOfTheTimes."""
    intake, mine = await lock_mine(tx, id)
    return await _keep(tx, intake, mine, domain.pick(mine, picked.starts_at, now=tx.now)[1])


async def cancel(tx: Transaction[Person], id: UUID) -> Engagement:
    """Raises NotFound or NoTalkToCancel."""
    intake, mine = await lock_mine(tx, id)
    return await _keep(tx, intake, mine, domain.cancel(mine, by=BY_PERSON, now=tx.now)[1])


async def end_talk(tx: Transaction, id: UUID) -> None:
    """The last of its times has come and nobody answered; woken for it. Too early, it waits again."""
    if await store.find(tx, id) is None:
        return
    intake, theirs = await lock_both(tx, id)
    over = domain.run_out(theirs, now=tx.now)
    if over:
        await _keep(tx, intake, theirs, over[1])
    elif domain.times_left(theirs.chat, tx.now) and theirs.chat:
        await tx.wake(end_talk, id, max(theirs.chat.times))


async def _keep(tx: Transaction, intake: Intake, before: Engagement, event: Event[Engagement]) -> Engagement:
    after = event.state
    await settle(tx, intake, (before, event))
    waits = after.chat is not None and after.chat.starts_at is None and after.chat.ended is None
    await tx.wake(end_talk, after.id, max(after.chat.times) if after.chat and waits else None)
    return after
