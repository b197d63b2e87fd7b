"""Two things at the same time: their person is warned with both named, staff see when somebody is busy; nobody is
stopped."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from schemas.event import Erased
from schemas.identity import AccountOpened
from schemas.matching import OpportunityPosted, Session, SessionCancelled
from schemas.recruitment import LeaderApproved
from schemas.training import (
    EnrolmentBooked,
    EnrolmentErased,
    EnrolmentRecorded,
)
from services.engagements.commands import mine, talking
from services.engagements.domain.talking import Picked, Proposing
from tests.engagements.clashing import AUTUMN, SPRING, TEN, Two, another, mine_of, role_of, session, trained, two
from tests.engagements.world import World, leader
from tests.support import Person, member, organisation, registered


async def test_a_person_is_warned_with_both_named_before_they_send_their_interest_and_is_not_stopped(
    world: World,
) -> None:
    found = await two(world, [session(TEN)], [session(TEN + timedelta(hours=1)), session(TEN + timedelta(days=1))])
    [clash] = await found.clashes()
    first = found.role.sessions[0]
    assert (clash["session_id"], clash["title"], clash["what"]) == (str(first.id), "Reading letters", "place")
    shown = await found.read(found.page)
    assert "You have something else at the same time. You can show interest all the same." in shown
    assert "The pain team : Tuesday 2 March 2027 at 11am, until 1pm." in shown
    assert "You have a place in Reading letters : Tuesday 2 March 2027 at 10am, until midday." in shown
    async with world.engagements.browser(world.person) as browser:
        html = (await browser.get(found.page)).text
    assert f'href="/opportunities/{found.role.id}"' in html and f'href="/engagements/mine/{clash["about"]}"' in html
    id = await world.interested(o=found.role)
    assert (await world.engagement(id)).status == "interested"
    assert await found.busy() == [[str(first.id)]]


async def test_the_pages_of_an_offer_warn_both_sides_and_staff_never_read_what_it_is(world: World) -> None:
    found = await two(world, [session(TEN)], [session(TEN)])
    id = await world.interested(o=found.role)
    people = f"/engagements/for/RX2/{found.role.id}"
    for page in (people, f"/engagements/for/RX2/people/{id}/offer"):
        shown = await found.read(page, world.staff)
        assert "Busy then: at 1 of 1 session to come: Tuesday 2 March 2027 at 10am." in shown
        assert "Reading letters" not in shown and "Moorside" not in shown
    await world.offer(id)
    shown = await found.read(f"/engagements/mine/{id}")
    assert "You can take part all the same" in shown and "Yes, I take the place" in shown
    await world.does(mine.accept, id)
    async with world.engagements.api(world.person) as api:
        here, there = (await api.get("/mine/engagements")).json()["engagements"]
        assert [one["title"] for one in here["clashes"]] == ["Reading letters"] and not here["more_clashes"]
        assert [one["title"] for one in there["clashes"]] == ["The pain team"], "each page names the other"
        assert (await api.get(f"/mine/engagements/{id}")).json()["clashes"] == here["clashes"]
    async with world.engagements.browser(world.person) as browser:
        html = (await browser.get(f"/engagements/mine/{id}")).text
    assert f"/engagements/mine/{id}/sessions/{found.role.sessions[0].id}" in html
    assert "something else" in await found.read(f"/engagements/mine/{here['clashes'][0]['about']}")


@pytest.mark.parametrize(
    ("theirs", "ours", "clash"),
    [
        (session(TEN, 2), session(TEN + timedelta(hours=2)), False),
        (session(TEN + timedelta(hours=2)), session(TEN, 2), False),
        (session(TEN, 2), session(TEN + timedelta(hours=1, minutes=59)), True),
        (session(TEN, 8), session(TEN + timedelta(hours=3), 0.25), True),
        # Over midnight, and on the day after.
        (session(TEN.replace(hour=23), 3), session(TEN.replace(hour=1) + timedelta(days=1), 1), True),
        (session(TEN.replace(hour=23), 2), session(TEN.replace(hour=1) + timedelta(days=1), 1), False),
        # The clocks skip 1am on 28 March 2027: from half past midnight an hour lasts until half past two.
        (
            session(SPRING + timedelta(hours=0), 1),
            session(SPRING + timedelta(hours=1)),
            False,
        ),
        (session(SPRING + timedelta(hours=0), 2), session(SPRING + timedelta(hours=1)), True),
        # They are set back on 31 October 2027: half past one comes twice, an hour apart.
        (
            session(AUTUMN + timedelta(hours=0), 1),
            session(AUTUMN + timedelta(hours=1), 1),
            False,
        ),
    ],
)
async def test_only_what_is_at_the_same_time_clashes(world: World, theirs: Session, ours: Session, clash: bool) -> None:
    found = await two(world, [theirs], [ours])
    assert bool(await found.clashes()) == clash
    await world.interested(o=found.role)
    assert await found.busy() == [[str(ours.id)] if clash else []]


async def test_a_session_that_is_moved_into_a_clash_is_shown_and_one_that_is_cancelled_is_not(world: World) -> None:
    found = await two(world, [session(TEN), session(TEN + timedelta(days=7))], [session(TEN + timedelta(days=3))])
    id = await world.interested(o=found.role)
    await world.offer(id)
    await world.does(mine.accept, id)
    page = f"/engagements/mine/{id}"
    assert "something else" not in await found.read(page) and await found.busy() == [[]]
    [ours] = found.role.sessions
    moved = ours.model_copy(update={"starts_at": TEN + timedelta(minutes=30)})
    role = await found.changes(found.role.model_copy(update={"sessions": (moved,)}))
    assert "Tuesday 2 March 2027 at 10:30am, until 12:30pm" in await found.read(page)
    assert await found.busy() == [[str(ours.id)]]
    gone = SessionCancelled(at=datetime.now(UTC), why="not_needed")
    first, second = found.other.o.sessions
    cancelled = (first.model_copy(update={"cancelled": gone}), second)
    theirs = await found.changes(found.other.o.model_copy(update={"sessions": cancelled}))
    assert "something else" not in await found.read(page) and await found.busy() == [[]]
    await found.changes(theirs.model_copy(update={"sessions": (first, second)}))
    own = (moved.model_copy(update={"cancelled": gone}), session(TEN + timedelta(days=20)))
    await found.changes(role.model_copy(update={"sessions": own}))
    assert "something else" not in await found.read(page) and await found.busy() == [[]]


async def test_neither_the_same_role_nor_an_interest_an_offer_or_a_place_given_back_is_a_clash(world: World) -> None:
    there = await another(world)
    there.o = role_of(there, session(TEN), session(TEN + timedelta(hours=2), 1), title="Reading letters")
    role = role_of(world, session(TEN))
    await world.engagements.hears_and_settles(*map(OpportunityPosted, (there.o, role)))
    found = Two(world, there, role)
    id = await there.interested(o=there.o)
    await world.interested(o=role)
    assert (await found.clashes(), await found.busy()) == ([], [[]]), "an interest is no place"
    await there.offer(id)
    assert await found.clashes() == [], "nor is an offer"
    await there.does(mine.accept, id)
    [clash] = await found.clashes()
    assert (clash["other_starts_at"], clash["other_ends_at"]) == ("2027-03-02T10:00:00Z", "2027-03-02T13:00:00Z")
    assert len((await found.busy())[0]) == 1
    async with world.engagements.api(world.person) as api:
        own = (await api.get(f"/mine/engagements/{id}")).json()["clashes"]
    assert own == [], "the trust's role is an interest alone, and what overlaps within one role is its own matter"
    await there.does(mine.withdraw, id)
    assert (await found.clashes(), await found.busy()) == ([], [[]]), "a place given back is none"


async def test_booked_training_clashes_until_it_is_given_back_or_over(world: World) -> None:
    role = role_of(world, session(TEN), session(TEN + timedelta(days=1)))
    await world.engagements.hears_and_settles(OpportunityPosted(role))
    found, there = Two(world, world, role), await trained(world, TEN + timedelta(hours=1), world.person)
    await world.interested(o=role)
    [clash] = await found.clashes()
    assert (clash["what"], clash["about"], clash["title"]) == (
        "training",
        str(there.programme.id),
        "Finding your voice",
    )
    assert await found.busy() == [[str(role.sessions[0].id)]], "not at the session in which they have no place"
    [id] = [UUID(one["id"]) for one in await mine_of(world)]
    shown = await found.read(f"/engagements/mine/{id}")
    assert "You booked Finding your voice : Tuesday 2 March 2027 at 11am, until 1pm." in shown
    came = there.place.model_copy(update={"version": 2, "status": "attended"})
    for news in (EnrolmentRecorded(came), EnrolmentErased(Erased(id=there.place.id, version=3))):
        await world.engagements.hears_and_settles(news)
        assert (await found.clashes(), await found.busy()) == ([], [[]])
    again = there.place.model_copy(update={"id": uuid4()})
    await world.engagements.hears_and_settles(EnrolmentBooked(again))
    assert len(await found.clashes()) == 1, "taken again it is another place"
    await world.engagements.hears_and_settles(EnrolmentErased(Erased(id=again.id, version=2)))
    assert await found.clashes() == []


async def test_an_agreed_talk_clashes_as_long_as_its_role_is_open_to_them_and_one_that_is_only_proposed_does_not(
    world: World,
) -> None:
    there = await another(world)
    there.o = role_of(there, session(TEN + timedelta(days=30)), title="Reading letters")
    role = role_of(world, session(TEN))
    await world.engagements.hears_and_settles(*map(OpportunityPosted, (there.o, role)))
    found, id = Two(world, there, role), await there.interested(o=there.o)
    await world.interested(o=role)
    talk: dict[str, Any] = {"proposed_at": TEN.isoformat(), "proposed_by": str(uuid4()), "minutes": 30, "mode": "phone"}
    for starts_at, minutes, clash in (
        (None, 30, False),
        (TEN + timedelta(minutes=90), 30, True),
        (TEN - timedelta(minutes=30), 30, False),
        (TEN - timedelta(minutes=30), 31, True),
    ):
        at = starts_at.isoformat() if starts_at else None
        said = talk | {"times": [TEN.isoformat()], "minutes": minutes, "starts_at": at}
        async with world.engagements.transaction() as tx:
            await tx.execute(
                "update engagement set state = jsonb_set(state, '{chat}', $2::jsonb) where id = $1",
                *(id, json.dumps(said)),
            )
        assert ([one["what"] for one in await found.clashes()] == ["talk"]) == clash
        assert await found.busy() == [[str(role.sessions[0].id)] if clash else []]
    ours = next(one["id"] for one in await mine_of(world) if one["opportunity_id"] == str(role.id))
    shown = await found.read(f"/engagements/mine/{ours}")
    assert "You agreed to talk about Reading letters : Tuesday 2 March 2027 at 9:30am, until 10:01am." in shown
    await there.does(mine.withdraw, id)
    assert (await found.clashes(), await found.busy()) == ([], [[]])


async def test_whoever_helps_sees_the_warning_at_the_helpers_address_with_links_that_stay_there(world: World) -> None:
    found = await two(world, [session(TEN)], [session(TEN)])
    network = organisation("QZN", "The network", "network")
    hana, pat = member(network, "helper", called="Hana"), Person(called="Pat")
    phone = AccountOpened(pat.account.model_copy(update={"can_sign_in": False}))
    await world.engagements.hears_and_settles(*(*registered(network), hana.opened, phone, LeaderApproved(leader(pat))))
    await found.other.accepted(pat)
    at = f"/engagements/for/QZN/people/{pat.id}"
    async with world.engagements.browser(hana) as browser:
        html = (await browser.get(f"{at}/interest/{found.role.id}")).text
    assert "You have something else at the same time." in html
    assert re.search(rf'href="{at}/[0-9a-f-]+">Reading letters', html), html
    async with world.engagements.api(hana) as api:
        answer = await api.get(f"/for/QZN/people/{pat.id}/clashes/{found.role.id}")
        assert [one["title"] for one in answer.json()["clashes"]] == ["Reading letters"]
    robin = await world.approved("Robin")
    assert await found.clashes(robin) == [], "nobody else's"


async def test_times_for_a_talk_say_what_one_has_then(world: World) -> None:
    found = await two(world, [session(TEN)], [session(TEN + timedelta(days=7))])
    id = await world.interested(o=found.role)
    ends, free = TEN + timedelta(hours=2), TEN + timedelta(days=1)
    proposing = Proposing(times=[TEN - timedelta(minutes=10), ends, free], minutes=20, mode="phone", words="We ring.")
    await world.staff_do(talking.propose, id, proposing=proposing)
    async with world.engagements.browser(world.person) as browser, world.engagements.api(world.person) as api:
        page = (await browser.get(f"/engagements/mine/{id}/talk")).text
        said = (await api.get(f"/mine/engagements/{id}/talk")).json()
        assert (await api.get(f"/mine/clashes/{uuid4()}")).status_code == 404, "there is no such role"
    assert page.count("You have something else then: Reading letters") == 1, "what only touches is no clash"
    assert [datetime.fromisoformat(at) for at in said["clashes"]] == [TEN - timedelta(minutes=10)]
    picked = Picked(starts_at=TEN - timedelta(minutes=10))
    await world.does(lambda tx, id: talking.pick(tx, id, picked), id)
