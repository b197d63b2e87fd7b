"""What may be done now with an engagement: domain, command, page and API say the same of every state to every hand."""

from datetime import date
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from schemas.engagements import Attendance, Engagement, Offer
from schemas.matching import Opportunity, Withdrawn
from schemas.payments import RateCard, RateCardClosed
from schemas.recruitment import Leader, LeaderApproved
from services.chassis.base.hands import Machine, Member
from services.chassis.postgres.transaction import new_id
from services.engagements.commands import mine, staff
from services.engagements.domain import attendance
from services.engagements.domain import engagement as domain
from services.engagements.domain.attendance import NoPlace, NotByAMachine, RoleFromThem, TooEarly
from services.engagements.domain.engagement import (
    AlreadyAccepted,
    AlreadyInterested,
    AlreadyOffered,
    JoinFirst,
    NotApproved,
    NotOffered,
    NotOpen,
    NotYourOwn,
    OffTheFeed,
    PastClosing,
    RateNotInForce,
    Terms,
    TooLateToGiveBack,
)
from services.engagements.domain.intake import Intake, NoPlaceLeft
from tests.choices import Why, posts, refusal_of, said, tried
from tests.engagements.world import BEGUN, NOW, TO_COME, World, leader, make, opportunity, rate
from tests.support import Connected, Person, member, organisation

FOR_PERSON: dict[str, tuple[Why, Why, Why]] = {
    "interested": (NotOffered, NotOffered, None),
    "offered": (None, None, None),
    "accepted": (AlreadyAccepted, NotOffered, None),
    "declined": (NotOffered, NotOffered, NotOpen),
    "withdrawn": (NotOffered, NotOffered, NotOpen),
    "not_chosen": (NotOffered, NotOffered, NotOpen),
    "ended": (NotOffered, NotOffered, NotOpen),
}
"""Accept, decline, withdraw: where the person is in the pool, a place is left, and no session was recorded."""
FOR_STAFF: dict[str, tuple[Why, Why]] = {
    "interested": (None, None),
    "offered": (AlreadyOffered, None),
    "accepted": (AlreadyOffered, NotOpen),
    "declined": (NotOpen, NotOpen),
    "withdrawn": (NotOpen, NotOpen),
    "not_chosen": (NotOpen, NotOpen),
    "ended": (NotOpen, NotOpen),
}
"""Offer, not choose: somebody else in the pool, on the feed, with a rate in force."""
TODAY = NOW.date()
SAM, TRUST = Person(called="Sam"), organisation()
IN_POOL = leader(SAM)
NOT_IN_POOL = (leader(SAM, status="left"), None)
CARD = rate(TRUST)
OPEN = opportunity(TRUST, CARD)
GONE = Withdrawn(at=NOW, why="postponed")
CLOSED = OPEN.model_copy(update={"closed_at": NOW})
OFF = CLOSED.model_copy(update={"withdrawn": GONE})


def engagement(status: str, *, recorded: bool = False) -> Engagement:
    [session] = OPEN.sessions
    came = Attendance(session_id=session.id, starts_at=BEGUN, hours=2, recorded_at=NOW if recorded else None)
    return Engagement(
        id=new_id(),
        version=3,
        opportunity_id=OPEN.id,
        organisation_id=TRUST.id,
        ods_code=TRUST.ods_code,
        person_id=SAM.id,
        status=status,
        interested_at=NOW,
        sessions=(came,),
    )


def first(*rules: tuple[bool, Why], otherwise: Why) -> Why:
    return next((why for holds, why in rules if holds), otherwise)


@pytest.mark.parametrize("status", FOR_PERSON)
def test_what_is_done_for_a_person_is_refused_as_the_choice_says(status: str) -> None:
    accept, decline, withdraw = FOR_PERSON[status]
    for recorded, of, full in product((False, True), (IN_POOL, *NOT_IN_POOL), (False, True)):
        theirs = engagement(status, recorded=recorded)
        intake = Intake(version=1, opportunity=OPEN, places_taken=OPEN.places - (not full))
        expected = {
            "accept": accept or first((of != IN_POOL, JoinFirst), (full, NoPlaceLeft), otherwise=None),
            "decline": decline,
            "withdraw": withdraw or first((recorded, TooLateToGiveBack), otherwise=None),
        }
        assert said(domain.choices_of_person(theirs, of, is_full=intake.is_full)) == expected
        assert expected == {
            "accept": refusal_of(domain.accept, theirs, intake, of, now=NOW),
            "decline": refusal_of(domain.decline, theirs, now=NOW),
            "withdraw": refusal_of(domain.withdraw, theirs, now=NOW),
        }


OFFERS: list[tuple[Leader | None, Opportunity, RateCard | None, Why]] = [
    (IN_POOL, OPEN, CARD, None),
    (IN_POOL, CLOSED, CARD, None),
    (IN_POOL, OPEN, rate(TRUST, valid_from=TODAY, valid_to=TODAY), None),
    (IN_POOL, OPEN.model_copy(update={"pay": None}), None, None),
    (IN_POOL, OPEN, rate(TRUST, valid_to=date(2021, 1, 1)), RateNotInForce),
    (IN_POOL, OPEN, rate(TRUST, valid_from=date(2100, 1, 1)), RateNotInForce),
    (IN_POOL, OPEN, None, RateNotInForce),
    *((of, OPEN, CARD, NotApproved) for of in NOT_IN_POOL),
    (None, OFF, None, OffTheFeed),
]


@pytest.mark.parametrize("status", FOR_STAFF)
def test_what_staff_do_is_refused_as_the_choice_says(status: str) -> None:
    offer, not_choose = FOR_STAFF[status]
    for own, (of, about, card, why) in product((False, True), OFFERS):
        by, theirs, terms = SAM.id if own else new_id(), engagement(status), Terms(about, card, on=TODAY)
        expected = {
            "offer": offer or first((own, NotYourOwn), otherwise=why),
            "not_choose": not_choose or first((own, NotYourOwn), otherwise=None),
        }
        assert said(domain.choices_of_staff(theirs, of, terms, by=by)) == expected
        assert expected == {
            "offer": refusal_of(domain.offer, theirs, of, terms, by=by, now=NOW),
            "not_choose": refusal_of(domain.not_choose, theirs, by=by, now=NOW),
        }


@pytest.mark.parametrize(
    ("about", "of", "existing", "why"),
    [
        (OPEN, IN_POOL, None, None),
        (OPEN, None, None, JoinFirst),
        (OPEN, leader(SAM, status="left"), None, JoinFirst),
        (CLOSED, None, None, PastClosing),
        (OPEN.model_copy(update={"apply_by": NOW}), IN_POOL, None, PastClosing),
        (CLOSED, None, engagement("withdrawn"), AlreadyInterested),
    ],
)
def test_showing_interest_is_refused_as_the_choice_says(
    about: Opportunity, of: Leader | None, existing: Engagement | None, why: Why
) -> None:
    assert domain.may_show_interest(about, of, existing=existing, now=NOW).refusal is why
    shown: dict[str, Any] = {"existing": existing, "id": new_id(), "person_id": SAM.id, "now": NOW}
    assert refusal_of(domain.show_interest, about, of, **shown) is why


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
    for (by, if_paid, if_not), is_paid, begun in product(hands, (False, True), (False, True)):
        theirs = engagement(status).with_changes(offer=paid if is_paid else None)
        session = OPEN.sessions[0].model_copy(update={"starts_at": NOW if begun else TO_COME})
        own = if_paid if is_paid else if_not
        why = own or first((not begun, TooEarly), otherwise=None if status == "accepted" else NoPlace)
        assert attendance.may_record(theirs, session, by=by, now=NOW).refusal is why
        assert refusal_of(attendance.record, theirs, session, attended=True, by=by, now=NOW) is why


async def one_of_each(world: World) -> dict[str, tuple[Person, UUID]]:
    """An engagement in each status, of somebody else each; and a place of which a session was recorded."""
    people = {status: await world.approved(status.title()) for status in (*FOR_PERSON, "recorded")}
    made: dict[str, tuple[Person, UUID]] = {}
    for status, person in people.items():
        id = await world.interested(person)
        async with world.engagements.transaction(world.staff.acting(world.trust)) as tx:
            if status in ("offered", "accepted", "declined", "recorded"):
                await staff.offer_place(tx, id)
            if status == "not_chosen":
                await staff.not_choose(tx, id)
        async with world.engagements.transaction(person.acting()) as tx:
            if status in ("accepted", "recorded"):
                await mine.accept(tx, id)
            if status in ("declined", "withdrawn"):
                await (mine.decline if status == "declined" else mine.withdraw)(tx, id)
        made[status] = (person, id)
    await world.record(attended={made["recorded"][1]})
    await _end(world, made["ended"][1])
    return made


async def _end(world: World, id: UUID) -> None:
    """As telling people what changed ends it, without ending the others."""
    ended, _ = domain.end(await world.engagement(id), now=NOW)
    async with world.engagements.transaction() as tx:
        await staff.store.save(tx, ended)


@pytest.mark.parametrize("places", [3, 2], ids=["a place is left", "every place is taken"])
async def test_a_person_sees_the_buttons_that_the_commands_take(engagements: Connected, places: int) -> None:
    world = await make(engagements, places=places)
    for status, (person, id) in (await one_of_each(world)).items():
        commands = {"accept": mine.accept, "decline": mine.decline, "withdraw": mine.withdraw}
        taken = {
            what: await tried(engagements, person.acting(), lambda tx, do=do, id=id: do(tx, id))
            for what, do in commands.items()
        }
        async with engagements.browser(person) as browser, engagements.api(person) as api:
            page = (await browser.get(f"/engagements/mine/{id}")).text
            [listed] = (await api.get("/mine/engagements")).json()["engagements"]
            assert (await api.get(f"/mine/engagements/{id}")).json() == listed
        assert listed["choices"] == taken, status
        shown = {what for what in commands if f"/engagements/mine/{id}/{what}" in posts(page)}
        # An offer is answered with yes or no: there is no second way to say no on its page.
        assert shown == {what for what, answer in taken.items() if answer is True} - (
            {"withdraw"} if taken["decline"] is True else set()
        ), status


async def test_staff_see_the_buttons_that_the_commands_take(world: World) -> None:
    both = member(world.trust, "coordinator", called="Both")
    await world.engagements.hears_and_settles(both.opened, LeaderApproved(leader(both)))
    made = await one_of_each(world)
    made["own"] = (both, await world.interested(both))
    await compare_staff(world, both, made)
    left = await world.approved("Left")
    made["left the pool"] = (left, await world.interested(left))
    await world.engagements.hears(LeaderApproved(leader(left, status="left", version=2)))  # and not yet followed
    await compare_staff(world, both, made)
    ended = world.card.model_copy(update={"version": 2, "valid_to": date(2021, 1, 1)})
    await world.engagements.hears(RateCardClosed(ended))
    await compare_staff(world, both, made)
    await _take_off_the_feed(world)
    await compare_staff(world, both, made)


async def compare_staff(world: World, hand: Person, made: dict[str, tuple[Person, UUID]]) -> None:
    acting = hand.acting(world.trust)
    commands = {"offer": staff.offer_place, "not_choose": staff.not_choose}
    address = {"offer": "offer", "not_choose": "not-chosen"}
    async with world.engagements.browser(hand) as browser, world.engagements.api(hand) as api:
        page = (await browser.get(f"/engagements/for/RX2/{world.o.id}")).text
        listed = (await api.get(f"/organisations/RX2/intakes/{world.o.id}")).json()["engagements"]
    assert len(listed) == len(made)
    for one in listed:
        id = UUID(one["id"])
        taken = {
            what: await tried(world.engagements, acting, lambda tx, do=do, id=id: do(tx, id))
            for what, do in commands.items()
        }
        assert one["choices"] == taken, one["status"]
        shown = {what for what in commands if f"/engagements/for/RX2/people/{id}/{address[what]}" in posts(page)}
        assert shown == {what for what, answer in taken.items() if answer is True}, one["status"]


async def _take_off_the_feed(world: World) -> None:
    """The intake has heard of it, and nobody has been told yet."""
    async with world.engagements.transaction() as tx:
        await tx.execute(
            "update intake set opportunity = jsonb_set(opportunity, '{withdrawn}', $2::jsonb) where id = $1",
            *(world.o.id, GONE.model_dump_json()),
        )


async def test_a_full_role_says_so_where_the_yes_would_be_and_comes_back_when_a_place_is_given_back(
    engagements: Connected,
) -> None:
    world = await make(engagements, places=1, starts_at=TO_COME)
    kim = await world.approved("Kim")
    first, second = await world.accepted(), await world.offered(kim)
    async with engagements.browser(kim) as browser:
        page = (await browser.get(f"/engagements/mine/{second}")).text
        assert "Every place has been taken by now. Your offer stays" in page
        assert f"/engagements/mine/{second}/accept" not in posts(page)
        async with engagements.transaction(world.person.acting()) as tx:
            await mine.withdraw(tx, first)
        assert f"/engagements/mine/{second}/accept" in posts((await browser.get(f"/engagements/mine/{second}")).text)


async def test_what_cannot_be_given_back_and_an_offer_that_cannot_be_made_say_why(world: World) -> None:
    kim = await world.approved("Kim")
    id = await world.accepted()
    await world.interested(kim)
    await world.record(attended={id})
    await world.engagements.hears(RateCardClosed(world.card.model_copy(update={"version": 2, "valid_to": TODAY})))
    async with world.engagements.browser(world.person) as person, world.engagements.browser(world.staff) as staff_:
        assert "Please ring the organisation" in (await person.get(f"/engagements/mine/{id}")).text
        await world.engagements.hears(
            RateCardClosed(world.card.model_copy(update={"version": 3, "valid_to": date(2021, 1, 1)}))
        )
        page = (await staff_.get(f"/engagements/for/RX2/{world.o.id}")).text
    assert page.count("is not in force today") == 1, "only beside somebody who waits for an answer"


async def test_openapi_names_each_choice(world: World) -> None:
    async with world.engagements.browser() as anyone:
        schemas = (await anyone.get("/api/engagements/openapi.json")).json()["components"]["schemas"]
    assert schemas["Mine"]["properties"]["choices"] == {"$ref": "#/components/schemas/PersonChoices"}
    assert set(schemas["PersonChoices"]["properties"]) == {"accept", "decline", "withdraw"}
    assert schemas["StaffChoices"]["properties"]["offer"]["anyOf"] == [
        {"const": True, "type": "boolean"},
        {"type": "string"},
    ]
