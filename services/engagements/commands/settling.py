"""What becomes of engagements is saved here: with their places counted, their timers set, and what is told in time."""

from datetime import timedelta
from uuid import UUID

from schemas.engagements import Engagement
from schemas.event import Event
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member, Person
from services.chassis.base.refusals import NotFound
from services.chassis.postgres.transaction import Transaction
from services.engagements.commands import counting, undoing
from services.engagements.commands.following import follow_access_of
from services.engagements.domain import answering as domain
from services.engagements.domain import intake as places
from services.engagements.domain import offers
from services.engagements.domain.answering import DECLINED, NOT_CHOSEN, Answer, NotChosen
from services.engagements.domain.intake import Intake
from services.engagements.store import answers, intakes, policies
from services.engagements.store import engagements as store

Change = tuple[Engagement, Event[Engagement]]
"""What an engagement was before, and what happened to it."""


async def lock_both(tx: Transaction, id: UUID) -> tuple[Intake, Engagement]:
    """An engagement and its intake, which is locked first. Raises NotFound."""
    found = await store.get(tx, id)
    return await intakes.lock(tx, found.opportunity_id), await store.lock(tx, id)


async def lock_mine(tx: Transaction[Person], id: UUID) -> tuple[Intake, Engagement]:
    """The same, of the person who acts. Raises NotFound for anybody else's as for one that does not exist."""
    if (await store.get(tx, id)).person_id != tx.acting.person_id:
        raise NotFound
    return await lock_both(tx, id)


async def lock_theirs(tx: Transaction[Member], id: UUID) -> tuple[Intake, Engagement]:
    """The same, of somebody with the organisation that is acted for. Raises NotFound for another organisation's."""
    if (await store.get(tx, id)).organisation_id != tx.acting.organisation_id:
        raise NotFound
    return await lock_both(tx, id)


async def settle(tx: Transaction, intake: Intake, *changes: Change) -> Intake:
    """Keep what happened to engagements of one intake. The caller holds its lock, and the lock of each row.

    Raises NoPlaceLeft where more places would be taken and held than there are.
    """
    if not changes:
        return intake
    after = [event.state for _, event in changes]
    counted, news = places.count(intake, [(before, event.state) for before, event in changes], now=tx.now)
    if counted != intake:
        await counting.save(tx, counted)
    await store.save(tx, *after)
    offered = {before.id for before, _ in changes if before.status == "offered"}
    await tx.wake_each(
        run_out, {one.id: offers.stands_until(one) for one in after if one.id in offered or one.status == "offered"}
    )
    await tx.emit(*(event for _, event in changes), *([news] if news else []))
    place = [event.state for before, event in changes if "accepted" in (before.status, event.state.status)]
    await tx.due_each(follow_access_of, {one.id: one.version for one in place})
    return counted


async def run_out(tx: Transaction, id: UUID) -> None:
    """The day to answer an offer by has come; woken for it. A no that waits to be told is told now instead."""
    if await store.find(tx, id) is None:
        return
    intake, theirs = await lock_both(tx, id)
    for what in (DECLINED, NOT_CHOSEN):
        answer = await answers.get(tx, id, what)
        if answer and answer.stands(theirs) and offers.is_over(theirs, tx.now):
            await tell(tx, intake, theirs, answer)
            return
    lapsed = offers.run_out(theirs, now=tx.now)
    if lapsed:
        await settle(tx, intake, (theirs, lapsed[1]))
    else:
        await tx.wake(run_out, id, offers.stands_until(theirs))


async def keep_answer(
    tx: Transaction[Member | Person], intake: Intake, theirs: Engagement, what: str, said: NotChosen | None
) -> Answer:
    """An answer that nobody else knows of until its time to undo is over; without such a time it is told at once."""
    rules = await policies.answering(tx, theirs.organisation_id, on=london_day(tx.now))
    undo_for = timedelta(minutes=rules.undo_minutes)
    answer = domain.answered(theirs, what, said, by=tx.acting.by, now=tx.now, undo_for=undo_for)
    if answer.undo_until and answer.undo_until <= tx.now:
        await tell(tx, intake, theirs, answer)
        return answer
    await answers.save(tx, theirs, answer)
    await undoing.begin(tx, theirs, answer)
    if what == DECLINED:
        await tx.wake(tell_no, theirs.id, answer.undo_until)
    else:
        await tx.wake(tell_not_chosen, theirs.id, answer.undo_until)
    return answer


async def tell(tx: Transaction, intake: Intake, theirs: Engagement, answer: Answer) -> Engagement:
    """It is so from now on, and said. What a person is told of others that were chosen stays for them to read."""
    told, event = domain.tell(theirs, answer, now=tx.now)
    await settle(tx, intake, (theirs, event))
    if answer.what == DECLINED:
        await undoing.drop(tx, theirs.id, DECLINED)
        await tx.wake(tell_no, theirs.id, None)
    else:
        await answers.save(tx, theirs, domain.told(answer))
        await undoing.end(tx, theirs.id, NOT_CHOSEN)
        await tx.wake(tell_not_chosen, theirs.id, None)
    return told


async def tell_no(tx: Transaction, id: UUID) -> None:
    """The time in which a person could undo their no is over; woken for it."""
    await _tell_in_time(tx, id, DECLINED)


async def tell_not_chosen(tx: Transaction, id: UUID) -> None:
    """The time in which "not chosen" could be undone is over; woken for it. A no of the person comes first."""
    await _tell_in_time(tx, id, DECLINED)
    await _tell_in_time(tx, id, NOT_CHOSEN)


async def _tell_in_time(tx: Transaction, id: UUID, what: str) -> None:
    """Too early, it waits for its moment again; one that something else came before is forgotten."""
    if await store.find(tx, id) is None:
        return
    intake, theirs = await lock_both(tx, id)
    answer = await answers.get(tx, id, what)
    if answer is None or answer.undo_until is None:
        return
    if not answer.stands(theirs):
        await undoing.drop(tx, id, what)
    elif answer.undo_until > tx.now and what == DECLINED:
        await tx.wake(tell_no, id, answer.undo_until)
    elif answer.undo_until > tx.now:
        await tx.wake(tell_not_chosen, id, answer.undo_until)
    else:
        await tell(tx, intake, theirs, answer)
