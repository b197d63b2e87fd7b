"""What a side has answered and can still undo waits on its home page no more, and the other side learns nothing."""

from datetime import UTC, datetime, timedelta

from schemas import links
from schemas.engagements import Engagement, EngagementRestated, Offer, Undoing, UndoingBegun, UndoingEnded
from schemas.event import Waiting
from schemas.matching import OpportunityPosted
from services.chassis.postgres.transaction import new_id
from services.notifications.store import waiting
from tests.notifications.support import World, a_world
from tests.support import Connected, Person, member

NOW = datetime.now(UTC)
SHOWN, ANSWERED, UNTIL = NOW - timedelta(hours=2), NOW - timedelta(minutes=5), NOW + timedelta(minutes=55)


def interested(world: World, version: int = 1, since: datetime = SHOWN) -> Engagement:
    id = new_id()
    waits = Waiting(
        organisation_id=world.trust.id,
        role="coordinator",
        what="answer_interest",
        about=id,
        since=since,
        link=links.STAFF_INTAKE.format(ods="RX2", opportunity_id=world.opportunity.id),
    )
    return world.engagement("interested", id=id, version=version, interested_at=since, waiting=(waits,))


def offered(world: World) -> Engagement:
    id = new_id()
    link = links.MY_ENGAGEMENT.format(id=id)
    waits = Waiting(person_id=world.person.id, what="answer_offer", about=id, since=SHOWN, link=link)
    return world.engagement("offered", id=id, offer=Offer(offered_at=SHOWN), waiting=(waits,))


def undoing(of: Engagement, side: str) -> Undoing:
    return Undoing(
        id=new_id(),
        version=1,
        engagement_id=of.id,
        organisation_id=of.organisation_id,
        person_id=of.person_id,
        side=side,
        answered_at=ANSWERED,
        until=UNTIL,
    )


async def homes(world: World, cora: Person) -> tuple[bool, bool]:
    """Whether it waits on the organisation's home page, and on the person's."""
    service = world.service
    async with service.browser(cora) as staff, service.browser(world.person) as sam:
        ours, mine = (await staff.get("/home/for/RX2")).text, (await sam.get("/home")).text
    async with service.transaction() as tx:
        counted = [one.what for one in await waiting.kinds(tx, world.trust.id, ["coordinator"])]
    assert ("answer_interest" in counted) is ("Answer somebody who showed interest" in ours), (
        "the round-up says the same"
    )
    return "Answer somebody who showed interest" in ours, "Say yes or no to a place" in mine


async def test_each_side_finds_what_it_answered_on_its_own_list_no_more_until_it_is_undone(
    notifications: Connected,
) -> None:
    world = await a_world(notifications)
    cora = member(world.trust, "coordinator")
    interest, offer = interested(world), offered(world)
    await notifications.hears_and_settles(
        OpportunityPosted(world.opportunity), cora.opened, EngagementRestated(interest), EngagementRestated(offer)
    )
    assert await homes(world, cora) == (True, True)
    by_staff, by_sam = undoing(interest, "organisation"), undoing(offer, "person")
    await notifications.hears_and_settles(UndoingBegun(by_staff))
    assert await homes(world, cora) == (False, True)
    await notifications.hears_and_settles(UndoingBegun(by_sam))
    assert await homes(world, cora) == (False, False)
    over = {"version": 2, "until": None}
    await notifications.hears_and_settles(
        UndoingEnded(by_staff.with_changes(**over)), UndoingEnded(by_sam.with_changes(**over))
    )
    assert await homes(world, cora) == (True, True)


async def test_nobody_reads_what_the_other_side_answered_and_an_interest_shown_since_waits(
    notifications: Connected,
) -> None:
    world = await a_world(notifications)
    cora = member(world.trust, "coordinator")
    again = interested(world, since=NOW)
    sides = [undoing(again, side) for side in ("organisation", "person")]
    await notifications.hears_and_settles(
        OpportunityPosted(world.opportunity), cora.opened, EngagementRestated(again), *(UndoingBegun(u) for u in sides)
    )
    assert (await homes(world, cora))[0], "it was answered before it was shown again"
    read = "select side from mirror_undoing"
    async with notifications.transaction(world.person.acting()) as tx:
        assert [row["side"] for row in await tx.fetch(read)] == ["person"]
    async with notifications.transaction(cora.acting(world.trust)) as tx:
        assert [row["side"] for row in await tx.fetch(read)] == ["organisation"]
    async with notifications.transaction(Person().acting()) as tx:
        assert await tx.fetch(read) == []
