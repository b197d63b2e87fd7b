"""Interest, offers and places: who may take one, and never more people than places."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from schemas.engagements import Engagement
from schemas.identity import Organisation
from schemas.matching import OpportunityPosted, OpportunityWithdrawn, Withdrawn
from schemas.payments import RateCardClosed
from schemas.recruitment import LeaderApproved, LeaderLeft
from services.chassis.base.access import london_day
from services.chassis.base.hands import VISITOR, Member
from services.chassis.base.refusals import NotFound, TryAgainSoon
from services.chassis.postgres.transaction import Transaction
from services.engagements.commands import choosing, mine, system
from services.engagements.domain.engagement import (
    AlreadyInterested,
    JoinFirst,
    NotOpen,
    PastClosing,
    TooLateToGiveBack,
)
from services.engagements.domain.hands import NotYourOwn
from services.engagements.domain.offers import (
    AlreadyAccepted,
    AlreadyOffered,
    NotApproved,
    NotOffered,
    OffTheFeed,
    RateNotInForce,
)
from tests.engagements.world import NOT_CHOSEN, NOW, TO_COME, World, leader, make, opportunity
from tests.support import Connected, Person, member, organisation, registered, until_a_lock_is_waited_for


async def not_choose(tx: Transaction[Member], id: UUID) -> Engagement:
    return await choosing.not_choose(tx, id, NOT_CHOSEN)


OF_STAFF = (
    *(choosing.offer_place, choosing.put_on_reserve, not_choose, choosing.undo_not_chosen),
    choosing.tell_not_chosen_now,
)
OF_PERSON = (mine.accept, mine.decline, mine.withdraw, mine.undo_no, mine.tell_no_now)


async def test_interest_an_offer_and_a_place_are_said_one_after_another(world: World) -> None:
    id = await world.accepted()
    said_and_counted = ["PlaceOffered", "IntakeChanged", "PlaceAccepted", "IntakeChanged"]
    assert await world.facts() == ["IntakeOpened", "InterestShown", *said_and_counted]
    taken = await world.engagement(id)
    assert (taken.status, taken.sessions) == ("accepted", ())
    assert taken.offer
    assert taken.offer.pay == world.o.pay
    assert (await world.intake()).places_taken == 1


async def test_what_waits_is_said_for_the_coordinator_then_for_the_person_then_for_nobody(world: World) -> None:
    id = await world.interested()
    waits = (await world.engagement(id)).waiting[0]
    assert (waits.what, waits.organisation_id, waits.role) == ("answer_interest", world.trust.id, "coordinator")
    async with world.engagements.transaction(world.staff.acting(world.trust)) as tx:
        await choosing.offer_place(tx, id)
    waits = (await world.engagement(id)).waiting[0]
    assert (waits.what, waits.person_id, waits.link) == ("answer_offer", world.person.id, f"/engagements/mine/{id}")
    async with world.engagements.transaction(world.person.acting()) as tx:
        await mine.accept(tx, id)
    assert (await world.engagement(id)).waiting == ()


async def test_the_words_of_a_person_are_on_no_event(world: World) -> None:
    await world.accepted()
    async with world.engagements.transaction() as tx:
        said = await tx.fetchval("select string_agg(value, '') from outbox")
    assert "mother" not in said
    assert "high back" not in said


async def test_a_hundred_people_who_accept_five_places_at_once_get_five(engagements: Connected) -> None:
    world = await make(engagements, places=5)
    people = [Person(called=f"Person {n}") for n in range(100)]
    await engagements.hears_and_settles(*(LeaderApproved(leader(person)) for person in people))
    offers = [(person, await world.offered(person)) for person in people]

    took = await asyncio.gather(*(world.does(mine.accept, id, person) for person, id in offers))
    assert Counter(one.status for one in took) == {"accepted": 5, "reserve": 95}
    assert ((await world.intake()).places_taken, (await world.intake()).places_held) == (5, 0)
    async with engagements.transaction() as tx:
        assert await tx.fetchval("select count(*) from engagement where status = 'accepted'") == 5
    assert (await world.facts()).count("PlaceAccepted") == 5


async def test_a_place_given_back_can_be_taken_by_somebody_else(engagements: Connected) -> None:
    world = await make(engagements, places=1, starts_at=TO_COME)
    other = await world.approved("Kim")
    first, second = await world.accepted(), await world.offered(other)
    await world.does(mine.withdraw, first)
    await world.does(mine.accept, second, other)
    assert (await world.intake()).places_taken == 1
    assert [(await world.engagement(id)).status for id in (first, second)] == ["withdrawn", "accepted"]


async def test_accepting_twice_is_refused_in_words_and_takes_one_place(world: World) -> None:
    id = await world.accepted()
    before = await world.everything()
    with pytest.raises(AlreadyAccepted):
        async with world.engagements.transaction(world.person.acting()) as tx:
            await mine.accept(tx, id)
    assert await world.everything() == before


async def test_nobody_can_accept_before_an_offer_or_after_it_was_taken_back(world: World) -> None:
    id = await world.interested()
    for _ in range(2):
        with pytest.raises(NotOffered):
            async with world.engagements.transaction(world.person.acting()) as tx:
                await mine.accept(tx, id)
        if (await world.engagement(id)).status == "interested":
            await world.offer(id)
            await world.not_chosen(id)


async def test_declining_is_said_and_leaves_nothing_waiting(world: World) -> None:
    id = await world.offered()
    async with world.engagements.transaction(world.person.acting()) as tx:
        await mine.decline(tx, id)
        await mine.tell_no_now(tx, id)
    declined = await world.engagement(id)
    assert (declined.status, declined.waiting) == ("declined", ())
    assert (await world.facts())[-3:] == ["PlaceDeclined", "IntakeChanged", "UndoingEnded"]


async def test_a_place_cannot_be_given_back_after_a_session_was_recorded(world: World) -> None:
    id = await world.accepted()
    await world.record(attended={id})
    with pytest.raises(TooLateToGiveBack):
        async with world.engagements.transaction(world.person.acting()) as tx:
            await mine.withdraw(tx, id)


async def test_interest_can_be_shown_once(world: World) -> None:
    await world.interested()
    before = await world.everything()
    with pytest.raises(AlreadyInterested):
        await world.interested()
    assert await world.everything() == before


async def test_somebody_not_in_the_pool_cannot_show_interest(world: World) -> None:
    stranger = Person()
    await world.engagements.hears_and_settles(stranger.opened)
    before = await world.everything()
    with pytest.raises(JoinFirst):
        await world.interested(stranger)
    await world.engagements.hears_and_settles(LeaderApproved(leader(stranger, status="left")))
    with pytest.raises(JoinFirst):
        await world.interested(stranger)
    assert await world.everything() == before


@pytest.mark.parametrize(
    "closed", [{"apply_by": NOW - timedelta(minutes=1)}, {"closed_at": NOW}], ids=["past its day", "closed"]
)
async def test_interest_after_the_closing_date_is_refused(engagements: Connected, closed: dict[str, object]) -> None:
    world = await make(engagements, **closed)
    before = await world.everything()
    with pytest.raises(PastClosing):
        await world.interested()
    assert await world.everything() == before


async def test_interest_before_the_intake_is_here_is_asked_to_come_back_and_then_works(world: World) -> None:
    new = opportunity(world.trust, world.card)
    with pytest.raises(NotFound):
        await world.interested(o=new)
    await world.engagements.hears(OpportunityPosted(new))
    with pytest.raises(TryAgainSoon):
        await world.interested(o=new)
    await world.engagements.settle()
    await world.interested(o=new)


async def test_a_place_is_not_offered_twice(world: World) -> None:
    id = await world.offered()
    before = await world.everything()
    with pytest.raises(AlreadyOffered):
        async with world.engagements.transaction(world.staff.acting(world.trust)) as tx:
            await choosing.offer_place(tx, id)
    assert await world.everything() == before


async def test_somebody_who_is_no_longer_approved_is_not_offered_a_place(world: World) -> None:
    id = await world.interested()
    await world.engagements.hears(LeaderLeft(leader(world.person, status="left", version=2)))
    before = await world.everything()
    with pytest.raises(NotApproved):
        async with world.engagements.transaction(world.staff.acting(world.trust)) as tx:
            await choosing.offer_place(tx, id)
    assert await world.everything() == before


async def test_a_rate_that_is_not_in_force_is_not_offered(world: World) -> None:
    id = await world.interested()
    ended = world.card.model_copy(update={"version": 2, "valid_to": date(2021, 1, 1)})
    await world.engagements.hears_and_settles(RateCardClosed(ended))
    before = await world.everything()
    with pytest.raises(RateNotInForce):
        async with world.engagements.transaction(world.staff.acting(world.trust)) as tx:
            await choosing.offer_place(tx, id)
    assert await world.everything() == before


async def test_a_rate_is_in_force_on_its_last_day(world: World) -> None:
    id = await world.interested()
    last = world.card.model_copy(update={"version": 2, "valid_to": london_day(datetime.now(UTC)) + timedelta(days=1)})
    await world.engagements.hears_and_settles(RateCardClosed(last))
    async with world.engagements.transaction(world.staff.acting(world.trust)) as tx:
        assert (await choosing.offer_place(tx, id)).offer


async def test_an_opportunity_for_expenses_only_needs_no_rate(engagements: Connected) -> None:
    world = await make(engagements, pay=None)
    offered = await world.engagement(await world.offered())
    assert offered.offer
    assert offered.offer.pay is None


async def test_an_opportunity_off_the_feed_leaves_nobody_waiting_but_keeps_places(world: World) -> None:
    kim, lou = await world.approved("Kim"), await world.approved("Lou")
    ids = [await world.accepted(), await world.offered(kim), await world.interested(lou)]
    gone = world.o.model_copy(update={"version": 2, "withdrawn": Withdrawn(at=NOW, why="postponed"), "closed_at": NOW})
    await world.engagements.hears_and_settles(OpportunityWithdrawn(gone))
    assert [(await world.engagement(id)).status for id in ids] == ["accepted", "not_chosen", "not_chosen"]
    assert [(await world.engagement(id)).waiting for id in ids] == [(), (), ()]
    assert (await world.facts()).count("IntakeClosed") == 1
    with pytest.raises(NotOpen):
        async with world.engagements.transaction(world.staff.acting(world.trust)) as tx:
            await choosing.offer_place(tx, ids[2])


async def test_no_place_is_offered_once_the_opportunity_is_known_to_be_off_the_feed(engagements: Connected) -> None:
    world = await make(engagements)
    id = await world.interested()
    async with engagements.transaction() as tx:
        await tx.execute(
            "update intake set opportunity = jsonb_set(opportunity, '{withdrawn}', $2::jsonb) where id = $1",
            *(world.o.id, Withdrawn(at=NOW, why="postponed").model_dump_json()),
        )
    with pytest.raises(OffTheFeed):
        async with engagements.transaction(world.staff.acting(world.trust)) as tx:
            await choosing.offer_place(tx, id)


async def test_interest_shown_while_the_opportunity_leaves_the_feed_is_answered(world: World) -> None:
    """Interest that read it as open waits for the intake's lock, and is owed an answer after its commit."""
    gone = world.o.model_copy(update={"version": 2, "withdrawn": Withdrawn(at=NOW, why="postponed"), "closed_at": NOW})
    async with world.engagements.transaction() as tx:
        await system.follow_opportunity(tx, gone)
        showing = asyncio.create_task(world.interested())
        await until_a_lock_is_waited_for(world.engagements.app.settings)
        assert not showing.done()
    id = await showing
    assert (await world.engagement(id)).status == "interested"
    await world.engagements.settle()
    assert (await world.engagement(id)).status == "not_chosen"


async def test_nobody_decides_about_their_own_interest(world: World) -> None:
    both = member(world.trust, "coordinator", called="Both")
    await world.engagements.hears_and_settles(both.opened, LeaderApproved(leader(both)))
    id = await world.interested(both)
    before = await world.everything()
    for command in (choosing.offer_place, choosing.put_on_reserve, not_choose):
        with pytest.raises(NotYourOwn):
            async with world.engagements.transaction(both.acting(world.trust)) as tx:
                await command(tx, id)
    assert await world.everything() == before


async def test_another_organisation_and_another_person_can_do_nothing_with_it(world: World) -> None:
    other: Organisation = organisation("RYR", "Other Example Trust")
    stranger, kim = member(other, "coordinator"), await world.approved("Kim")
    await world.engagements.hears_and_settles(*registered(other), stranger.opened)
    id = await world.offered()
    before = await world.everything()
    tries: list[tuple[Any, Callable[[Transaction[Any], UUID], Awaitable[object]]]] = [
        *((stranger.acting(other), command) for command in OF_STAFF),
        *((kim.acting(), command) for command in OF_PERSON),
    ]
    for acting, command in tries:
        with pytest.raises(NotFound):
            async with world.engagements.transaction(acting) as tx:
                await command(tx, id)
    assert await world.everything() == before


async def test_row_policies_hide_and_keep_what_is_not_ones_own(world: World) -> None:
    kim = await world.approved("Kim")
    id = await world.accepted()
    async with world.engagements.transaction(kim.acting()) as tx:
        assert await tx.fetchval("select count(*) from engagement") == 0
        assert await tx.fetchval("select count(*) from interest_words") == 0
        assert await tx.execute("update intake set places_taken = 0") == "UPDATE 0"
    async with world.engagements.transaction(VISITOR) as tx:
        assert await tx.fetchval("select count(*) from engagement") == 0
        assert await tx.fetchval("select count(*) from intake") == 1
        assert await tx.execute("delete from intake") == "DELETE 0"
    async with world.engagements.transaction(world.staff.acting(world.trust)) as tx:
        assert await tx.execute("delete from interest_words where engagement_id = $1", id) == "DELETE 0"
