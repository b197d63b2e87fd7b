"""What a person does: show interest, accept or decline an offer, give a place back."""

from uuid import UUID

from schemas.engagements import Engagement
from schemas.matching import Opportunity
from schemas.recruitment import Leader
from services.chassis.base.access import london_day
from services.chassis.base.hands import Person
from services.chassis.base.refusals import NotFound, TryAgainSoon
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction, new_id
from services.engagements.commands import undoing
from services.engagements.commands.settling import keep_answer, lock_both, lock_mine, settle, tell, tell_no
from services.engagements.commands.system import agree_with_neighbours
from services.engagements.domain import answering, offers
from services.engagements.domain import engagement as domain
from services.engagements.domain.answering import DECLINED
from services.engagements.domain.engagement import AlreadyInterested, InterestWords
from services.engagements.domain.intake import Intake
from services.engagements.store import answers as answer_store
from services.engagements.store import engagements as store
from services.engagements.store import intakes, marks, policies


async def show_interest(tx: Transaction[Person], opportunity_id: UUID, words: InterestWords) -> Engagement:
    """Once for each person and opportunity, and again after it ended. The organisation's coordinators are asked to
    answer, by a day that the person sees.

    Raises NotFound, TryAgainSoon (the opportunity is on its way here), ApplyElsewhere, MoreThanAsked,
    AlreadyInterested, PastClosing or JoinFirst.
    """
    intake, person_id = await _intake(tx, opportunity_id), tx.acting.person_id
    existing = await store.of_person_and_opportunity(tx, person_id, opportunity_id)
    if existing is not None:
        intake, existing = await lock_both(tx, existing.id)
    leader = await mirrors.get(tx, Leader, person_id)
    words = domain.answering(intake.opportunity, words)
    rules = await policies.answering(tx, intake.organisation_id, on=london_day(tx.now))
    shown, event = domain.show_interest(
        intake.opportunity,
        leader,
        existing=existing,
        id=new_id(),
        person_id=person_id,
        now=tx.now,
        answered_in=rules.working_days,
    )
    if existing is not None:
        await settle(tx, intake, (existing, event))
        await store.INTEREST_WORDS.save(tx, shown, words)
        await marks.forget_all(tx, shown.id)
        return shown
    if not await store.add(tx, shown, words):
        raise AlreadyInterested
    await tx.emit(event)
    await tx.due(agree_with_neighbours, shown.id, shown.version)
    return shown


async def _intake(tx: Transaction, opportunity_id: UUID) -> Intake:
    intake = await intakes.get(tx, opportunity_id)
    known = None if intake else await mirrors.get(tx, Opportunity, opportunity_id)
    if known and known.job:
        raise domain.ApplyElsewhere(
            f"This is a job with a salary, so you cannot show interest in it here. Apply at: {known.job.link}"
        )
    if known:
        raise TryAgainSoon("This opportunity is so new that it has not reached us yet. Please try again in a moment.")
    if intake is None:
        raise NotFound
    return intake


async def accept(tx: Transaction[Person], id: UUID) -> Engagement:
    """Say yes: the offer's place is taken, or one that is left. Where none is, they are first on the reserve list.

    Raises NotFound, AlreadyAccepted, NotOffered, OfferIsOver, JoinFirst or AgreeFirst.
    """
    intake, mine = await lock_mine(tx, id)
    leader = await mirrors.get(tx, Leader, mine.person_id)
    accepted, event = offers.accept(mine, intake, leader, now=tx.now)
    await settle(tx, intake, (mine, event))
    return accepted


async def decline(tx: Transaction[Person], id: UUID) -> Engagement:
    """Say no to an offer. It can be undone for a while, in which nobody else knows of it; then it is told.

    Raises NotFound, NotOffered or AnsweredAlready.
    """
    intake, mine = await lock_mine(tx, id)
    answering.may_decline(mine, await answer_store.get(tx, id, DECLINED)).must()
    await keep_answer(tx, intake, mine, DECLINED, None)
    return await store.get(tx, id)


async def undo_no(tx: Transaction[Person], id: UUID) -> Engagement:
    """The offer is as it was. Raises NotFound, or NothingToUndo when it was told."""
    _, mine = await lock_mine(tx, id)
    answering.may_undo(mine, await answer_store.get(tx, id, DECLINED)).must()
    await undoing.drop(tx, id, DECLINED)
    await tx.wake(tell_no, id, None)
    return mine


async def tell_no_now(tx: Transaction[Person], id: UUID) -> Engagement:
    """Before its time to undo is over. Raises what `undo_no` raises."""
    intake, mine = await lock_mine(tx, id)
    answer = await answer_store.get(tx, id, DECLINED)
    answering.may_undo(mine, answer).must()
    assert answer, "there is one to undo"
    return await tell(tx, intake, mine, answer)


async def withdraw(tx: Transaction[Person], id: UUID) -> Engagement:
    """No longer want the role; a place is given back. Raises NotFound, NotOpen or TooLateToGiveBack."""
    intake, mine = await lock_mine(tx, id)
    withdrawn, event = domain.withdraw(mine, now=tx.now)
    await settle(tx, intake, (mine, event))
    return withdrawn
