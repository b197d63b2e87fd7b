"""How an organisation's coordinators choose: offer a place, put somebody on the reserve list, choose others, and undo.

Nobody does any of it for themselves.
"""

from uuid import UUID

from schemas.engagements import Engagement
from schemas.recruitment import Leader
from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotFound
from services.chassis.postgres import mirrors
from services.chassis.postgres.help_given import helped_by_whoever_acts
from services.chassis.postgres.transaction import Transaction
from services.engagements.commands import undoing
from services.engagements.commands.settling import keep_answer, lock_theirs, settle, tell, tell_not_chosen
from services.engagements.domain import answering as domain
from services.engagements.domain import offers
from services.engagements.domain.answering import NOT_CHOSEN, Answer, AnsweredAlready, NotChosen
from services.engagements.domain.draw import by_lot
from services.engagements.domain.intake import Intake
from services.engagements.domain.offers import AS_USUAL, NobodyWaits, Offering, PassesOver
from services.engagements.domain.refused_draws import ConfirmFirst
from services.engagements.store import answers, draws, intakes, reserve
from services.engagements.store import engagements as store


async def offer_place(tx: Transaction[Member], id: UUID, offering: Offering = AS_USUAL) -> Engagement:
    """Offer a place with the pay that the opportunity promised; it is held until they answer, or their time is over.

    Raises NotFound, AlreadyOffered, NotOpen, AnsweredAlready, NotYourOwn, HelpedThem, OffTheFeed, NotApproved,
    RateNotInForce, DrawFirst, ReplyByOutOfReach, ReplyByTooLate, PassesOver or NoPlaceLeft.
    """
    intake, theirs = await lock_theirs(tx, id)
    return await _offer(tx, intake, theirs, offering)


async def offer_to_first(tx: Transaction[Member], opportunity_id: UUID) -> Engagement:
    """Offer the place that is free to the first of the list. Raises NobodyWaits, and what `offer_place` does."""
    intake = await _lock_own_intake(tx, opportunity_id)
    first = await reserve.first(tx, opportunity_id)
    if first is None:
        raise NobodyWaits
    return await _offer(tx, intake, await store.lock(tx, first.id), AS_USUAL)


async def _offer(tx: Transaction[Member], intake: Intake, theirs: Engagement, offering: Offering) -> Engagement:
    leader = await mirrors.get(tx, Leader, theirs.person_id)
    terms = await intakes.terms(tx, intake.opportunity, [theirs.person_id])
    offered, event = offers.offer(theirs, leader, terms, offering, by=tx.acting.by, now=tx.now)
    await check_unanswered(tx, theirs)
    if intake.on_reserve and await reserve.before(tx, theirs):
        if offering.passing_over is None:
            raise PassesOver
        await reserve.note_passed_over(tx, theirs, why=offering.passing_over, by=tx.acting.by, now=tx.now)
    await settle(tx, intake, (theirs, event))
    return offered


async def put_on_reserve(tx: Transaction[Member], id: UUID) -> Engagement:
    """They wait for a place, after those who wait already. Raises NotFound, NotOpen, DrawFirst, AnsweredAlready,
    NotYourOwn or HelpedThem.
    """
    intake, theirs = await lock_theirs(tx, id)
    helped = await helped_by_whoever_acts(tx, [theirs.person_id])
    drawn_first = await intakes.waits_for_draw(tx, intake.id)
    waits, event = offers.put_on_reserve(theirs, by=tx.acting.by, helped=helped, now=tx.now, waits_for_draw=drawn_first)
    await check_unanswered(tx, theirs)
    await settle(tx, intake, (theirs, event))
    return waits


async def not_choose(tx: Transaction[Member], id: UUID, said: NotChosen, *, tell_now: bool = False) -> Engagement:
    """Choose others, or take back an offer that was not answered, with a reason. It can be undone for a while, in which
    nobody else knows of it; then it is told.

    Raises NotFound, NotOpen, NotYourOwn, AnsweredAlready or ConfirmFirst.
    """
    intake, theirs = await lock_theirs(tx, id)
    domain.may_not_choose(theirs, await answers.get(tx, id, NOT_CHOSEN), by=tx.acting.by).must()
    draw = await draws.current(tx, intake.id) if by_lot(intake.opportunity) else None
    if draw and draw.drawn_at and not draw.confirmed_at:
        raise ConfirmFirst
    answer = await keep_answer(tx, intake, theirs, NOT_CHOSEN, said)
    if tell_now and answer.undo_until and tx.now < answer.undo_until:
        return await tell(tx, intake, theirs, answer)
    return await store.get(tx, id)


async def undo_not_chosen(tx: Transaction[Member], id: UUID) -> Engagement:
    """They wait as before, and never knew. Raises NotFound, or NothingToUndo when it was told."""
    _, theirs = await lock_theirs(tx, id)
    await _to_undo(tx, theirs)
    await undoing.drop(tx, id, NOT_CHOSEN)
    await tx.wake(tell_not_chosen, id, None)
    return theirs


async def tell_not_chosen_now(tx: Transaction[Member], id: UUID) -> Engagement:
    """Before its time to undo is over. Raises what `undo_not_chosen` raises."""
    intake, theirs = await lock_theirs(tx, id)
    return await tell(tx, intake, theirs, await _to_undo(tx, theirs))


async def _to_undo(tx: Transaction[Member], theirs: Engagement) -> Answer:
    answer = await answers.get(tx, theirs.id, NOT_CHOSEN)
    domain.may_undo(theirs, answer).must()
    assert answer, "there is one to undo"
    return answer


async def check_unanswered(tx: Transaction[Member], theirs: Engagement) -> None:
    """Raises AnsweredAlready: an answer that can still be undone is undone first."""
    answer = await answers.get(tx, theirs.id, NOT_CHOSEN)
    if answer and answer.stands(theirs):
        raise AnsweredAlready


async def _lock_own_intake(tx: Transaction[Member], opportunity_id: UUID) -> Intake:
    intake = await intakes.lock(tx, opportunity_id)
    if intake.organisation_id != tx.acting.organisation_id:
        raise NotFound
    return intake
