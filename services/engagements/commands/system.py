"""What the system does: keep intakes and engagements in agreement with the neighbours' news, and forget people."""

from functools import partial
from uuid import UUID

from schemas.engagements import (
    ArrangementErased,
    Engagement,
    EngagementErased,
    EngagementsHelpErased,
    UndoingErased,
)
from schemas.engagements import Intake as PublicIntake
from schemas.event import Erased
from schemas.matching import Opportunity
from schemas.recruitment import Leader
from services.chassis.postgres import help_given, mirrors
from services.chassis.postgres.transaction import Transaction
from services.engagements import metrics
from services.engagements.commands import counting, drawing
from services.engagements.commands.following import follow_access
from services.engagements.commands.settling import settle
from services.engagements.domain import intake as places
from services.engagements.domain.agreeing import follow_last_session, follow_neighbours
from services.engagements.domain.draw import by_lot
from services.engagements.domain.intake import Intake
from services.engagements.domain.offers import last_moment
from services.engagements.store import arranging, draws, intakes, names, objections, undoing
from services.engagements.store import engagements as store


async def follow_opportunity(tx: Transaction, opportunity: Opportunity) -> None:
    """Open the intake of an opportunity, or make it agree. Called off: nobody is left waiting for what does not come.

    A session that is moved or cancelled changes no engagement, however many have a place: it is read from here.
    A job has no intake: people apply elsewhere, so there is no place to fill and nothing to record.
    """
    if opportunity.job:
        return
    existing = await intakes.lock_if_there(tx, opportunity.id)
    if existing and existing.opportunity.version >= opportunity.version:
        return
    first = 1 if existing else await tx.first_version(PublicIntake, opportunity.id)
    intake, event = places.follow(existing, opportunity, now=tx.now, first_version=first)
    await (counting.save if existing else counting.add)(tx, intake)
    if event:
        await tx.emit(event)
    if existing and opportunity.changed != existing.opportunity.changed and await store.has_interest(tx, intake.id):
        tx.count(partial(metrics.changed_after_interest, opportunity))
    await drawing.seal_when_closed(tx, intake)
    await tx.wake(end_what_is_over, intake.id, intake.open_until)
    if existing and existing.opportunity.sessions != opportunity.sessions:
        await tx.due(follow_access, intake.id, opportunity.version)
    if opportunity.withdrawn:
        await _follow_with_everybody(tx, intake)
    else:
        await _follow_last_session(tx, intake)


async def _follow_last_session(tx: Transaction, intake: Intake) -> None:
    """No offer stands longer than it can be answered. Its person is told of the new day."""
    latest = last_moment(intake.opportunity, tx.now)
    if latest is None:
        return
    late = await store.lock_offered_until_after(tx, intake.id, latest)
    moved = [(one, follow_last_session(one, intake.opportunity, now=tx.now)) for one in late]
    await settle(tx, intake, *((one, news[1]) for one, news in moved if news))


async def end_what_is_over(tx: Transaction, opportunity_id: UUID) -> None:
    """The last session is over; woken for it. What nobody answered ends, whatever the closing date says."""
    intake = await intakes.lock(tx, opportunity_id)
    if intake.open_until and intake.open_until > tx.now:
        await tx.wake(end_what_is_over, intake.id, intake.open_until)
    elif intake.open_until:
        ended = places.end(intake)
        await counting.save(tx, ended)
        await _follow_with_everybody(tx, ended)


async def _follow_with_everybody(tx: Transaction, intake: Intake) -> None:
    everybody = await store.lock_of_intake(tx, intake.id)
    leaders = await mirrors.get_each(tx, Leader, [one.person_id for one in everybody])
    await _follow_neighbours(tx, intake, *((one, leaders.get(one.person_id)) for one in everybody))


async def follow_leader(tx: Transaction, leader: Leader) -> None:
    """Whoever left the pool no longer waits for an answer, and no organisation for theirs."""
    if leader.status == "approved":
        return
    locked = {id: await intakes.lock(tx, id) for id in await store.opportunities_of_person(tx, leader.id)}
    for one in await store.lock_of_person(tx, leader.id):
        if one.opportunity_id in locked:
            await _follow_neighbours(tx, locked[one.opportunity_id], (one, leader))
        else:
            await tx.due(agree_with_neighbours, one.id, one.version)


async def agree_with_neighbours(tx: Transaction, id: UUID) -> None:
    """End an engagement whose opportunity was called off or is over, or whose person left the pool, while interest was
    being shown. Whoever showed it gets their number, where names are hidden.

    It waits for the lock of whoever is closing the intake just then, and so sees what they did.
    """
    engagement = await store.find(tx, id)
    if engagement is None:
        return
    intake = await intakes.lock(tx, engagement.opportunity_id)
    leader = await mirrors.get(tx, Leader, engagement.person_id)
    engagement = await store.lock(tx, id)
    if intake.opportunity.names_hidden or by_lot(intake.opportunity):
        await names.give_number(tx, id, intake.id)
    await _follow_neighbours(tx, intake, (engagement, leader))


async def _follow_neighbours(tx: Transaction, intake: Intake, *many: tuple[Engagement, Leader | None]) -> None:
    """Nothing is done where the person is in the pool, and the opportunity neither called off nor over."""
    followed = [(one, follow_neighbours(one, intake.opportunity, leader, now=tx.now)) for one, leader in many]
    await settle(tx, intake, *((one, news[1]) for one, news in followed if news))


async def forget_person(tx: Transaction, person_id: UUID) -> None:
    """Delete what engagements holds of a person. A place is free again when no session of it has begun."""
    locked = {id: await intakes.lock(tx, id) for id in await store.opportunities_of_person(tx, person_id)}
    theirs = await store.lock_of_person(tx, person_id)
    answered = await undoing.of_person(tx, person_id)
    arranged = await arranging.ids_of(tx, [one.id for one in theirs])
    await tx.emit(*(ArrangementErased(Erased(id=id, version=version + 1)) for id, version in arranged.items()))
    await draws.forget(tx, *theirs)
    await store.forget(tx, *(one.id for one in theirs))
    await tx.emit(*(UndoingErased(Erased(id=one.id, version=one.version + 1)) for one in answered))
    await tx.emit(*(EngagementErased(Erased(id=one.id, version=one.version + 1)) for one in theirs))
    await help_given.forget(tx, person_id, EngagementsHelpErased)
    for engagement in theirs:
        intake = locked.get(engagement.opportunity_id) or await intakes.lock(tx, engagement.opportunity_id)
        if intake.objected_since:
            intake = await _without_objection(tx, intake)
        if engagement.status == "accepted" and places.has_begun(intake, tx.now):
            await counting.save(tx, places.recount_soon(intake, tx.now))
        elif engagement.status != "ended":
            counted, event = places.count(intake, [(engagement, None)], now=tx.now)
            await counting.save(tx, counted)
            await tx.emit(*([event] if event else []))


async def _without_objection(tx: Transaction, intake: Intake) -> Intake:
    """Whoever was forgotten objects no more."""
    noted, event = places.objected(intake, await objections.waits_since(tx, intake.id), now=tx.now)
    await counting.save(tx, noted)
    await tx.emit(*([event] if event else []))
    return noted
