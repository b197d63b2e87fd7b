"""A person's home: what comes next, money that is due, where an application stands, and what of the news is read."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from schemas.engagements import Chat, ChatAgreed, Offer, OfferRanOut, PlaceAccepted, PlaceOffered
from schemas.event import Erased, Waiting
from schemas.identity import Desk, Organisation, OrganisationChanged
from schemas.matching import MatchMade, OpportunityPosted, Session, SessionCancelled
from schemas.payments import Claim, ClaimDrafted, ClaimSent
from schemas.recruitment import ApplicationApproved, ApplicationSent, LeaderApproved
from schemas.training import (
    Enrolment,
    EnrolmentBooked,
    EnrolmentErased,
    Programme,
    ProgrammeOffered,
    ProgrammeWithdrawn,
    TrainingSession,
)
from services.chassis.postgres.transaction import new_id
from tests.matching.world import leader
from tests.notifications.support import NOW, World, a_world
from tests.support import Connected, Person, form_key, member


def _in(days: float, hours: float = 2, **more: object) -> Session:
    return Session.model_validate({"id": new_id(), "starts_at": NOW + timedelta(days=days), "hours": hours, **more})


def _training(world: World, days: float) -> tuple[Programme, Enrolment]:
    session = TrainingSession(
        id=new_id(), starts_at=NOW + timedelta(days=days), hours=3, mode="remote", place="", places=9, places_taken=1
    )
    programme = Programme(
        id=new_id(), version=1, organisation_id=world.network.id, ods_code="QZZ", title="First steps", summary="Begin.",
        credential="first_steps", sessions=(session,),
    )  # fmt: skip
    return programme, Enrolment(
        id=new_id(), version=1, person_id=world.person.id, programme_id=programme.id, session_id=session.id,
        organisation_id=world.network.id, status="booked",
    )  # fmt: skip


def _with_desks(world: World) -> tuple[Organisation, UUID]:
    """The trust with two desks, and the second one, which a role names."""
    desk = Desk(id=new_id(), name="Pain team", phone="01632 960100", hours="Tuesday to Thursday, 9am to 4pm")
    first = Desk(id=new_id(), name="First desk", phone="01632 960101")
    return world.trust.model_copy(update={"version": 2, "desks": (first, desk)}), desk.id


def _claims(world: World, other: Person) -> list[Claim]:
    return [
        world.claim("sent", sent_at=NOW, waiting=(_by(world, "approver", "approve_claim"),)),
        world.claim("approved", sent_at=NOW),
        world.claim("paid", sent_at=NOW, paid_at=NOW),
        world.claim("needs_details", amount_pence=4000),
        world.claim("sent", sent_at=NOW, person_id=other.id),
    ]


async def test_a_persons_home_says_their_next_session_with_its_desk_and_what_they_are_owed(
    notifications: Connected,
) -> None:
    """The nearest of roles with a place and of training; not one that is over, cancelled or only offered."""
    world = await a_world(notifications)
    trust, desk = _with_desks(world)
    off = SessionCancelled(at=NOW, why="not_needed")
    sessions = (_in(-1), _in(1, cancelled=off), _in(3, place="Room 4, High Street, BN1 1AA", mode="in_person"), _in(9))
    role = world.opportunity.model_copy(update={"sessions": sessions, "desk_id": desk})
    programme, enrolment = _training(world, 2)
    others = Person("Ola")
    claims = _claims(world, others)
    mine = world.engagement("accepted", accepted_at=NOW)
    await notifications.hears_and_settles(
        others.opened, OrganisationChanged(trust), OpportunityPosted(role), PlaceAccepted(mine),
        ProgrammeOffered(programme), EnrolmentBooked(enrolment), LeaderApproved(leader(world.person)),
        *(ClaimSent(one) if one.status == "sent" else ClaimDrafted(one) for one in claims),
    )  # fmt: skip
    async with notifications.browser(world.person) as browser, notifications.api(world.person) as api:
        said = (await api.get("/mine/home")).json()
        assert (said["next_session"]["kind"], said["next_session"]["title"], said["next_session"]["more"]) == (
            "training",
            "First steps",
            2,
        )
        assert said["money"] == {"claims": 2, "pence": 15000, "by": _UNTIL, "no_details": 1, "no_details_pence": 4000}
        page = (await browser.get("/home")).text
        assert "in 2 days" in page
        assert "<strong>£150</strong> for 2 claims that you sent" in page
        assert "Your bank details are missing, so you cannot be paid £40 yet" in page
        assert page.index("Your next session") < page.index("What waits for you") < page.index("Money that is due")
        assert page.index("Money that is due") < page.index("Your pages") < page.index("What is new")
        await notifications.hears_and_settles(EnrolmentErased(Erased(id=enrolment.id, version=2)))
        page = (await browser.get("/home")).text
        assert "Room 4, High Street, BN1 1AA" in page
        assert "https://www.openstreetmap.org/search?query=Room%204%2C%20High%20Street%2C%20BN1%201AA" in page
        assert "Ring Pain team: 01632 960100, Tuesday to Thursday" in page
        assert f"/messages/mine/calendar/role/{mine.id}/{sessions[2].id}.ics" in page
        assert "1 more thing that you have booked after it" in page
        assert "Join on its page" not in page
        assert "You asked to join" not in page
    async with notifications.api(others) as api:
        said = (await api.get("/mine/home")).json()
        assert (said["next_session"], said["money"]["claims"]) == (None, 1)


async def test_what_comes_next_is_what_a_calendar_says_an_agreed_talk_too_and_nothing_that_was_called_off(
    notifications: Connected,
) -> None:
    world = await a_world(notifications)
    programme, enrolment = _training(world, 2)
    off = programme.model_copy(update={"version": 2, "withdrawn_at": NOW})
    chat = Chat(
        proposed_at=NOW, proposed_by=new_id(), times=(NOW + timedelta(days=1),), minutes=30, mode="phone",
        starts_at=NOW + timedelta(days=1), agreed_at=NOW,
    )  # fmt: skip
    mine = world.engagement("interested", chat=chat)
    await notifications.hears_and_settles(
        OpportunityPosted(world.opportunity), ProgrammeOffered(programme), EnrolmentBooked(enrolment),
        LeaderApproved(leader(world.person)),
    )  # fmt: skip
    async with notifications.browser(world.person) as browser, notifications.api(world.person) as api:
        assert (await api.get("/mine/home")).json()["next_session"]["kind"] == "training"
        await notifications.hears_and_settles(ProgrammeWithdrawn(off))
        assert (await api.get("/mine/home")).json()["next_session"] is None
        assert "First steps" not in (await browser.get("/home")).text.split("What is new")[0]
        await notifications.hears_and_settles(ChatAgreed(mine))
        said, page = (await api.get("/mine/home")).json()["next_session"], (await browser.get("/home")).text
        assert (said["kind"], said["link"]) == ("talk", f"/engagements/mine/{mine.id}/talk")
        assert "Your next talk" in page and "It lasts 30 minutes" in page
        file = await browser.get(said["calendar_file"])
        assert file.status_code == 200 and "BEGIN:VEVENT" in file.text


_UNTIL_AT = NOW + timedelta(days=21)
_UNTIL = _UNTIL_AT.isoformat().replace("+00:00", "Z")


def _by(world: World, role: str, what: str) -> Waiting:
    return Waiting(
        organisation_id=world.trust.id, role=role, what=what, about=new_id(), since=NOW, until=_UNTIL_AT, link="/x"
    )


async def test_before_somebody_has_joined_their_home_says_where_their_application_stands(
    notifications: Connected,
) -> None:
    world = await a_world(notifications)
    screener = member(world.network, "screener", called="Nia")
    application = world.application(
        "sent", sent_at=NOW - timedelta(days=3), held_by=screener.id, answer_by=NOW + timedelta(days=10)
    )
    await notifications.hears_and_settles(screener.opened, ApplicationSent(application))
    async with notifications.browser(world.person) as browser, notifications.api(world.person) as api:
        page = (await browser.get("/home")).text
        for words in ("Sent. We are reading it", "Nia from the welcome team", "3 days", application.reference):
            assert words in page
        assert "Nothing waits for you: it is our turn" in page
        assert "/join/mine" in page
        said = (await api.get("/mine/home")).json()["joining"]
        assert (said["stage"], said["holder"], said["days"]) == ("sent", "Nia", 3)
        asked = application.model_copy(update={"version": 2, "more_asked_at": NOW, "offers_times": True})
        await notifications.hears_and_settles(ApplicationSent(asked))
        assert "You choose a time for a talk." in (await browser.get("/home")).text
        joined = application.model_copy(update={"version": 3, "stage": "approved", "decided_at": NOW})
        await notifications.hears_and_settles(ApplicationApproved(joined), LeaderApproved(leader(world.person)))
        assert "You asked to join</h2>" not in (await browser.get("/home")).text


def _offered(world: World) -> dict[str, object]:
    offer = Offer(offered_at=NOW, pay=None, reply_by=NOW + timedelta(days=5))
    of = new_id()
    waits = Waiting(person_id=world.person.id, what="answer_offer", about=of, since=NOW, link="/x")
    return {"id": of, "offer": offer, "waiting": (waits,)}


async def test_news_of_one_role_is_one_card_and_what_has_run_out_names_no_day_to_answer_by(
    notifications: Connected,
) -> None:
    """Opening it marks it, and what came before, as read; a HEAD and the API mark nothing."""
    world = await a_world(notifications)
    offered = world.engagement("offered", **_offered(world))
    await notifications.hears_and_settles(
        LeaderApproved(leader(world.person)), OpportunityPosted(world.opportunity), MatchMade(world.match())
    )
    await notifications.hears_and_settles(PlaceOffered(offered))
    async with notifications.browser(world.person) as browser, notifications.api(world.person) as api:
        page = (await browser.get("/home")).text
        assert page.count("nhsuk-card__link") == 1
        assert "1 earlier" in page
        assert "answer by" in page
        [card] = (await api.get("/mine/home")).json()["messages"]
        assert (card["kind"], card["earlier"], card["unread"], card["over"]) == ("offer_made", 1, True, False)
        at = f"/messages/mine/{card['id']}"
        await browser.head(at)
        await api.get(f"/mine/messages/{card['id']}")
        assert (await api.get("/mine/home")).json()["messages"][0]["unread"] is True
        shown = (await browser.get(at)).text
        assert "Earlier about this" in shown
        assert "An opportunity fits you" in shown
        assert (await api.get("/mine/home")).json()["messages"][0]["unread"] is False
        gone = offered.model_copy(update={"version": 2, "status": "lapsed", "ended_at": NOW, "waiting": ()})
        await notifications.hears_and_settles(OfferRanOut(gone))
        [card] = (await api.get("/mine/home")).json()["messages"]
        assert (card["kind"], card["earlier"], card["unread"]) == ("offer_ran_out", 2, True)
        page, shown = (await browser.get("/home")).text, (await browser.get(at)).text
        assert "answer by" not in page
        assert "<h1" in shown
        assert "answer by" not in shown.split("What we wrote then")[0]
        assert "There is newer news about this" in shown
        assert "This is over" in shown


async def test_all_news_is_marked_as_read_up_to_when_the_page_was_made_and_for_nobody_else(
    notifications: Connected,
) -> None:
    world = await a_world(notifications)
    ola = Person("Ola")
    matches = [world.match(), world.match(ola)]
    await notifications.hears_and_settles(ola.opened, OpportunityPosted(world.opportunity), *map(MatchMade, matches))
    async with notifications.browser(world.person) as browser, notifications.api(world.person) as api:
        page = (await browser.get("/home")).text
        assert "Not read yet" in page
        until = page.split('name="until" value="')[1].split('"')[0]
        await notifications.hears_and_settles(PlaceOffered(world.engagement("offered", opportunity_id=new_id())))
        key = form_key(page)
        answer = await browser.post("/messages/mine/read", data={"form_key": key, "until": until})
        assert answer.status_code == 303, answer.text
        assert "All of it is marked as read" in (await browser.get(answer.headers["location"])).text
        news = (await api.get("/mine/home")).json()["messages"]
        assert {one["kind"]: one["unread"] for one in news} == {"match_made": False}
        for wrong in ({}, {"until": "yesterday"}, {"until": "2026-01-01T00:00:00"}):
            assert (await api.post("/mine/messages/read", json=wrong)).status_code == 422
        later = {"until": datetime.now(UTC).isoformat()}
        assert (await api.post("/mine/messages/read", json=later)).json() == {"read": 0}
    async with notifications.api(ola) as api:
        assert (await api.get("/mine/home")).json()["messages"][0]["unread"] is True
    async with notifications.transaction(ola.acting()) as tx:
        assert await tx.fetchval("select count(*) from message_read") == 0
