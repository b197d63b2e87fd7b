"""Offers that hold their place until a day, the reserve list and its order, and ways back."""

from datetime import timedelta
from uuid import UUID

import pytest

from schemas.matching import OpportunityChanged, OpportunityWithdrawn, Withdrawn
from services.chassis.base.working_days import end_of_working_day
from services.engagements.commands import choosing, mine, settling, staff
from services.engagements.domain.answering import AnsweredAlready, NothingToUndo
from services.engagements.domain.engagement import AlreadyInterested, NotOpen
from services.engagements.domain.intake import NoPlaceLeft
from services.engagements.domain.offers import (
    NobodyWaits,
    OfferIsOver,
    PassesOver,
    ReplyByOutOfReach,
    ReplyByTooLate,
)
from tests.engagements.test_web import press
from tests.engagements.world import NOT_CHOSEN, NOW, TO_COME, World, make, runs_out, time_passes
from tests.support import Connected


async def places(world: World) -> tuple[int, int]:
    """Taken and held, as the intake says it."""
    intake = await world.intake()
    return intake.places_taken, intake.places_held


async def test_an_offer_holds_its_place_until_it_is_answered_or_runs_out(engagements: Connected) -> None:
    world = await make(engagements, places=1, starts_at=TO_COME)
    kim = await world.approved("Kim")
    id = await world.offered()
    offer = (await world.engagement(id)).offer
    assert offer
    assert (offer.holds_place, offer.reply_by) == (True, end_of_working_day(offer.offered_at, 5))
    assert await places(world) == (0, 1)
    hers = await world.interested(kim)
    with pytest.raises(NoPlaceLeft):
        await world.offer(hers)
    await time_passes(world, id)
    with pytest.raises(OfferIsOver):
        await world.does(mine.accept, id)
    await engagements.settle()
    assert (await world.engagement(id)).status == "lapsed"
    assert await places(world) == (0, 0)
    async with engagements.transaction() as tx:  # as if killed before it was noted as done
        await settling.run_out(tx, id)
    assert (await world.facts()).count("OfferRanOut") == 1
    await world.offer(hers)
    await world.does(mine.accept, hers, kim)
    assert await places(world) == (1, 0)
    await world.offer(id, beyond=True)  # again, to whoever did not answer
    assert (await world.engagement(id)).ended_at is None


async def test_a_timer_that_was_lost_is_set_again_and_an_offer_of_before_never_runs_out(engagements: Connected) -> None:
    world = await make(engagements, places=1, starts_at=TO_COME)
    kim = await world.approved("Kim")
    id, of_before = await world.offered(), await world.interested(kim)
    old = (await world.engagement(of_before)).with_changes(status="offered", version=2)
    offer = (await world.engagement(id)).offer
    assert offer
    old = old.with_changes(offer=offer.with_changes(reply_by=None, holds_place=False), answer_by=None)
    async with engagements.transaction() as tx:
        await staff.store.save(tx, old)
        await tx.execute("delete from timer where id = $1", id)
    await runs_out(world, id)
    assert (await world.engagement(id)).status == "offered", "nothing woke it"
    async with engagements.transaction() as tx:
        assert list(await staff.store.to_run_out(tx, UUID(int=0), limit=9)) == [id]
        await settling.run_out(tx, id)
        await settling.run_out(tx, of_before)
    assert [(await world.engagement(one)).status for one in (id, of_before)] == ["lapsed", "offered"]
    await world.does(mine.accept, of_before, kim)
    assert await places(world) == (1, 0)


async def test_a_time_to_answer_by_that_is_none_is_refused_in_words(engagements: Connected) -> None:
    world = await make(engagements, starts_at=TO_COME)
    id = await world.interested()
    before = await world.everything()
    for reply_by, why in (
        (NOW - timedelta(minutes=1), ReplyByOutOfReach),
        (NOW + timedelta(days=61), ReplyByOutOfReach),
        (TO_COME + timedelta(seconds=1), ReplyByTooLate),
    ):
        with pytest.raises(why):
            await world.offer(id, reply_by=reply_by)
    assert await world.everything() == before
    await world.offer(id, reply_by=TO_COME)


async def test_nobody_is_passed_over_on_the_reserve_list_without_a_reason_that_they_can_read(
    engagements: Connected,
) -> None:
    world = await make(engagements, places=1, starts_at=TO_COME)
    ann, bea, cat, dan = [await world.approved(called) for called in ("Ann", "Bea", "Cat", "Dan")]
    first = await world.accepted()
    waits = await world.interested(ann)
    late = await world.offered(bea)
    third, new = await world.interested(cat), await world.interested(dan)
    await world.staff_do(choosing.put_on_reserve, waits)
    await world.staff_do(choosing.put_on_reserve, third)
    await world.does(mine.accept, late, bea)
    assert (await world.engagement(late)).reserve.said_yes  # pyright: ignore[reportOptionalMemberAccess]
    assert (await world.intake()).waiting == ()
    with pytest.raises(NoPlaceLeft):
        await world.staff_do(choosing.offer_to_first, world.o.id)
    await world.does(mine.withdraw, first)
    [proposed] = (await world.intake()).waiting
    assert (proposed.what, proposed.link) == ("offer_reserve", f"/engagements/for/RX2/{world.o.id}")
    for out_of_turn in (waits, third, new):
        with pytest.raises(PassesOver):
            await world.offer(out_of_turn)
    assert (await world.staff_do(choosing.offer_to_first, world.o.id)).id == late, "a yes comes first"
    await world.does(mine.decline, late, bea)
    await world.does(mine.tell_no_now, late, bea)
    await world.offer(third, passing_over="cannot_be_reached")
    async with engagements.browser(ann) as browser:
        page = (await browser.get(f"/engagements/mine/{waits}")).text
    assert "because it could not reach you in time. You are still on the list" in page
    await world.does(mine.accept, third, cat)
    assert (await world.intake()).waiting == ()
    more = world.o.model_copy(update={"version": 2, "places": 2})
    await engagements.hears_and_settles(OpportunityChanged(more))
    assert (await world.staff_do(choosing.offer_to_first, world.o.id)).id == waits
    with pytest.raises(NobodyWaits):
        await world.staff_do(choosing.offer_to_first, world.o.id)


async def test_whoever_waits_on_the_reserve_list_can_leave_it_and_is_told_when_the_role_is_called_off(
    engagements: Connected,
) -> None:
    world = await make(engagements, places=1, starts_at=TO_COME)
    kim = await world.approved("Kim")
    id, other = await world.interested(), await world.interested(kim)
    for one in (id, other):
        await world.staff_do(choosing.put_on_reserve, one)
    with pytest.raises(NotOpen):
        await world.staff_do(choosing.put_on_reserve, id)
    await world.does(mine.withdraw, id)
    gone = world.o.model_copy(update={"version": 2, "withdrawn": Withdrawn(at=NOW, why="postponed"), "closed_at": NOW})
    await engagements.hears_and_settles(OpportunityWithdrawn(gone))
    assert [(await world.engagement(one)).status for one in (id, other)] == ["withdrawn", "not_chosen"]
    assert (await world.intake()).waiting == ()


async def test_not_chosen_is_nobodys_but_the_organisations_until_it_is_told_and_can_be_undone(
    engagements: Connected,
) -> None:
    world = await make(engagements, starts_at=TO_COME)
    id = await world.offered()
    before = await world.engagement(id)
    await world.not_chosen(id, tell_now=False)
    assert await world.engagement(id) == before
    assert await places(world) == (0, 1)
    async with engagements.browser(world.person) as person, engagements.api(world.person) as api:
        page, data = (
            (await person.get(f"/engagements/mine/{id}")).text,
            (await person.get("/engagements/mine/data")).text,
        )
        answer = (await api.get(f"/mine/engagements/{id}")).text
    assert "The place is kept for you until then" in page
    for text in (page, data, answer):
        assert NOT_CHOSEN.words not in text
        assert NOT_CHOSEN.why not in text
    with pytest.raises(AnsweredAlready):
        await world.not_chosen(id)
    await world.staff_do(choosing.undo_not_chosen, id)
    with pytest.raises(NothingToUndo):
        await world.staff_do(choosing.tell_not_chosen_now, id)
    await world.not_chosen(id, tell_now=False)
    await runs_out(world, id)
    told = await world.engagement(id)
    assert (told.status, told.why_not) == ("not_chosen", "others_were_asked_less")
    assert await places(world) == (0, 0)
    async with engagements.browser(world.person) as person:
        page = (await person.get(f"/engagements/mine/{id}")).text
    assert "chose others because others have been asked less often" in page
    assert NOT_CHOSEN.words in page
    assert NOT_CHOSEN.words in (await world.holds(world.person))
    with pytest.raises(NothingToUndo):
        await world.staff_do(choosing.undo_not_chosen, id)
    async with engagements.transaction() as tx:
        assert NOT_CHOSEN.words not in await tx.fetchval("select string_agg(value, '') from outbox")


async def test_what_the_person_does_before_they_are_told_comes_first(engagements: Connected) -> None:
    world = await make(engagements, starts_at=TO_COME)
    id = await world.offered()
    await world.not_chosen(id, tell_now=False)
    await world.does(mine.accept, id)
    await runs_out(world, id)
    assert (await world.engagement(id)).status == "accepted"
    async with engagements.transaction() as tx:
        assert await tx.fetchval("select count(*) from answer") == 0


async def test_a_persons_no_is_theirs_alone_until_it_is_told_and_can_be_undone(engagements: Connected) -> None:
    world = await make(engagements, starts_at=TO_COME)
    kim = await world.approved("Kim")
    id, other = await world.offered(), await world.offered(kim)
    for one, person in ((id, None), (other, kim)):
        assert (await world.does(mine.decline, one, person)).status == "offered"
    with pytest.raises(AnsweredAlready):
        await world.does(mine.decline, id)
    async with engagements.api(world.staff) as coordinator:
        listed = (await coordinator.get(f"/organisations/RX2/intakes/{world.o.id}")).json()["engagements"]
    assert [(one["status"], one["answer"]) for one in listed] == [("offered", None)] * 2
    async with engagements.browser(world.person) as person:
        assert "You said no." in (await person.get(f"/engagements/mine/{id}")).text
    await world.does(mine.undo_no, id)
    with pytest.raises(NothingToUndo):
        await world.does(mine.tell_no_now, id)
    await world.not_chosen(other, tell_now=False)  # who cannot know of the no
    await runs_out(world, other)
    assert (await world.engagement(other)).status == "declined", "the person's own no, not that others were chosen"
    await world.does(mine.accept, id)
    assert await places(world) == (1, 0)


async def test_interest_that_ended_can_be_shown_again_while_the_role_is_open(engagements: Connected) -> None:
    world = await make(engagements, starts_at=TO_COME)
    id = await world.interested()
    ends = (
        lambda: world.does(mine.withdraw, id),
        lambda: world.not_chosen(id),
        lambda: declined(world, id),
        lambda: lapsed(world, id),
    )
    for end in ends:
        await end()
        version = (await world.engagement(id)).version
        assert await world.interested() == id, "the same engagement goes on"
        again = await world.engagement(id)
        assert (again.status, again.version, again.ended_at, again.why_not) == ("interested", version + 1, None, "")
        assert again.answer_by == end_of_working_day(world.o.apply_by, 10)
        assert again.waiting[0].until == again.answer_by
        with pytest.raises(AlreadyInterested):
            await world.interested()
    assert await places(world) == (0, 0)


async def declined(world: World, id: UUID) -> None:
    await world.offer(id)
    await world.does(mine.decline, id)
    await world.does(mine.tell_no_now, id)


async def lapsed(world: World, id: UUID) -> None:
    await world.offer(id)
    await runs_out(world, id)


async def test_a_yes_when_every_place_has_gone_leads_to_the_reserve_list_and_from_there_to_a_place(
    engagements: Connected,
) -> None:
    world = await make(engagements, places=1, starts_at=TO_COME)
    kim = await world.approved("Kim")
    first, second = await world.accepted(), await world.offered(kim)
    at, of_staff = f"/engagements/mine/{second}", f"/engagements/for/RX2/{world.o.id}"
    async with engagements.browser(kim) as browser, engagements.browser(world.staff) as staff_:
        assert "every place has gone by now" in (await browser.get(at)).text
        said_yes = await press(browser, at, f"{at}/accept")
        assert (
            "You said yes, and you are first on the reserve list."
            in (await browser.get(said_yes.headers["location"])).text
        )
        assert "A place is free" not in (await staff_.get(of_staff)).text
        await world.does(mine.withdraw, first)
        assert "A place is free, and Kim is the first on the reserve list" in (await staff_.get(of_staff)).text
        offered = await press(staff_, of_staff, f"{of_staff}/reserve")
        assert "offered to the first of the reserve list" in (await staff_.get(offered.headers["location"])).text
        assert "The place is kept for you until then" in (await browser.get(at)).text
        await press(browser, at, f"{at}/accept")
    assert (await world.engagement(second)).status == "accepted"
