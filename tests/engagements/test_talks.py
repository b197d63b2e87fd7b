"""An informal talk before anybody is chosen: times that are proposed, one that is picked, and ways out of it."""

import asyncio
import re
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from schemas.engagements import Engagement
from services.chassis.base.access import LONDON
from services.engagements.commands import choosing, mine, talking
from services.engagements.domain.answering import AnsweredAlready
from services.engagements.domain.engagement import NotOpen
from services.engagements.domain.talking import (
    NoTalkProposed,
    NoTalkToCancel,
    NotOneOfTheTimes,
    Picked,
    Proposing,
    TalkIsAgreed,
    TimesTooEarly,
    TimesTooLate,
)
from tests.engagements.test_web import press
from tests.engagements.world import NOW, TO_COME, World, make
from tests.support import Connected, Person, hidden, save_page

SOON, LATER = NOW + timedelta(days=2), NOW + timedelta(days=3)
WHERE = "We ring you. Or ring us: 01632 960 123."


async def proposed(world: World, id: UUID, *times: datetime) -> Engagement:
    times = times or (LATER, SOON, SOON)
    proposing = Proposing(times=list(times), minutes=20, mode="phone", words=WHERE)
    return await world.staff_do(talking.propose, id, proposing=proposing)


async def picked(world: World, id: UUID, at: datetime | None, person: Person | None = None) -> Engagement:
    async with world.engagements.transaction((person or world.person).acting()) as tx:
        return await talking.pick(tx, id, Picked(starts_at=at))


def typed(name: str, at: datetime) -> dict[str, str]:
    local = at.astimezone(LONDON)
    day = {f"{name}_day": str(local.day), f"{name}_month": str(local.month), f"{name}_year": str(local.year)}
    return day | {f"{name}_at": f"{local:%H:%M}"}


async def test_staff_propose_times_on_a_page_and_the_person_picks_one_on_theirs(engagements: Connected) -> None:
    world = await make(engagements, starts_at=TO_COME)
    id = await world.interested()
    staff_page, my_page = f"/engagements/for/RX2/people/{id}/talk", f"/engagements/mine/{id}/talk"
    about = {"minutes": "20", "mode": "phone", "words": WHERE}
    async with engagements.browser(world.staff) as staff, engagements.browser(world.person) as person:
        assert staff_page in (await staff.get(f"/engagements/for/RX2/{world.o.id}")).text
        none = await save_page(staff, staff_page, about)
        assert "Enter day 1, like 27 3 2027" in none.text
        half = {**typed("time_1", SOON), **typed("time_2", LATER), "time_2_at": "", **about}
        wrong = await save_page(staff, staff_page, half)
        assert wrong.status_code == 422
        assert "Enter the time on day 2, for example 5pm or 17:00" in wrong.text
        assert WHERE in wrong.text, "nothing that was typed is lost"
        past = await save_page(staff, staff_page, typed("time_1", NOW - timedelta(days=1)) | about)
        assert "A talk has to begin later than now." in past.text
        late = typed("time_1", SOON) | typed("time_3", TO_COME + timedelta(days=1)) | about
        too_late = (await save_page(staff, staff_page, late)).text
        assert 'href="#time_3"' in too_late and 'href="#time_1"' not in too_late, "to the time that is too late"
        async with engagements.api(world.staff) as api:
            times = [SOON.isoformat(), (TO_COME + timedelta(days=1)).isoformat()]
            body = {"times": times, "minutes": 20, "mode": "phone", "words": WHERE}
            refused = (await api.post(f"/organisations/RX2/engagements/{id}/talk", json=body)).json()
            assert refused["errors"].keys() == {"times.1"}, refused
        done = await save_page(staff, staff_page, typed("time_1", SOON) | typed("time_4", LATER) | about)
        assert done.status_code == 303, done.text
        assert "has not picked one yet" in (await staff.get(done.headers["location"])).text
        [waits] = (await world.engagement(id)).waiting[1:]
        assert (waits.what, waits.link) == ("answer_chat", my_page)

        mine_page = (await person.get(f"/engagements/mine/{id}")).text
        assert "Whether you are chosen does not depend on a talk." in mine_page
        assert my_page in mine_page
        shown = (await person.get(my_page)).text
        assert WHERE in shown
        assert "None of these suits me" in shown
        assert "Choose the time that suits you, or say that none does" in (await save_page(person, my_page, {})).text
        chat = (await world.engagement(id)).chat
        assert chat
        agreed = await save_page(person, my_page, {"starts_at": chat.times[0].isoformat()})
        assert agreed.status_code == 303, agreed.text
        assert "You talk on" in (await person.get(agreed.headers["location"])).text
        assert (await world.engagement(id)).waiting[1:] == ()
        cancelled = await press(person, my_page, f"{my_page}/cancel")
        assert "You cancelled the talk." in (await person.get(cancelled.headers["location"])).text
        assert "They cancelled the talk." in (await staff.get(staff_page)).text
    assert [one for one in await world.facts() if "Chat" in one] == ["ChatProposed", "ChatAgreed", "ChatEnded"]
    said = [str(values) for _, values in await engagements.said()]
    assert not [one for one in said if "01632" in one], "no event says the number"
    assert "01632" in await world.holds(world.person)


async def test_a_talk_ends_whoever_ends_it_and_is_never_a_condition(engagements: Connected) -> None:
    world = await make(engagements, starts_at=TO_COME)
    id = await world.interested()
    with pytest.raises(NoTalkProposed):
        await picked(world, id, SOON)
    with pytest.raises(TimesTooEarly):
        await proposed(world, id, NOW - timedelta(seconds=1))
    with pytest.raises(TimesTooLate):
        await proposed(world, id, TO_COME)
    first = await proposed(world, id)
    assert first.chat
    assert first.chat.times == (SOON, LATER)
    with pytest.raises(NotOneOfTheTimes):
        await picked(world, id, SOON + timedelta(minutes=1))
    none = await picked(world, id, None)
    assert none.chat
    assert none.chat.ended
    assert none.chat.ended.why == "none_suits"
    assert none.status == "interested"
    await proposed(world, id)
    await picked(world, id, LATER)
    with pytest.raises(TalkIsAgreed):
        await proposed(world, id)
    off = await world.staff_do(talking.cancel_as_staff, id)
    assert off.chat
    assert off.chat.ended
    assert (off.chat.starts_at, off.chat.ended.was_to_start_at) == (None, LATER)
    with pytest.raises(NoTalkToCancel):
        await world.does(talking.cancel, id)


async def test_a_time_that_is_gone_ends_a_talk_and_so_does_the_end_of_what_it_is_about(engagements: Connected) -> None:
    world = await make(engagements, starts_at=TO_COME)
    id = await world.interested()
    await proposed(world, id)
    async with engagements.transaction() as tx:
        await tx.execute("update timer set at = now() where id = $1", id)
        await tx.execute(
            "update engagement set state = jsonb_set(state, '{chat,times}', $2::jsonb) where id = $1",
            *(id, f'["{(NOW - timedelta(seconds=1)).isoformat()}"]'),
        )
    await engagements.settle()
    gone = (await world.engagement(id)).chat
    assert gone
    assert gone.ended
    assert gone.ended.why == "time_gone"
    await proposed(world, id)
    await picked(world, id, SOON)
    ended = await world.does(mine.withdraw, id)
    assert ended.chat
    assert ended.chat.ended
    assert (ended.chat.ended.why, ended.chat.ended.was_to_start_at) == ("role", SOON)
    with pytest.raises(NotOpen):
        await proposed(world, id)
    again = await world.interested()
    assert (await world.engagement(again)).chat is None


async def test_a_talk_makes_no_answer_void_that_can_still_be_undone(engagements: Connected) -> None:
    world = await make(engagements, starts_at=TO_COME)
    id = await world.interested()
    await proposed(world, id)
    await world.not_chosen(id, tell_now=False)
    with pytest.raises(AnsweredAlready):
        await proposed(world, id)
    await picked(world, id, SOON)
    told = await world.staff_do(choosing.tell_not_chosen_now, id)
    assert told.status == "not_chosen"
    assert told.chat
    assert told.chat.ended
    kim = await world.approved("Kim")
    hers = await world.interested(kim)
    await proposed(world, hers)
    await world.offer(hers)
    await picked(world, hers, SOON, kim)
    await world.does(mine.decline, hers, kim)
    await world.staff_do(talking.cancel_as_staff, hers)
    assert (await world.does(mine.tell_no_now, hers, kim)).status == "declined"


async def test_two_who_decide_at_once_about_a_talk_leave_one_of_both(engagements: Connected) -> None:
    world = await make(engagements, starts_at=TO_COME)
    ids = [await world.interested(await world.approved(f"P{n}")) for n in range(8)]
    people = {id: (await world.engagement(id)).person_id for id in ids}
    for id in ids:
        await proposed(world, id)
    tasks = [world.staff_do(talking.cancel_as_staff, id) for id in ids]
    tasks += [picked(world, id, SOON, Person(id=people[id], called="P")) for id in ids]
    await asyncio.gather(*tasks, return_exceptions=True)
    for id in ids:
        chat = (await world.engagement(id)).chat
        assert chat
        assert chat.ended
        assert chat.ended.why == "by_organisation", "cancelled, before or after it was picked"


async def test_the_same_times_again_are_no_news(engagements: Connected) -> None:
    world = await make(engagements, starts_at=TO_COME)
    id = await world.interested()
    same = Proposing(times=[LATER, SOON], minutes=20, mode="phone", words=WHERE)
    for proposing in (
        same,
        same.model_copy(update={"times": [SOON, LATER]}),
        same.model_copy(update={"words": "Ring me"}),
    ):
        await world.staff_do(talking.propose, id, proposing=proposing)
    assert [one for one in await world.facts() if "Chat" in one] == ["ChatProposed"] * 2


async def test_times_that_a_colleague_proposed_meanwhile_are_not_replaced_unseen(engagements: Connected) -> None:
    world = await make(engagements, starts_at=TO_COME)
    id = await world.interested()
    page = f"/engagements/for/RX2/people/{id}/talk"
    about = {"minutes": "20", "mode": "phone", "words": WHERE}
    async with engagements.browser(world.staff) as staff:
        one, other = [_brought((await staff.get(page)).text) for _ in range(2)]
        assert (await staff.post(page, data=one | typed("time_1", SOON) | about)).status_code == 303
        again = await staff.post(page, data=other | typed("time_1", LATER) | about)
        assert again.status_code == 422
        assert "Times were proposed since you opened this page, and stand above now." in again.text
        assert WHERE in again.text and "You proposed" in again.text
        assert await _times(world, id) == [SOON]
        sent = await staff.post(page, data=_brought(again.text) | typed("time_1", LATER) | about)
        assert sent.status_code == 303
    assert await _times(world, id) == [LATER]


def _brought(page: str) -> dict[str, str]:
    found = re.search(r'name="instead_of" value="([^"]*)"', page)
    assert found
    return hidden(page) | {"instead_of": found[1]}


async def _times(world: World, id: UUID) -> list[datetime]:
    chat = (await world.engagement(id)).chat
    assert chat
    return [one.replace(microsecond=SOON.microsecond, second=SOON.second) for one in chat.times]
