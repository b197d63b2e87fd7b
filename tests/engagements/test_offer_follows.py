"""The last session is earlier than it was: an open offer's day follows, and never moves the other way."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from schemas.engagements import Engagement
from schemas.identity import Desk, OrganisationChanged
from schemas.matching import Session, SessionCancelled, SessionChange, SessionChanged, SessionsAdded, SessionsCancelled
from services.chassis.postgres.transaction import new_id
from services.engagements.commands import mine
from tests.engagements.test_following import later, page_of
from tests.engagements.world import NOW, TO_COME, World, make, time_passes
from tests.support import Connected


def moved(world: World, to: datetime, version: int = 2) -> SessionChanged:
    [first] = world.o.sessions
    change = SessionChange(at=NOW, why="place_not_free", starts_before=first.starts_at)
    return SessionChanged(later(world, version, sessions=(first.with_changes(starts_at=to, changed=change),)))


async def timer_of(world: World, id: UUID) -> datetime:
    async with world.engagements.transaction() as tx:
        return await tx.fetchval("select at from timer where reaction = 'run_out' and id = $1", id)


async def reply_by(world: World, id: UUID) -> datetime:
    offer = (await world.engagement(id)).offer
    assert offer and offer.reply_by
    return offer.reply_by


async def test_an_offer_never_stands_longer_than_it_can_be_answered_and_its_page_says_the_new_day(
    engagements: Connected,
) -> None:
    world = await make(engagements, starts_at=TO_COME)
    kim = await world.approved("Kim")
    short, long = await world.offered(reply_by=NOW + timedelta(days=1)), await world.offered(kim)
    before: Engagement = await world.engagement(long)
    was, two_days = await reply_by(world, long), NOW + timedelta(days=2)
    await engagements.hears_and_settles(moved(world, two_days))
    after = await world.engagement(long)
    assert after.offer and after.offer.reply_by == two_days == await timer_of(world, long)
    assert after.offer.earlier and after.offer.earlier.before == was and after.offer.earlier.at >= NOW
    assert after.waiting[0].until == two_days and (after.status, after.version) == ("offered", before.version + 1)
    assert (await world.facts())[-1] == "OfferDayMoved"
    assert await reply_by(world, short) == NOW + timedelta(days=1), "a day that is early enough stays"
    async with world.engagements.browser(kim) as browser:
        page = (await browser.get(f"/engagements/mine/{long}")).text
    assert "You were to answer by" in page and "less than a day" not in page

    more = Session(id=new_id(), starts_at=TO_COME + timedelta(days=20), hours=2, added_at=NOW)
    await engagements.hears_and_settles(SessionsAdded(later(world, 3, sessions=(*world.o.sessions, more))))
    assert await reply_by(world, long) == two_days, "never later again by itself"
    assert (await world.does(mine.accept, long, kim)).status == "accepted"


async def test_whoever_has_less_than_a_day_left_reads_whom_to_ring(engagements: Connected) -> None:
    last = Session(id=new_id(), starts_at=TO_COME + timedelta(days=3), hours=2)
    first = Session(id=new_id(), starts_at=NOW + timedelta(hours=5), hours=2)
    world = await make(engagements, sessions=(first, last))
    desk = Desk(id=new_id(), name="Involvement team", phone="01632 960 100", hours="Tuesdays")
    changed = world.trust.model_copy(update={"version": 2, "desks": (desk,)})
    await engagements.hears_and_settles(OrganisationChanged(changed))
    id = await world.offered()
    off = last.with_changes(cancelled=SessionCancelled(at=NOW, why="not_needed"))
    await engagements.hears_and_settles(SessionsCancelled(later(world, 2, sessions=(first, off))))
    assert await reply_by(world, id) == first.starts_at
    page = await page_of(world, f"/engagements/mine/{id}")
    assert "less than a day" in page and "ring Involvement team at Sussex Example Trust: <a" in page


async def test_a_no_that_can_be_undone_longer_than_the_offer_now_stands_is_told_as_a_no(engagements: Connected) -> None:
    world = await make(engagements, starts_at=TO_COME)
    id = await world.offered()
    await world.does(mine.decline, id)
    await engagements.hears_and_settles(moved(world, NOW + timedelta(minutes=10)))
    assert "You said no" in await page_of(world, f"/engagements/mine/{id}")
    async with world.engagements.transaction() as tx:
        await tx.execute("update answer set undo_until = $1", NOW + timedelta(minutes=50))
        kept: Any = await tx.fetchrow("select of_version, answered_at, undo_until from answer")
    await time_passes(world, id)
    async with world.engagements.transaction() as tx:
        await tx.execute("update answer set undo_until = $1", kept["undo_until"])
    await engagements.settle()
    assert (await world.engagement(id)).status == "declined", "and not as an offer that nobody answered"
