"""Who looks after whom: handing people over, cover, and what follows when somebody may look after nobody any more.

Everything that is done to many is a fan-out, a batch at a time, each leader's event said: their rows are what counts,
so a batch that was cut off, or is done twice, harms nobody.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from schemas.identity import Account, Organisation
from schemas.recruitment import Leader, LeaderHandedOver
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotAllowed, NotFound
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction, new_id
from services.recruitment.domain import coordinator as domain
from services.recruitment.domain import note as notes
from services.recruitment.domain.coordinator import ADMIN, COORDINATES, NOBODY, Cover, HandOver
from services.recruitment.store import applications, caseloads, coordinators, leaders
from services.recruitment.store import notes as note_store

AT_ONCE = 200
"""So many people are handed over in one transaction."""
VERSION = 1
"""What is owed by these reactions is looked up when they are done; it has no versions of its own."""

Step = Callable[[Leader], tuple[Leader, LeaderHandedOver] | None]


async def check_looks_after_people(tx: Transaction[Member]) -> Organisation:
    """The network's organisation, for which whoever asks looks after people, or is an admin.

    Raises NotAllowed without a role, and NotFound for every other organisation, which has no such pages.
    """
    if not tx.acting.roles & {*COORDINATES, ADMIN}:
        raise NotAllowed
    organisation = await mirrors.get(tx, Organisation, tx.acting.organisation_id)
    if organisation is None or organisation.kind != "network":
        raise NotFound
    return organisation


async def lock_person(tx: Transaction[Member], person_id: UUID) -> Leader:
    """Somebody in the pool whom whoever asks looks after. Raises NotFound or NotTheirCoordinator."""
    await check_looks_after_people(tx)
    leader = await leaders.lock(tx, person_id)
    if leader is None or leader.status == "left":
        raise NotFound
    acting, today = tx.acting, london_day(tx.now)
    domain.may_look_after(leader, by=acting.by, roles=acting.roles, today=today).must()
    return leader


async def hand_over(tx: Transaction[Member], person_id: UUID, to: UUID, line: str) -> None:
    """One person goes to a colleague. `line`: what both read. Raises what `lock_person` and the domain raise."""
    leader = await lock_person(tx, person_id)
    today = london_day(tx.now)
    account = await mirrors.get(tx, Account, to)
    from_id = leader.coordinator_id or NOBODY
    domain.check_hand_over(account, tx.acting.organisation_id, from_id=from_id, on=today)
    if to in await applications.close_to(tx, person_id):
        raise domain.CloseToWhomTheyGet
    given, event = domain.hand_over(leader, to, await _cover_today(tx, to), now=tx.now)
    if line:
        note = notes.of_hand_over(line, id=new_id(), person_id=person_id, by=tx.acting.by, on=today, now=tx.now)
        await note_store.add(tx, note)
    await leaders.save(tx, given)
    await tx.emit(event)


async def hand_all_over(tx: Transaction[Member], from_id: UUID, to: UUID, line: str) -> UUID:
    """All whom somebody looks after now go to a colleague, within moments. Returns the id of the hand-over.

    `from_id`: NOBODY for all who wait for a coordinator. Raises NotTheirCoordinator, NotACoordinator, SameCoordinator
    or HandOverGoesOn.
    """
    network = await check_looks_after_people(tx)
    await coordinators.one_at_a_time(tx)
    today = london_day(tx.now)
    if not await may_speak_for(tx, from_id):
        raise domain.NotTheirCoordinator
    domain.check_hand_over(await mirrors.get(tx, Account, to), network.id, from_id=from_id, on=today)
    order = HandOver(new_id(), network.id, from_id, to, line, ordered_by=tx.acting.by, ordered_at=tx.now)
    if not await coordinators.order_hand_over(tx, order):
        raise domain.HandOverGoesOn
    await tx.due(hand_people_over, order.id, VERSION)
    return order.id


async def may_speak_for(tx: Transaction[Member], coordinator_id: UUID) -> bool:
    """Whether whoever asks may hand over all people of somebody, or say who covers for them."""
    acting = tx.acting
    if ADMIN in acting.roles or coordinator_id in (acting.by, NOBODY):
        return True
    cover = await coordinators.cover_for(tx, coordinator_id, on=london_day(tx.now))
    return cover is not None and cover.cover_id == acting.by


async def hand_people_over(tx: Transaction, order_id: UUID, after: UUID | None) -> UUID | None:
    """The next of them. Who came to their coordinator after it was said stays, and to whom the colleague is close; so
    does everybody, where the colleague may look after nobody any more.
    """
    order, today = await coordinators.hand_over(tx, order_id), london_day(tx.now)
    if order is None or order.done_at:
        return None
    account = await mirrors.get(tx, Account, order.to_id)
    if not domain.coordinates(account, order.organisation_id, on=today):
        await coordinators.hand_over_done(tx, order_id)
        return None
    cover = await _cover_today(tx, order.to_id)
    stay = {order.to_id} | await applications.with_close(tx, order.to_id)

    def give(leader: Leader) -> tuple[Leader, LeaderHandedOver] | None:
        return None if leader.id in stay else domain.hand_over(leader, order.to_id, cover, now=tx.now)

    last, given = await _next(tx, order.from_id, until=order.ordered_at, after=after, step=give)
    if order.line:
        await note_store.add(tx, *(_line(tx, order, one.id) for one in given if one.id != order.ordered_by))
    if last is None:
        await coordinators.hand_over_done(tx, order_id)
    return last


def _line(tx: Transaction, order: HandOver, person_id: UUID) -> notes.Note:
    on = london_day(tx.now)
    return notes.of_hand_over(order.line, id=new_id(), person_id=person_id, by=order.ordered_by, on=on, now=tx.now)


async def say_who_covers(tx: Transaction[Member], coordinator_id: UUID, cover_id: UUID, until: date) -> None:
    """While somebody is away a colleague looks after their people, up to that day. Said again, it is that instead.

    Raises NotTheirCoordinator, or a refusal of the domain.
    """
    network = await check_looks_after_people(tx)
    await coordinators.one_at_a_time(tx)
    today = london_day(tx.now)
    if not await may_speak_for(tx, coordinator_id) or coordinator_id == NOBODY:
        raise domain.NotTheirCoordinator
    cover = Cover(coordinator_id, network.id, cover_id, until, set_by=tx.acting.by, set_at=tx.now)
    domain.check_cover(
        cover,
        await mirrors.get(tx, Account, cover_id),
        away=await coordinators.cover_for(tx, cover_id, on=today) is not None,
        covers=bool(await coordinators.covered_by(tx, coordinator_id, on=today)),
        today=today,
    )
    await coordinators.set_cover(tx, cover)
    await tx.wake(end_cover_in_time, coordinator_id, coordinators.cover_ends(until))
    await tx.due(follow_cover, coordinator_id, VERSION)


async def end_cover(tx: Transaction[Member], coordinator_id: UUID) -> None:
    """They are back. Raises NotTheirCoordinator or NoCoverToEnd."""
    await check_looks_after_people(tx)
    await coordinators.one_at_a_time(tx)
    if not await may_speak_for(tx, coordinator_id):
        raise domain.NotTheirCoordinator
    if not await coordinators.forget_cover(tx, coordinator_id):
        raise domain.NoCoverToEnd
    await tx.wake(end_cover_in_time, coordinator_id, None)
    await tx.due(follow_cover, coordinator_id, VERSION)


async def end_cover_in_time(tx: Transaction, coordinator_id: UUID) -> None:
    """Its last day has passed. One that was made longer meanwhile has its own moment."""
    if await coordinators.forget_cover(tx, coordinator_id, over_by=london_day(tx.now)):
        await tx.due(follow_cover, coordinator_id, VERSION)


async def follow_cover(tx: Transaction, coordinator_id: UUID, after: UUID | None) -> UUID | None:
    """Make the next of somebody's people say who covers now, or that nobody does."""
    cover = await _cover_today(tx, coordinator_id)

    def follow(leader: Leader) -> tuple[Leader, LeaderHandedOver] | None:
        return domain.follow_cover(leader, cover)

    return (await _next(tx, coordinator_id, until=tx.now, after=after, step=follow))[0]


async def _cover_today(tx: Transaction, coordinator_id: UUID) -> Cover | None:
    """Who covers for somebody, and for whom of their people not."""
    cover = await coordinators.cover_for(tx, coordinator_id, on=london_day(tx.now))
    return cover and replace(cover, close_to=frozenset(await applications.with_close(tx, cover.cover_id)))


async def let_people_wait(tx: Transaction, coordinator_id: UUID, after: UUID | None) -> UUID | None:
    """The next of the people of somebody who may look after nobody any more wait for another coordinator."""
    if await _coordinates_today(tx, coordinator_id):
        return None

    def let_go(leader: Leader) -> tuple[Leader, LeaderHandedOver]:
        return domain.let_go(leader, now=tx.now)

    return (await _next(tx, coordinator_id, until=tx.now, after=after, step=let_go))[0]


async def look_if_they_coordinate(tx: Transaction, account_id: UUID, version: int) -> None:
    """Most accounts look after nobody: of those nothing is owed."""
    if await caseloads.looks_after_somebody(tx, account_id):
        await tx.due(look_at_coordinator, account_id, version)


async def look_at_coordinator(tx: Transaction, account_id: UUID) -> None:
    """When somebody's role has ended, their people wait for another, and nobody is covered by them."""
    if await _coordinates_today(tx, account_id):
        return
    covered = await coordinators.covered_by(tx, account_id, on=london_day(tx.now))
    await coordinators.forget(tx, account_id)
    await tx.due_each(follow_cover, {one.coordinator_id: VERSION for one in covered})
    await tx.due(let_people_wait, account_id, VERSION)


async def look_at_all_coordinators(tx: Transaction) -> None:
    """The same for everybody: a role that has a last day ends without any news."""
    covers = await coordinators.all_covers(tx)
    known = {
        *await caseloads.coordinators(tx),
        *(one.coordinator_id for one in covers),
        *(one.cover_id for one in covers),
    }
    for account_id in sorted(known):
        await look_at_coordinator(tx, account_id)
    await tx.due_each(follow_cover, {one.coordinator_id: VERSION for one in covers})


async def give_people_who_answered_them(tx: Transaction, after: UUID) -> UUID | None:
    """Who joined before people had coordinators gets whoever answered them, if they still may: the next of them.

    Returns after whom to go on. The others wait for a coordinator, as whoever has lost theirs does.
    """
    answered = await caseloads.never_given(tx, after=after, limit=AT_ONCE)
    may = {one: await _coordinates_today(tx, one) for one in set(answered.values())}

    def give(leader: Leader) -> tuple[Leader, LeaderHandedOver] | None:
        by = answered[leader.id]
        if not may[by] or by == leader.id or leader.coordinator_id:
            return None
        return domain.hand_over(leader, by, None, now=tx.now)

    await _each(tx, list(answered), give)
    return max(answered) if len(answered) == AT_ONCE else None


async def _coordinates_today(tx: Transaction, account_id: UUID) -> bool:
    today = london_day(tx.now)
    network = await applications.network(tx, on=today)
    account = await mirrors.get(tx, Account, account_id)
    return network is not None and domain.coordinates(account, network.id, on=today)


async def _next(
    tx: Transaction, coordinator_id: UUID, *, until: datetime, after: UUID | None, step: Step
) -> tuple[UUID | None, list[Leader]]:
    """A step for the next of somebody's people: the last of them, None where that was all, and who was changed."""
    some = await caseloads.next_of(tx, coordinator_id, until=until, after=after, limit=AT_ONCE)
    given = await _each(tx, some, lambda one: step(one) if (one.coordinator_id or NOBODY) == coordinator_id else None)
    return (some[-1] if len(some) == AT_ONCE else None), given


async def _each(tx: Transaction, people: list[UUID], step: Step) -> list[Leader]:
    """A step for each of these who is in the pool still: one statement for the rows, and one for what is said."""
    locked = await leaders.lock_each(tx, people)
    taken = [done for one in locked if one.status != "left" and (done := step(one))]
    await leaders.save_each(tx, [leader for leader, _ in taken])
    await tx.emit(*(event for _, event in taken))
    return [leader for leader, _ in taken]
