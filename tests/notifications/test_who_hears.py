"""Every change of every state of a role, and who must hear of it: whoever adds one writes here whom it is told to."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest

from schemas import links
from schemas.contracts import facts_of
from schemas.engagements import (
    ARRANGEMENT_STATUSES,
    ENGAGEMENT_STATUSES,
    NOT_CHOSEN_REASONS,
    Arrangement,
    Attendance,
    Engagement,
    EngagementRestated,
    Intake,
    Offer,
    OutcomeRecorded,
    Question,
    RecordedBefore,
    Reserve,
)
from schemas.event import AnyEvent, Waiting
from schemas.matching import (
    Opportunity,
    OpportunityPosted,
    Pay,
    RoleChange,
    Session,
    SessionCancelled,
    SessionChange,
    Withdrawn,
)
from schemas.payments import ClaimRestated
from services.chassis.postgres.transaction import new_id
from services.notifications import words
from services.notifications.commands import roles
from services.notifications.domain import kinds
from services.notifications.store import round_ups
from tests.notifications.support import World, a_world
from tests.support import Connected, Person, member

NOW = datetime.now(UTC)
SHOWN, AGAIN, THEN = NOW - timedelta(hours=3), NOW - timedelta(hours=2), NOW - timedelta(hours=1)
THEY_DID_IT = ""
"""Nobody is told what they did a moment ago and saw on the page."""


class Hears(NamedTuple):
    """Of what somebody in a role becomes: the kind that they are told, and the line that staff read of it in the mail
    of what waits; `waits`: it waits for staff, who have it on their home page and in that mail."""

    person: str
    staff: str = ""
    waits: bool = False


BECOMES: dict[str, Hears] = {
    "interested": Hears("interest_received", waits=True),
    "offered": Hears("offer_made"),
    "accepted": Hears("place_accepted", "1 person said yes to a place"),
    "declined": Hears(THEY_DID_IT, "1 person said no to a place"),
    "withdrawn": Hears(THEY_DID_IT, "1 person took back their interest"),
    "not_chosen": Hears("not_chosen"),
    "ended": Hears("what_changed"),
    "lapsed": Hears("offer_ran_out", "1 person let an offer run out"),
    "reserve": Hears("on_reserve", "1 person said yes when no place was left, and are first on the reserve list"),
    "called_off": Hears("place_called_off"),
}
FROM: dict[tuple[str, str], str] = {("reserve", "offered"): "place_free"}
"""Where it matters what they were before."""

IN_IT = ("accepted", "offered", "reserve", "interested")
"""Who hears of a role's sessions; whoever is none of these is in it no more."""
OF_A_ROLE: dict[str, Mapping[str, str]] = {
    "OpportunityPosted": {},
    "OpportunityChanged": dict.fromkeys(IN_IT, "role_said_anew"),
    "OpportunityClosed": {},
    "OpportunityReopened": dict.fromkeys(("reserve", "interested"), "role_said_anew"),
    "OpportunityRestated": {},
    "SessionsAdded": dict.fromkeys(IN_IT, "sessions_added"),
    "SessionChanged": dict.fromkeys(IN_IT, "sessions_changed"),
    "SessionsCancelled": dict.fromkeys(IN_IT, "sessions_cancelled"),
    "OpportunityWithdrawn": dict.fromkeys(IN_IT, "opportunity_withdrawn") | {"accepted": "place_called_off"},
}
"""By its event, what each of them is told, by where they stand."""
OF_AN_ENGAGEMENT = {
    "InterestShown": "interested",
    "PlaceOffered": "offered",
    "PlaceAccepted": "accepted",
    "PlaceDeclined": "declined",
    "InterestWithdrawn": "withdrawn",
    "PersonNotChosen": "not_chosen",
    "OfferRanOut": "lapsed",
    "OfferDayMoved": "offer_earlier",
    "PutOnReserveList": "reserve",
    "EngagementCalledOff": "called_off",
    "ChatProposed": "talk_proposed",
    "ChatAgreed": THEY_DID_IT,
    "ChatEnded": "talk_cancelled",
    "EngagementEnded": "ended",
    "AttendanceRecorded": "attendance_recorded",
    "RecordSaidToBeWrong": "",
    "QuestionAsked": "",
    "QuestionTakenBack": "",
    "QuestionAnswered": "question_answered",
    "ObjectionAnswered": "objection_answered",
    "DrawSetAside": "draw_set_aside",
    "LeftOutOfDraw": "left_out_of_draw",
    "EngagementRestated": "",
}
"""The status, or the kind, that an event leads to. Of a restatement nobody hears; that a record is wrong, and what
somebody asks, is said by its person, and waits for staff."""
OF_ACCESS: dict[str, str] = {
    "failed": "access_failed",
    "asked": "access_unconfirmed",
    "booked": "access_unconfirmed",
    "confirmed": "access_confirmed",
    "not_needed": "",
}
"""What its person is told by how settled it is, once it was told that it is not confirmed; before that, only that it
failed. `test_access_told.py` walks them, and staff's side: what is not confirmed waits for them, and so does a "no"."""
AFTERWARDS = "was_it_there"
OF_AN_ARRANGEMENT = {
    *("AccessAsked", "AccessSessionMoved", "AccessArranged", "AccessUnconfirmed", "AccessNotNeeded"),
    *("AccessLookedBackAt", "AccessLookedAt", "ArrangementRestated"),
}
"""Whatever is said of one is told by its state alone."""
BY_THE_CLOCK = {"session_in_a_week", "session_tomorrow", "offer_ends", "answer_late", "talk_tomorrow"}
"""Told when a moment comes: `test_reminding.py`."""
NOT_OF_ROLES = {
    "message_written",  # test_conversations.py
    "answer_for_you",  # test_concerns.py
    *("application_approved", "application_declined", "application_more", "application_talk", "application_times"),
    "application_talk_off",  # test_calendar_mail.py
    "daily",
    *("asked_to_join", "asked_to_join_again", "claim_needs_details", "claim_paid", "claim_ready", "claim_returned"),
    *("confirm_address", "contact_changed", "credential_awarded", "details_changed", "helped", "look_again"),
    *("agree_again", "monthly_list", "match_made", "name_received", "new_coordinator", "round_up"),
    *("record_alone", "record_closed", "record_kept", "record_opened_again"),
    *("roles_fit", "still_wanted", "now_weekly"),  # test_fitting.py, test_still_wanted.py
}


def names(of: Any) -> set[str]:
    return {one.__name__ for one in facts_of(of) if not one.__name__.endswith(("Lost", "Erased"))}


def test_every_status_event_and_kind_has_a_row() -> None:
    assert set(BECOMES) == set(ENGAGEMENT_STATUSES)
    assert set(OF_A_ROLE) == names(Opportunity)
    assert set(OF_AN_ENGAGEMENT) == names(Engagement)
    told = {one.person for one in BECOMES.values()} | set(FROM.values()) | {"attendance_recorded"}
    told |= {"record_corrected", "question_answered", "offer_earlier"}
    told |= {"talk_proposed", "talk_agreed", "talk_cancelled"}  # test_talks_told.py, test_calendar_mail.py
    told |= {"role_changed"}  # test_changes_told.py
    told |= {"objection_answered", "draw_set_aside", "left_out_of_draw"}  # test_draws_told.py
    told |= {kind for each in OF_A_ROLE.values() for kind in each.values()} | BY_THE_CLOCK
    assert set(OF_ACCESS) == set(ARRANGEMENT_STATUSES) and names(Arrangement) == OF_AN_ARRANGEMENT
    told |= {*OF_ACCESS.values(), AFTERWARDS}
    assert told - {THEY_DID_IT} == set(kinds.KINDS) - NOT_OF_ROLES


def test_every_reason_has_words() -> None:
    assert tuple(roles.NOT_CHOSEN_BECAUSE) == NOT_CHOSEN_REASONS


def engagement(world: World, status: str, *, since: datetime, **changes: Any) -> Engagement:
    """As it is in a status, since the interest was shown at a moment."""
    at = since + timedelta(minutes=10)
    of: dict[str, dict[str, Any]] = {
        "offered": {"offer": Offer(offered_at=at, reply_by=NOW + timedelta(days=1), holds_place=True)},
        "accepted": {"accepted_at": at},
        "reserve": {"reserve": Reserve(since=at, said_yes=True)},
        "ended": {"ended_at": at, "told_at": at},
    }
    ends = {"ended_at": at} if status in ("declined", "withdrawn", "not_chosen", "lapsed", "called_off") else {}
    return world.engagement(status, interested_at=since, **(of.get(status, {}) | ends | changes))


async def told(world: World, person: Person) -> Counter[str]:
    return Counter(message.news.kind for message in await world.messages(person))


async def test_whatever_somebody_becomes_after_whatever_they_were_is_told_to_whom_it_must_be(
    notifications: Connected,
) -> None:
    world = await a_world(notifications)
    pairs = [(a, b) for a in ENGAGEMENT_STATUSES for b in ENGAGEMENT_STATUSES if a != b and a != "ended"]
    people = {pair: Person() for pair in pairs}
    ids = {pair: new_id() for pair in pairs}
    outcome = OutcomeRecorded(world.intake("We changed the letter."))
    await notifications.hears_and_settles(
        OpportunityPosted(world.opportunity), outcome, *(one.opened for one in people.values())
    )
    for number, since in enumerate((SHOWN, AGAIN)):
        now = {
            pair: engagement(world, pair[number], since=since, id=ids[pair], person_id=one.id, version=number + 1)
            for pair, one in people.items()
        }
        await notifications.hears_and_settles(*(EngagementRestated(one) for one in now.values()))
    assert await notifications.failing() == []
    for (before, after), person in people.items():
        expected = Counter([BECOMES[before].person, FROM.get((before, after), BECOMES[after].person)])
        expected.pop(THEY_DID_IT, None)
        assert await told(world, person) == expected, (before, after)


@pytest.mark.parametrize("status", BECOMES)
async def test_staff_have_it_on_their_list_or_read_it_in_the_mail_of_what_waits(
    notifications: Connected, status: str
) -> None:
    world = await a_world(notifications)
    said = engagement(world, status, since=AGAIN)
    await notifications.hears_and_settles(
        OpportunityPosted(world.opportunity), OutcomeRecorded(world.intake("Something.")), EngagementRestated(said)
    )
    async with notifications.transaction() as tx:
        since = await round_ups.answered(tx, world.trust.id, since=SHOWN)
        assert await round_ups.answered(tx, world.network.id, since=SHOWN) == type(since)(0, 0, 0, 0, 0, 0)
    lines = words.answered(since)
    assert lines == ((BECOMES[status].staff,) if BECOMES[status].staff else ())
    assert not (BECOMES[status].waits and BECOMES[status].staff), "what waits is listed as such"


async def test_a_place_that_is_given_back_is_news_for_staff(notifications: Connected) -> None:
    world = await a_world(notifications)
    back = engagement(world, "withdrawn", since=AGAIN, accepted_at=AGAIN)
    await notifications.hears_and_settles(OpportunityPosted(world.opportunity), EngagementRestated(back))
    async with notifications.transaction() as tx:
        found = words.answered(await round_ups.answered(tx, world.trust.id, since=SHOWN))
    assert found == ("1 person gave a place back",)


def role_after(event: str, of: Opportunity) -> Opportunity:
    """A role as it is after an event of its own."""
    [one] = of.sessions
    changes: dict[str, dict[str, Any]] = {
        "SessionsAdded": {"sessions": (one, Session(id=new_id(), starts_at=one.starts_at, hours=2, added_at=THEN))},
        "SessionChanged": {
            "sessions": (
                one.model_copy(
                    update={"changed": SessionChange(at=THEN, why="put_right", starts_before=one.starts_at)}
                ),
            )
        },
        "SessionsCancelled": {
            "sessions": (one.model_copy(update={"cancelled": SessionCancelled(at=THEN, why="not_safe")}),)
        },
        "OpportunityWithdrawn": {
            "sessions": (one.model_copy(update={"cancelled": SessionCancelled(at=THEN, why="called_off")}),),
            "withdrawn": Withdrawn(at=THEN, why="postponed"),
            "closed_at": THEN,
        },
        "OpportunityClosed": {"closed_at": THEN},
        "OpportunityReopened": {"changed": RoleChange(at=THEN, parts=("opened_again", "closing_day"))},
        "OpportunityChanged": {"places": 3, "changed": RoleChange(at=THEN, parts=("words",))},
    }
    return of.model_copy(update={"version": 2} | changes.get(event, {}))


@pytest.mark.parametrize("event", OF_A_ROLE)
async def test_whatever_becomes_of_a_role_is_told_to_whoever_is_in_it_and_to_nobody_else(
    notifications: Connected, event: str
) -> None:
    world = await a_world(notifications)
    people = {status: Person() for status in ENGAGEMENT_STATUSES}
    shown: list[AnyEvent] = [one.opened for one in people.values()]
    shown += [
        EngagementRestated(engagement(world, status, since=SHOWN - timedelta(days=40), person_id=one.id))
        for status, one in people.items()
        if status != "ended"
    ]
    await notifications.hears_and_settles(OpportunityPosted(world.opportunity), *shown)
    async with notifications.transaction() as tx:
        await tx.execute("delete from message")
    [fact] = [one for one in facts_of(Opportunity) if one.__name__ == event]
    await notifications.hears_and_settles(fact(role_after(event, world.opportunity)))  # pyright: ignore[reportArgumentType]
    assert await notifications.failing() == []
    for status, person in people.items():
        kind = OF_A_ROLE[event].get(status)
        assert await told(world, person) == Counter([kind] if kind else []), status


async def test_who_came_is_told_once_and_again_where_it_was_put_right(notifications: Connected) -> None:
    world = await a_world(notifications)
    [session] = world.opportunity.sessions
    one = Attendance(session_id=session.id, starts_at=session.starts_at, hours=3, attended=True, recorded_at=AGAIN)
    accepted = engagement(world, "accepted", since=SHOWN - timedelta(days=40), sessions=(one,))
    wrong = one.model_copy(update={"attended": False, "recorded_at": THEN})
    put_right = accepted.model_copy(update={"version": 3, "sessions": (wrong,)})
    again = accepted.model_copy(update={"version": 2})
    await notifications.hears_and_settles(OpportunityPosted(world.opportunity))
    for each in (accepted, again, put_right):
        await notifications.hears_and_settles(EngagementRestated(each))
    subjects = [message.news.subject for message in await world.messages()]
    assert [one.partition(":")[0] for one in subjects] == ["It is recorded that you did not come", "You came"]


async def test_a_record_that_is_put_right_says_what_changes_and_what_becomes_of_the_claim(
    notifications: Connected,
) -> None:
    world = await a_world(notifications)
    [session] = world.opportunity.sessions
    pay = Pay(rate_card_id=new_id(), unit="hour", amount_pence=2000, source="7.4", payer_id=world.trust.id)
    first = Attendance(session_id=session.id, starts_at=session.starts_at, hours=3, attended=True, recorded_at=SHOWN)
    was = RecordedBefore(attended=True, hours=3)
    shorter = first.model_copy(update={"hours": 1.5, "recorded_at": AGAIN, "before": was})
    same = shorter.model_copy(
        update={"recorded_at": THEN, "before": RecordedBefore(attended=True, hours=1.5, said_wrong_at=AGAIN)}
    )
    place = engagement(
        world,
        "accepted",
        since=SHOWN - timedelta(days=40),
        sessions=(first,),
        offer=Offer(offered_at=SHOWN - timedelta(days=40), pay=pay),
    )
    claim = world.claim("approved", engagement_id=place.id, session_id=session.id, amount_pence=6000)
    await notifications.hears_and_settles(OpportunityPosted(world.opportunity), ClaimRestated(claim))
    for version, each in enumerate((first, shorter, shorter, same), start=1):
        now = place.model_copy(update={"version": version, "sessions": (each,)})
        await notifications.hears_and_settles(EngagementRestated(now))
    assert await notifications.failing() == []
    newest, corrected, _ = await world.messages()
    assert corrected.news.kind == newest.news.kind == "record_corrected"
    assert (
        "now that you came, for 1.5 hours. Before, it was recorded that you came, for 3 hours." in corrected.news.body
    )
    assert "The claim of £60 that you sent" in corrected.news.body and "written anew" in corrected.news.body
    assert "You said that what was recorded" in newest.news.body and "It stays as it was" in newest.news.body
    assert newest.news.subject.startswith("Looked at again, and it stays")


async def test_an_answer_to_a_question_is_told_once_without_its_words_and_the_question_waits_for_staff(
    notifications: Connected,
) -> None:
    world = await a_world(notifications)
    asks = engagement(world, "offered", since=SHOWN - timedelta(days=40), question=Question(asked_at=THEN))
    links_to = Waiting(
        organisation_id=world.trust.id,
        role="coordinator",
        what="answer_question",
        about=asks.id,
        since=THEN,
        link=links.STAFF_QUESTION.format(ods="RX2", id=asks.id),
    )
    asked = asks.model_copy(update={"waiting": (links_to,)})
    answered = asks.model_copy(update={"version": 2, "question": Question(asked_at=THEN, answered_at=NOW)})
    cora = member(world.trust, "coordinator")
    await notifications.hears_and_settles(OpportunityPosted(world.opportunity), cora.opened, EngagementRestated(asked))
    async with notifications.browser(cora) as browser:
        home = (await browser.get("/home/for/RX2")).text
    assert "Answer what somebody asked about a role" in home and links_to.link in home
    for version in (2, 3):
        await notifications.hears_and_settles(EngagementRestated(answered.model_copy(update={"version": version})))
    assert await notifications.failing() == []
    kinds_told = [message.news.kind for message in await world.messages()]
    assert kinds_told.count("question_answered") == 1


def test_an_intake_says_nothing_that_a_person_hears_of_but_through_their_own_engagement() -> None:
    assert names(Intake) == {"IntakeOpened", "IntakeChanged", "IntakeClosed", "OutcomeRecorded", "IntakeRestated"}
