"""What people with a place need follows their place, its sessions and their needs: some places at a time, by a few
statements for all of them, from what is so now.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from schemas.engagements import Engagement
from schemas.matching import Opportunity, Session
from schemas.recruitment import Needs
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction, new_id
from services.engagements.domain import arrangement as domain
from services.engagements.domain.arrangement import Arranged, Changed, Place
from services.engagements.domain.arranging import Booking, asked_for
from services.engagements.store import arranging as store
from services.engagements.store import engagements, intakes

AT_ONCE = 25
"""Places in one transaction: of 60 sessions each, 1,500 arrangements."""


async def follow_access(tx: Transaction, opportunity_id: UUID, after: UUID | None) -> UUID | None:
    """The next places of a role whose sessions have changed."""
    some = await store.to_follow(tx, opportunity_id, after, limit=AT_ONCE)
    await _follow(tx, some)
    return some[-1] if len(some) == AT_ONCE else None


async def follow_access_of(tx: Transaction, engagement_id: UUID) -> None:
    """One place that was taken or ended, or for whose arrangements a moment has come; woken for it."""
    await _follow(tx, [engagement_id])


async def follow_needs(tx: Transaction, person_id: UUID) -> None:
    """Somebody needs something else, or lets others see it."""
    await tx.due_each(follow_access_of, await store.of_person(tx, person_id))


async def _follow(tx: Transaction, ids: Sequence[UUID]) -> None:
    """The caller is the system: it sees what is not shared with anybody, and so takes it away."""
    locked = await engagements.lock_each(tx, ids)
    if not locked:
        return
    before: dict[tuple[UUID, UUID], Arranged] = {
        (one.state.engagement_id, one.state.session_id): one
        for one in await store.lock_of(tx, [one.id for one in locked])
    }
    opportunities = await intakes.opportunities(tx, [one.opportunity_id for one in locked])
    made: list[Changed] = []
    changed: list[Changed] = []
    for place in await _places(tx, locked):
        for session in _sessions(opportunities, place.engagement):
            was = before.get((place.engagement.id, session.id))
            if news := domain.follow(was, session, place, now=tx.now, id=new_id()):
                (changed if was else made).append(news)
                before[place.engagement.id, session.id] = news.after
    await store.add(tx, [one.after for one in made])
    await store.save(tx, *(one.after.state for one in changed if one.event))
    await store.save_bookings(tx, [one.after for one in (*made, *changed)])
    await tx.emit(*(one.event for one in (*made, *changed) if one.event))
    await wake(tx, [one.id for one in locked], before.values())


async def _places(tx: Transaction, locked: Sequence[Engagement]) -> list[Place]:
    needs = await mirrors.get_each(tx, Needs, [one.person_id for one in locked])
    carried = await store.take_carried(tx, [one.id for one in locked if one.status == "accepted"])
    return [_place(one, needs.get(one.person_id), carried.get(one.id, ())) for one in locked]


def _place(of: Engagement, needs: Needs | None, carried: tuple[Booking, ...]) -> Place:
    shared = needs is not None and needs.are_shown_with_a_place
    return Place(engagement=of, shared=shared, needs=asked_for(needs), carried=carried)


def _sessions(opportunities: dict[UUID, Opportunity], of: Engagement) -> Sequence[Session]:
    opportunity = opportunities.get(of.opportunity_id)
    return opportunity.sessions if opportunity else ()


async def wake(tx: Transaction, ids: Sequence[UUID], arranged: Iterable[Arranged]) -> None:
    """Look at each place again at the next moment of any of its arrangements."""
    each = {one.state.id: (one.state.engagement_id, domain.next_look(one.state, tx.now)) for one in arranged}
    at: dict[UUID, datetime | None] = dict.fromkeys(ids)
    for engagement_id, moment in each.values():
        first = at.get(engagement_id)
        if moment and (first is None or moment < first):
            at[engagement_id] = moment
    await store.look_at_again(tx, {id: moment for id, (_, moment) in each.items()})
    await tx.wake_each(follow_access_of, at)
