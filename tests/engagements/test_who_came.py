"""Who came, and for how long: recorded by staff, said by the person, seen by them, and said to be wrong."""

from itertools import product
from typing import Any
from uuid import UUID

import pytest

from schemas.engagements import Engagement, Offer
from schemas.matching import Session, SessionCancelled
from services.chassis.base.hands import Machine, Member
from services.chassis.postgres.transaction import new_id
from services.engagements.commands import staff
from services.engagements.domain import attendance
from services.engagements.domain.attendance import (
    DidNotTakePlace,
    HoursWithoutComing,
    NoPlace,
    NotByAMachine,
    RoleFromThem,
    TooEarly,
)
from services.engagements.domain.hands import NotYourOwn
from services.engagements.domain.saying import NothingRecorded
from services.engagements.web import attendance as attendance_page
from tests.choices import Why, refusal_of
from tests.engagements.test_choices import FOR_STAFF, OPEN, SAM, TRUST, engagement, first
from tests.engagements.world import BEGUN, NOW, TO_COME, World, make
from tests.support import Connected, Person, hidden, led_to

WORDS = "I was there from the start, and sat beside Cora."


def page_of(world: World) -> str:
    return f"/engagements/for/RX2/{world.o.id}/sessions/{world.session_id}"


def mine(world: World, id: UUID) -> str:
    return f"/engagements/mine/{id}/sessions/{world.session_id}"


async def shown(world: World, who: Person, address: str) -> str:
    async with world.engagements.browser(who) as browser:
        answer = await browser.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text


async def sends(world: World, who: Person, page: str, action: str = "", **typed: str) -> Any:
    async with world.engagements.browser(who) as browser:
        html = (await browser.get(page)).text
        form = hidden(html.split(f'action="{action}"')[1]) if action else hidden(html)
        return await browser.post(action or page, data=form | typed)


async def test_hours_that_differ_are_recorded_for_one_person_and_seen_by_them(world: World) -> None:
    kim = await world.approved("Kim")
    sam_id, kim_id = await world.accepted(), await world.accepted(kim)
    answers = {f"came-{sam_id}": "yes", f"hours-{sam_id}": "1,5", f"came-{kim_id}": "yes"}
    assert led_to(await sends(world, world.staff, page_of(world), **answers)).endswith(str(world.o.id))
    assert [(await world.engagement(id)).sessions[0].hours for id in (sam_id, kim_id)] == [1.5, 2]
    assert "You came. For 1.5 hours." in await shown(world, world.person, f"/engagements/mine/{sam_id}")
    assert 'value="1.5"' in await shown(world, world.staff, page_of(world))
    before = await world.everything()
    same = {f"came-{sam_id}": "yes", f"hours-{sam_id}": "1.5"}
    await sends(world, world.staff, page_of(world), **same)
    assert await world.everything() == before
    await sends(world, world.staff, page_of(world), **(same | {f"hours-{sam_id}": ""}))
    assert (await world.engagement(sam_id)).sessions[0].hours == 2, "as planned again"


async def test_of_many_with_a_place_somebody_is_searched_for_and_a_form_that_comes_back_is_about_the_same_people(
    engagements: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attendance_page, "MOST_ON_A_PAGE", 2)
    world = await make(engagements, places=4)
    ids = {name: await world.accepted(await world.approved(name)) for name in ("Kim", "Ola", "Ana", "Bea")}
    form = await shown(world, world.staff, page_of(world))
    assert form.count("came-") > 0 and f"came-{ids['Ana']}" not in form and "then the next people come up" in form
    await world.record(attended={ids["Kim"]}, absent={ids["Ola"], ids["Ana"]})
    form = await shown(world, world.staff, page_of(world))
    assert f"came-{ids['Bea']}" in form and f"came-{ids['Ana']}" not in form, "who has no record comes first"
    form = await shown(world, world.staff, page_of(world) + "?words=aNA")
    assert f"came-{ids['Ana']}" in form and f"came-{ids['Bea']}" not in form and "Show everything" in form
    assert "Nobody who has a place is called like this" in await shown(
        world, world.staff, page_of(world) + "?words=Zoe"
    )
    wrong = {f"came-{ids['Ana']}": "yes", f"hours-{ids['Ana']}": "many"}
    again = await sends(world, world.staff, page_of(world), **wrong)
    assert again.status_code == 422 and f'href="#hours-{ids["Ana"]}"' in again.text
    assert f'id="hours-{ids["Ana"]}"' in again.text and f"came-{ids['Bea']}" not in again.text
    right = wrong | {f"hours-{ids['Ana']}": "1"}
    assert led_to(await sends(world, world.staff, page_of(world), **right))
    assert (await world.engagement(ids["Ana"])).sessions[0].hours == 1


@pytest.mark.parametrize("typed", ["two", "0", "25", "-1", "1e9"])
async def test_hours_that_are_none_are_refused_beside_their_field(world: World, typed: str) -> None:
    id = await world.accepted()
    before = await world.everything()
    answer = await sends(world, world.staff, page_of(world), **{f"came-{id}": "yes", f"hours-{id}": typed})
    assert answer.status_code == 422
    assert f'href="#hours-{id}"' in answer.text and "from a quarter of an hour to 24" in answer.text
    assert await world.everything() == before


async def test_hours_of_somebody_who_did_not_come_are_refused(world: World) -> None:
    id = await world.accepted()
    answer = await sends(world, world.staff, page_of(world), **{f"came-{id}": "no", f"hours-{id}": "1"})
    assert answer.status_code == 422 and "Say that they came, or leave the hours empty" in answer.text
    with pytest.raises(HoursWithoutComing):
        async with world.engagements.transaction(world.staff.acting(world.trust)) as tx:
            await staff.record_attendance(
                tx, world.o.id, world.session_id, attended=set(), absent={id}, hours={id: 1.0}
            )


async def test_somebody_says_that_they_were_there_and_staff_confirm_it(world: World) -> None:
    id = await world.accepted()
    action = mine(world, id) + "/there"
    old = await shown(world, world.person, mine(world, id))
    done = await sends(world, world.person, mine(world, id), action)
    assert "You said that you were there" in await shown(world, world.person, done.headers["location"])
    async with world.engagements.browser(world.person) as person:
        again = await person.post(action, data=hidden(old.split(f'action="{action}"')[1]))
    assert again.status_code == 409 and "You said this already" in again.text
    form = await shown(world, world.staff, page_of(world))
    assert "Says: I was there." in form and 'value="yes" checked' not in form
    assert (await world.engagement(id)).sessions == (), "nobody but staff records it"
    await world.record(attended={id})
    assert "recorded on" in await shown(world, world.person, mine(world, id))
    async with world.engagements.transaction() as tx:
        assert await tx.fetchval("select count(*) from said_of_session") == 0


async def test_a_record_that_its_person_says_is_wrong_waits_for_staff_until_they_record_it_again(world: World) -> None:
    id = await world.accepted()
    await world.record(absent={id})
    wrong = mine(world, id) + "/wrong"
    assert wrong in await shown(world, world.person, mine(world, id))
    done = await sends(world, world.person, wrong, words=WORDS)
    assert led_to(done) == mine(world, id)
    assert "You said on" in await shown(world, world.person, mine(world, id))
    disputed = await world.engagement(id)
    assert [(one.what, one.role, one.about) for one in disputed.waiting] == [("look_at_record", "coordinator", id)]
    assert (await world.facts())[-1] == "RecordSaidToBeWrong"
    async with world.engagements.transaction() as tx:
        assert not any(WORDS in row["value"] for row in await tx.fetch("select value from outbox"))
    form = await shown(world, world.staff, page_of(world))
    assert WORDS in form and 'value="no" checked' not in form, "nobody confirms it by sending the rest of the page"
    await sends(world, world.staff, page_of(world), **{f"came-{id}": "yes"})
    put_right = await world.engagement(id)
    assert (put_right.sessions[0].attended, put_right.sessions[0].said_wrong_at, put_right.waiting) == (True, None, ())
    assert WORDS not in await shown(world, world.staff, page_of(world))


async def test_a_record_that_stays_as_it_was_is_said_again_and_can_be_put_right_after_people_were_told(
    world: World,
) -> None:
    id = await world.accepted()
    await world.record(absent={id})
    async with world.engagements.transaction(world.staff.acting(world.trust)) as tx:
        await staff.record_outcome(tx, world.o.id, "The letter is shorter.")
    await sends(world, world.person, mine(world, id) + "/wrong", words=WORDS)
    before: Engagement = await world.engagement(id)
    assert (before.status, [one.what for one in before.waiting]) == ("ended", ["look_at_record"])
    await sends(world, world.staff, page_of(world), **{f"came-{id}": "no"})
    stays = await world.engagement(id)
    assert (stays.version, stays.sessions[0].attended, stays.waiting) == (before.version + 1, False, ())
    assert (await world.intake()).outcome is not None


async def test_nothing_can_be_said_before_the_start_of_a_session_that_is_not_held_or_by_anybody_else(
    engagements: Connected,
) -> None:
    first, second = (Session(id=new_id(), starts_at=at, hours=2) for at in (BEGUN, TO_COME))
    world = await make(engagements, sessions=(first, second))
    kim = await world.approved("Kim")
    id, other = await world.accepted(), await world.interested(kim)
    path = f"/mine/engagements/{id}/sessions"
    async with engagements.api(world.person) as sam, engagements.api(kim) as api:
        early = (await sam.post(f"{path}/{second.id}/there", json={})).json()
        assert early["type"] == "/developers/problems#not-begun-yet"
        nothing = (await sam.post(f"{path}/{first.id}/wrong", json={"words": WORDS})).json()
        assert nothing["type"] == "/developers/problems#nothing-recorded"
        for at in (f"{path}/{first.id}/there", f"/mine/engagements/{other}/sessions/{new_id()}/there"):
            assert (await api.post(at, json={})).status_code == 404, at
        no_place = (await api.post(f"/mine/engagements/{other}/sessions/{first.id}/there", json={})).json()
        assert no_place["type"] == "/developers/problems#not-open"
        choices = (await sam.get(f"{path}/{first.id}")).json()["choices"]
        assert (choices["say_there"], choices["say_wrong"]) == (True, NothingRecorded().words)
        assert (await sam.post(f"{path}/{first.id}/there", json={})).status_code == 200


async def test_hours_through_the_api_and_nonsense_is_refused(world: World) -> None:
    id = await world.accepted()
    at = f"/organisations/RX2/intakes/{world.o.id}/sessions/{world.session_id}/attendance"
    async with world.engagements.api(world.staff) as api:
        body: dict[str, Any] = {"attended": [str(id)], "hours": {str(id): 1.25}}
        assert (await api.post(at, json=body)).status_code == 200
        assert (await api.post(at, json=body | {"hours": {str(id): 99}})).status_code == 422
        refused = (await api.post(at, json={"attended": [str(id)], "hours": {str(new_id()): 1}})).json()
        assert refused["type"] == "/developers/problems#hours-without-coming"
    assert (await world.engagement(id)).sessions[0].hours == 1.25


@pytest.mark.parametrize("status", FOR_STAFF)
def test_recording_who_came_is_refused_as_the_choice_says(status: str) -> None:
    of_theirs: dict[str, Any] = {"organisation_id": TRUST.id, "ods_code": TRUST.ods_code}
    paid = Offer(offered_at=NOW, pay=OPEN.pay)
    hands: list[tuple[Member, Why, Why]] = [
        (Member(by=new_id(), **of_theirs), None, None),
        (Member(by=SAM.id, **of_theirs), NotYourOwn, NotYourOwn),
        (Machine(by=new_id(), **of_theirs), NotByAMachine, None),
        (Member(by=new_id(), granted_under=frozenset({new_id(), SAM.id}), **of_theirs), RoleFromThem, None),
    ]
    cancelled = SessionCancelled(at=NOW, why="not_needed")
    each = product(hands, (False, True), (False, True), (False, True))
    for (by, if_paid, if_not), is_paid, begun, off in each:
        theirs = engagement(status).with_changes(offer=paid if is_paid else None)
        session = OPEN.sessions[0].with_changes(
            starts_at=NOW if begun else TO_COME, cancelled=cancelled if off else None
        )
        own = if_paid if is_paid else if_not
        late = None if status == "accepted" else NoPlace
        why = own or first((off, DidNotTakePlace), (not begun, TooEarly), otherwise=late)
        assert attendance.may_record(theirs, session, by=by, now=NOW).refusal is why
        assert refusal_of(attendance.record, theirs, session, attended=True, by=by, now=NOW) is why
