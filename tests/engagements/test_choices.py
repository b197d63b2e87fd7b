"""What may be done now with an engagement: domain, command, page and API say the same of every state to every hand."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from schemas.engagements import Attendance, Engagement, Offer
from schemas.matching import Opportunity, Withdrawn
from schemas.payments import RateCard, RateCardClosed
from schemas.recruitment import Leader, LeaderApproved
from services.chassis.postgres.transaction import new_id
from services.engagements.commands import choosing, mine, staff
from services.engagements.domain import agreeing, offers
from services.engagements.domain import engagement as domain
from services.engagements.domain.answering import Answer, AnsweredAlready, NothingToUndo
from services.engagements.domain.asking import NoQuestionWaits
from services.engagements.domain.choosing import choices_of_person, choices_of_staff
from services.engagements.domain.comparing import NothingToMark
from services.engagements.domain.engagement import (
    AlreadyInterested,
    JoinFirst,
    NotOpen,
    PastClosing,
    TooLateToGiveBack,
)
from services.engagements.domain.hands import NotYourOwn
from services.engagements.domain.intake import Intake
from services.engagements.domain.offers import (
    AlreadyAccepted,
    AlreadyOffered,
    NotApproved,
    NotOffered,
    OfferIsOver,
    OffTheFeed,
    RateNotInForce,
    Terms,
)
from services.engagements.domain.sessions import RoleIsOver
from services.engagements.domain.talking import PROPOSED_TO, NoTalkProposed, NoTalkToCancel
from tests.choices import Why, posts, refusal_of, said, tried
from tests.engagements.acts import OF_PERSON, OF_STAFF
from tests.engagements.world import (
    BEGUN,
    NOW,
    World,
    leader,
    make,
    opportunity,
    rate,
    runs_out,
    was_asked,
)
from tests.support import Connected, Person, member, organisation

FOR_PERSON: dict[str, tuple[Why, Why, Why, Why]] = {
    "interested": (NotOffered, NotOffered, None, AlreadyInterested),
    "offered": (None, None, None, AlreadyInterested),
    "accepted": (AlreadyAccepted, NotOffered, None, AlreadyInterested),
    "declined": (NotOffered, NotOffered, NotOpen, None),
    "withdrawn": (NotOffered, NotOffered, NotOpen, None),
    "not_chosen": (NotOffered, NotOffered, NotOpen, None),
    "ended": (NotOffered, NotOffered, NotOpen, AlreadyInterested),
    "lapsed": (NotOffered, NotOffered, NotOpen, None),
    "reserve": (NotOffered, NotOffered, None, AlreadyInterested),
    "called_off": (NotOffered, NotOffered, NotOpen, AlreadyInterested),
}
"""Accept, decline, withdraw, show interest again: where the person is in the pool, the offer has not run out, the role
is open, and no session was recorded."""
ASKS = ("interested", "offered", "reserve", "accepted")
FOR_STAFF: dict[str, tuple[Why, Why, Why]] = {
    "interested": (None, None, None),
    "offered": (AlreadyOffered, NotOpen, None),
    "accepted": (AlreadyOffered, NotOpen, NotOpen),
    "declined": (NotOpen, NotOpen, NotOpen),
    "withdrawn": (NotOpen, NotOpen, NotOpen),
    "not_chosen": (NotOpen, NotOpen, NotOpen),
    "ended": (NotOpen, NotOpen, NotOpen),
    "lapsed": (None, NotOpen, NotOpen),
    "reserve": (None, NotOpen, None),
    "called_off": (NotOpen, NotOpen, NotOpen),
}
"""Offer, put on the reserve list, not choose: somebody else in the pool, on the feed, with a rate in force."""
TODAY = NOW.date()
SAM, TRUST = Person(called="Sam"), organisation()
IN_POOL = leader(SAM)
NOT_IN_POOL = (leader(SAM, status="left"), None)
CARD = rate(TRUST)
OPEN = opportunity(TRUST, CARD)
GONE = Withdrawn(at=NOW, why="postponed")
CLOSED = OPEN.model_copy(update={"closed_at": NOW})
[_SESSION] = OPEN.sessions
OVER = OPEN.model_copy(update={"sessions": (_SESSION.with_changes(starts_at=NOW - timedelta(hours=2)),)})
"""Its last session has ended, and its closing date is to come."""
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


def said_by(side: str, theirs: Engagement, *, told: bool = False) -> Answer:
    return Answer(side, theirs.version, "", "", new_id(), NOW, None if told else NOW + timedelta(minutes=5))


@pytest.mark.parametrize("status", FOR_PERSON)
def test_what_is_done_for_a_person_is_refused_as_the_choice_says(status: str) -> None:
    accept, decline, withdraw, again = FOR_PERSON[status]
    either = (False, True)
    for recorded, of, over, no, gone in product(either, (IN_POOL, *NOT_IN_POOL), either, either, either):
        role = OVER if gone else OPEN
        theirs, intake = engagement(status, recorded=recorded), Intake(version=1, opportunity=role)
        if over:
            theirs = theirs.with_changes(offer=Offer(offered_at=BEGUN, reply_by=NOW))
        answer = said_by("declined", theirs, told=not no)
        expected = {
            "accept": accept
            or first((gone, RoleIsOver), (over, OfferIsOver), (of != IN_POOL, JoinFirst), otherwise=None),
            "decline": decline or first((no, AnsweredAlready), otherwise=None),
            "withdraw": withdraw or first((recorded, TooLateToGiveBack), otherwise=None),
            "show_again": again or first((gone, PastClosing), (of != IN_POOL, JoinFirst), otherwise=None),
            "answer_talk": NoTalkProposed,
            "cancel_talk": NoTalkToCancel,
            "undo": None if no else NothingToUndo,
            "tell": None if no else NothingToUndo,
            "talk": None,
            "take_back": NoQuestionWaits,
        }
        assert said(choices_of_person(theirs, role, of, answer, now=NOW)) == expected
        shown: dict[str, Any] = {"existing": theirs, "id": new_id(), "person_id": SAM.id, "now": NOW}
        assert {name: expected[name] for name in ("accept", "withdraw", "show_again")} == {
            "accept": refusal_of(offers.accept, theirs, intake, of, now=NOW),
            "withdraw": refusal_of(domain.withdraw, theirs, now=NOW),
            "show_again": refusal_of(domain.show_interest, role, of, **shown),
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
    (None, OVER, None, RoleIsOver),
]


@pytest.mark.parametrize("status", FOR_STAFF)
def test_what_staff_do_is_refused_as_the_choice_says(status: str) -> None:
    offer, reserve, not_choose = FOR_STAFF[status]
    for own, no, (of, about, card, why) in product((False, True), (False, True), OFFERS):
        by, theirs, terms = SAM.id if own else new_id(), engagement(status), Terms(about, card, on=TODAY)
        terms = replace(terms, is_over=about.has_ended(NOW))
        expected = {
            "offer": offer or first((own, NotYourOwn), otherwise=why),
            "put_on_reserve": reserve or first((own, NotYourOwn), otherwise=None),
            "not_choose": not_choose or first((own, NotYourOwn), otherwise=None),
            "propose_talk": (None if status in PROPOSED_TO else NotOpen)
            or first((own, NotYourOwn), (about is OFF, OffTheFeed), (about is OVER, RoleIsOver), otherwise=None),
        }
        always: dict[str, Why] = {
            "mark": NothingToMark,
            "cancel_talk": NoTalkToCancel,
            "answer_question": NoQuestionWaits,
            "talk": None,
        }
        assert expected | always | {"undo": NothingToUndo, "tell": NothingToUndo} == said(
            choices_of_staff(theirs, of, terms, None, by=by, now=NOW)
        )
        if no:
            answered = said(choices_of_staff(theirs, of, terms, said_by("not_chosen", theirs), by=by, now=NOW))
            assert answered == {name: refused or AnsweredAlready for name, refused in expected.items()} | always | {
                "undo": None,
                "tell": None,
            }
        assert {name: expected[name] for name in ("offer", "put_on_reserve")} == {
            "offer": refusal_of(offers.offer, theirs, of, terms, by=by, now=NOW),
            "put_on_reserve": refusal_of(offers.put_on_reserve, theirs, by=by, helped=frozenset[UUID](), now=NOW),
        }


@pytest.mark.parametrize(
    ("about", "of", "existing", "why"),
    [
        (OPEN, IN_POOL, None, None),
        (OPEN, None, None, JoinFirst),
        (OPEN, leader(SAM, status="left"), None, JoinFirst),
        (CLOSED, None, None, PastClosing),
        (OPEN.model_copy(update={"apply_by": NOW}), IN_POOL, None, PastClosing),
        (OVER, IN_POOL, None, PastClosing),
        (CLOSED, None, engagement("interested"), AlreadyInterested),
        (CLOSED, IN_POOL, engagement("withdrawn"), PastClosing),
    ],
)
def test_showing_interest_is_refused_as_the_choice_says(
    about: Opportunity, of: Leader | None, existing: Engagement | None, why: Why
) -> None:
    assert domain.may_show_interest(about, of, existing=existing, now=NOW).refusal is why
    shown: dict[str, Any] = {"existing": existing, "id": new_id(), "person_id": SAM.id, "now": NOW}
    assert refusal_of(domain.show_interest, about, of, **shown) is why


DO = {
    "accepted": (mine.accept,),
    "recorded": (mine.accept,),
    "declined": (mine.decline, mine.tell_no_now),
    "withdrawn": (mine.withdraw,),
}


async def one_of_each(world: World) -> dict[str, tuple[Person, UUID]]:
    """An engagement in each status, of somebody else each; and a place of which a session was recorded."""
    people = {
        status: await world.approved(status.title()) for status in dict.fromkeys(("recorded", "accepted", *FOR_PERSON))
    }
    made: dict[str, tuple[Person, UUID]] = {}
    for status, person in people.items():
        if status in ("interested", "not_chosen", "withdrawn", "ended", "reserve", "called_off"):
            id = await world.interested(person)
        else:
            id = await world.offered(person)
        if status == "reserve":
            await world.staff_do(choosing.put_on_reserve, id)
        if status == "not_chosen":
            await world.not_chosen(id)
        for done in DO.get(status, ()):
            await world.does(done, id, person)
        if status == "lapsed":
            await runs_out(world, id)
        made[status] = (person, id)
    await world.record(attended={made["recorded"][1]})
    await _put(world, made["ended"][1], domain.end)
    await _put(world, made["called_off"][1], agreeing.call_off)
    return made


async def _put(world: World, id: UUID, end: Any) -> None:
    """As telling people what changed ends it, or calling it off, without ending the others."""
    ended, _ = end(await world.engagement(id), now=NOW)
    async with world.engagements.transaction() as tx:
        await staff.store.save(tx, ended)


PAGES = {what: what for what in OF_PERSON} | {"take_back": "question/take-back"}


@pytest.mark.parametrize("places", [9, 2], ids=["a place is left", "every place is taken"])
async def test_a_person_sees_the_buttons_that_the_commands_take(engagements: Connected, places: int) -> None:
    world = await make(engagements, places=places)
    made = await one_of_each(world)
    await was_asked(world, made["recorded"][1])
    made["said no"] = (await world.approved("No"), new_id())
    made["said no"] = (made["said no"][0], await world.offered(made["said no"][0], passing_over="asked_to_wait"))
    await world.does(mine.decline, made["said no"][1], made["said no"][0])
    for status, (person, id) in made.items():
        commands = OF_PERSON
        taken = {
            what: await tried(engagements, person.acting(), lambda tx, do=do, id=id: do(tx, id))
            for what, do in commands.items()
        }
        async with engagements.browser(person) as browser, engagements.api(person) as api:
            page = (await browser.get(f"/engagements/mine/{id}")).text
            [listed] = (await api.get("/mine/engagements")).json()["engagements"]
            assert (await api.get(f"/mine/engagements/{id}")).json() == listed
        assert listed["choices"] == taken | {"show_again": listed["choices"]["show_again"], "talk": True}, status
        shown = {what for what in commands if f"/engagements/mine/{id}/{PAGES[what]}" in posts(page)}
        # An offer is answered with yes or no: there is no second way to say no on its page.
        assert shown == {what for what, answer in taken.items() if answer is True} - (
            {"withdraw"} if taken["decline"] is True or taken["undo"] is True else set()
        ), status
        assert (f"/engagements/interest/{world.o.id}" in posts(page)) is (listed["choices"]["show_again"] is True)


async def test_staff_see_the_buttons_that_the_commands_take(world: World) -> None:
    both = member(world.trust, "coordinator", called="Both")
    await world.engagements.hears_and_settles(both.opened, LeaderApproved(leader(both)))
    made = await one_of_each(world)
    made["own"] = (both, await world.interested(both))
    made["not told yet"] = (await world.approved("Later"), new_id())
    made["not told yet"] = (made["not told yet"][0], await world.interested(made["not told yet"][0]))
    await world.not_chosen(made["not told yet"][1], tell_now=False)
    for asks in ("own", "reserve", "not told yet"):
        await was_asked(world, made[asks][1])
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
    address = {
        "offer": "offer",
        "not_choose": "not-chosen",
        "put_on_reserve": "reserve",
        "undo": "undo",
        "tell": "tell",
        "answer_question": "question",
        "mark": "marks",
        "propose_talk": "talk",
        "cancel_talk": "talk/cancel",
    }
    async with world.engagements.browser(hand) as browser, world.engagements.api(hand) as api:
        listed = (await api.get(f"/organisations/RX2/intakes/{world.o.id}")).json()["engagements"]
        list_page = f"/engagements/for/RX2/{world.o.id}?status="
        pages = {one["status"]: (await browser.get(list_page + one["status"])).text for one in listed}
    assert len(listed) == len(made)
    for one in listed:
        id = UUID(one["id"])
        taken = {
            what: await tried(world.engagements, acting, lambda tx, do=do, id=id: do(tx, id))
            for what, do in OF_STAFF.items()
        }
        assert one["choices"] == taken | {"talk": True}, one["status"]
        shown = {
            what
            for what in OF_STAFF
            if f"/engagements/for/RX2/people/{id}/{address[what]}" in posts(pages[one["status"]])
        }
        assert shown == {what for what, answer in taken.items() if answer is True}, one["status"]


async def _take_off_the_feed(world: World) -> None:
    """The intake has heard of it, and nobody has been told yet."""
    async with world.engagements.transaction() as tx:
        await tx.execute(
            "update intake set opportunity = jsonb_set(opportunity, '{withdrawn}', $2::jsonb) where id = $1",
            *(world.o.id, GONE.model_dump_json()),
        )


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
    assert set(schemas["PersonChoices"]["properties"]) == {*OF_PERSON, "show_again", "talk"}
    assert schemas["StaffChoices"]["properties"]["offer"]["anyOf"] == [
        {"const": True, "type": "boolean"},
        {"type": "string"},
    ]
