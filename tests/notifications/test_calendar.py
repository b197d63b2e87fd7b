"""What somebody has booked, as a calendar program shows it: two of them read each file here, and have to agree."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from schemas.engagements import Chat, ChatEnd, Engagement
from schemas.identity import Desk, Organisation
from schemas.matching import Opportunity, Session
from schemas.training import Enrolment, Programme, TrainingSession
from services.chassis.postgres.transaction import new_id
from services.notifications.domain import booking as domain
from services.notifications.domain.booking import Booking, Known, Trains
from services.notifications.domain.kinds import LONDON
from services.notifications.icalendar_of import By, write
from tests.notifications.calendars import Event, read
from tests.notifications.roles import cancelled, moved
from tests.notifications.support import an_opportunity
from tests.support import organisation

PERSON = new_id()
SPRING = datetime(2026, 3, 1, 12, tzinfo=UTC)
BY = By("Example Network", "https://network.example")


def at(day: int, month: int, hour: int, minute: int = 0, *, fold: int = 0) -> datetime:
    """As clocks in London show it in 2026."""
    return datetime(2026, month, day, hour, minute, tzinfo=LONDON, fold=fold)


def session(starts_at: datetime, hours: float = 2, **changes: Any) -> Session:
    return Session.model_validate({"id": new_id(), "starts_at": starts_at, "hours": hours, **changes})


@dataclass(frozen=True)
class Place:
    """Somebody's place in a role, as its neighbours say it, version after version."""

    trust: Organisation
    role: Opportunity
    engagement: Engagement

    def has(self, *sessions: Session, **changes: Any) -> "Place":
        changes = {"sessions": sessions, "version": self.role.version + 1, **changes}
        return replace(self, role=self.role.model_copy(update=changes))

    def becomes(self, **changes: Any) -> "Place":
        return replace(
            self, engagement=self.engagement.model_copy(update={"version": self.engagement.version + 1, **changes})
        )

    def restated(self) -> "Place":
        return self.has(*self.role.sessions).becomes()

    @property
    def known(self) -> Known:
        return Known(self.engagement, self.role, self.trust, SPRING)

    def events(self, today: date | None = None) -> list[Event]:
        today = today or SPRING.date()
        found = domain.shown([*domain.of_role(self.known), *domain.of_talk(self.known)], today)
        return read(write(found, by=BY, today=today))


def a_place(*sessions: Session, **changes: Any) -> Place:
    desk = Desk(id=new_id(), name="Involvement team", phone="01632 960001", hours="9am to 5pm")
    trust = organisation().model_copy(update={"desks": (desk,)})
    role = an_opportunity(trust).model_copy(update={"sessions": sessions, "posted_at": SPRING, **changes})
    engagement = Engagement(
        id=new_id(),
        version=3,
        opportunity_id=role.id,
        organisation_id=trust.id,
        ods_code=trust.ods_code,
        person_id=PERSON,
        status="accepted",
        interested_at=SPRING - timedelta(days=3),
        accepted_at=SPRING - timedelta(days=1),
    )
    return Place(trust, role, engagement)


def of(events: list[Event], one: Session) -> Event:
    return next(event for event in events if event.uid == str(domain.uid_of(one.id, PERSON)))


OVER_A_CHANGE = {
    "into summer time, by night": (at(28, 3, 22), 5, "TZID=Europe/London:20260328T220000"),
    "from half an hour before it": (at(29, 3, 0, 30), 1, "TZID=Europe/London:20260329T003000"),
    "the morning after it": (at(30, 3, 10), 2, "TZID=Europe/London:20260330T100000"),
    "out of summer time, by night": (at(24, 10, 23), 4, "TZID=Europe/London:20261024T230000"),
    "ends in the hour that comes twice": (at(25, 10, 0, 30), 1.5, "TZID=Europe/London:20261025T003000"),
    "begins when it comes first": (at(25, 10, 1, 30), 1, ":20261025T003000Z"),
    "begins when it comes again": (at(25, 10, 1, 30, fold=1), 1, ":20261025T013000Z"),
    "the morning after that": (at(26, 10, 10), 2, "TZID=Europe/London:20261026T100000"),
}


def test_sessions_about_a_clock_change_are_shown_when_they_are_wherever_their_person_is() -> None:
    place = a_place(*(session(starts_at, hours) for starts_at, hours, _ in OVER_A_CHANGE.values()))
    events = place.events()
    for one, (name, (starts_at, hours, local)) in zip(place.role.sessions, OVER_A_CHANGE.items(), strict=True):
        event = of(events, one)
        assert event.starts_at == starts_at.astimezone(UTC), name
        assert event.ends_at == starts_at.astimezone(UTC) + timedelta(hours=hours), f"{name}: real hours"
        content = write(domain.of_role(place.known, [one.id]), by=BY, today=SPRING.date()).decode()
        assert f"DTSTART;{local}" in content or f"DTSTART{local}" in content, name


def test_what_is_moved_over_a_clock_change_cancelled_and_added_follows_under_the_same_name_with_a_higher_number() -> (
    None
):
    one, two, three = session(at(27, 3, 10)), session(at(28, 3, 10)), session(at(2, 4, 10))
    first = a_place(one, two).events()
    change = {"at": SPRING + timedelta(days=1)}
    place = a_place(one, two)
    now = place.has(moved(one, at(30, 3, 10), **change), cancelled(two, **change), three).events()
    assert [event.uid for event in now if not event.is_off][:1] == [of(first, one).uid]
    assert of(now, one).starts_at == datetime(2026, 3, 30, 9, tzinfo=UTC), "ten o'clock there, an hour earlier in UTC"
    assert of(first, one).starts_at == datetime(2026, 3, 27, 10, tzinfo=UTC)
    assert of(now, two).is_off and of(now, two).summary.startswith("Cancelled: ")
    assert "This does not take place." in of(now, two).description
    assert not of(now, three).is_off
    assert of(now, one).sequence > of(first, one).sequence and of(now, two).sequence > of(first, two).sequence


def test_the_number_of_an_event_only_ever_rises_whatever_is_changed_restated_given_back_and_taken_again() -> None:
    one = session(at(27, 3, 10), place="The old hall", mode="in_person")
    states = [place := a_place(one)]
    states.append(place := place.has(one := one.model_copy(update={"hours": 3.0})))
    states.append(place := place.has(one := one.model_copy(update={"place": "The new hall"})))
    states.append(place := place.has(one := one.model_copy(update={"mode": "hybrid"})))
    states.append(place := place.restated())
    states.append(place := place.becomes(status="withdrawn", ended_at=SPRING + timedelta(days=2)))
    states.append(place := place.restated())
    states.append(place := place.becomes(status="accepted", ended_at=None, accepted_at=SPRING + timedelta(days=3)))
    states.append(place := place.has(cancelled(one, at=SPRING + timedelta(days=4))))
    each = [event for state in states for event in state.events()]
    numbers = [event.sequence for event in each]
    marks = [(event.starts_at, event.ends_at, event.location, event.status) for event in each]
    assert numbers == sorted(set(numbers)), "it rises with each"
    assert len({event.uid for event in each}) == 1 and len(each) == len(states)
    assert [status for *_, status in marks] == [*["CONFIRMED"] * 5, "CANCELLED", "CANCELLED", "CONFIRMED", "CANCELLED"]
    assert marks[1][1] - marks[1][0] == timedelta(hours=3) and marks[2][2] == "The new hall"
    assert marks[3][2] == "The new hall, or online: how to join is on your page"


def test_what_was_given_back_stays_for_a_while_as_cancelled_and_only_what_was_ever_theirs_is_in_it() -> None:
    held, before, later = session(at(5, 3, 10)), session(SPRING - timedelta(days=9)), session(at(9, 4, 10))
    gone = cancelled(session(at(20, 3, 10)), at=SPRING - timedelta(days=2))
    place = a_place(before, held, gone, later)
    assert [event.uid for event in place.events()] == [str(domain.uid_of(one.id, PERSON)) for one in (held, later)]
    back = place.becomes(status="withdrawn", ended_at=at(10, 3, 12))
    assert of(back.events(), later).is_off and not of(back.events(), held).is_off, "they were there"
    [left] = back.events(date(2026, 4, 9))
    assert left.is_off and left.description.startswith("You gave this place back, so you are not expected.")
    assert not back.events(date(2026, 4, 10)), "30 days after it was given back, and after it was held"
    off = place.becomes(status="called_off", ended_at=at(10, 3, 12)).events(date(2026, 3, 11))
    assert [event.is_off for event in off] == [False, True] and "was called off" in off[1].description
    for status in ("interested", "offered", "reserve", "declined", "lapsed", "not_chosen"):
        assert not place.becomes(status=status, accepted_at=None).events(), "an offer is no booking"


def test_talks_and_training_are_in_it_and_a_talk_that_does_not_take_place_is_off() -> None:
    chat = Chat(
        proposed_at=SPRING,
        proposed_by=new_id(),
        times=(at(30, 3, 9), at(31, 3, 9)),
        minutes=45,
        mode="video",
        agreed_at=SPRING,
    )
    place = a_place().becomes(status="interested", accepted_at=None, chat=chat)
    assert not place.events(), "no time is agreed"
    agreed = place.becomes(chat=chat.model_copy(update={"starts_at": at(30, 3, 9)}))
    [event] = agreed.events()
    assert event.starts_at == datetime(2026, 3, 30, 8, tzinfo=UTC) and event.ends_at - event.starts_at == timedelta(
        minutes=45
    )
    assert event.location == "By video: the link is on your page" and event.url.endswith("/talk")
    end = ChatEnd(at=SPRING, why="by_organisation", was_to_start_at=at(30, 3, 9))
    [off] = agreed.becomes(chat=chat.model_copy(update={"ended": end})).events()
    assert off.is_off and off.uid == event.uid and off.sequence > event.sequence
    trust, one = organisation(), new_id()
    programme = Programme(
        id=new_id(),
        version=4,
        organisation_id=trust.id,
        ods_code=trust.ods_code,
        title="Finding your voice",
        summary="To speak in meetings.",
        credential="voice",
        sessions=(
            TrainingSession(
                id=one, starts_at=at(29, 3, 14), hours=1.5, mode="in_person", place="Room 2", places=9, places_taken=1
            ),
        ),
    )
    enrolment = Enrolment(
        id=new_id(),
        version=1,
        person_id=PERSON,
        programme_id=programme.id,
        session_id=one,
        organisation_id=trust.id,
        status="booked",
    )
    [trains] = read(write(domain.of_training(Trains(enrolment, programme, trust, SPRING)), by=BY, today=SPRING.date()))
    assert trains.starts_at == datetime(2026, 3, 29, 13, tzinfo=UTC) and trains.location == "Room 2"
    assert trains.summary == f"{trust.name}: Finding your voice"


HOSTILE = (
    "Two\r\nEND:VEVENT\r\nATTENDEE:mailto:eve@evil.example",
    "Ends here\nX-EVIL:1",
    "\u202enwod edispu\u2066 and \u200fback",
    "😀" * 30,
    "ö" * 119,
    'A; B, C\\n "D": E',
    "\u2028line\u2029paragraph\x07bell\x00nul",
)


@pytest.mark.parametrize("title", HOSTILE)
def test_whatever_a_title_or_place_holds_it_is_one_line_of_one_event(title: str) -> None:
    place = a_place(session(at(27, 3, 10), place=title, mode="in_person")).has(
        session(at(28, 3, 10), place=title, mode="in_person"), title=title
    )
    place = replace(place, trust=place.trust.model_copy(update={"name": title}))
    content = write(domain.of_role(place.known), by=By(title, BY.base_url), today=SPRING.date())
    [event] = read(content)
    assert content.count(b"BEGIN:VEVENT") == 1 and b"\r\nATTENDEE" not in content and b"\r\nX-EVIL" not in content
    for shown in (event.summary, event.location):
        assert "\n" not in shown and not any(sign in shown for sign in "\r\0\x07\u202e\u2066\u2028")
    assert "😀" not in title or event.location == title


def test_a_calendar_that_is_too_long_says_how_many_are_left_out_and_holds_nothing_but_what_leads_to_the_page() -> None:
    many = [session(at(2, 3, 10) + timedelta(days=one)) for one in range(150)]
    each: list[Booking] = [one for _ in range(3) for one in domain.of_role(a_place(*many).known)]
    content = write(each, by=BY, today=SPRING.date())
    assert len(read(content)) == domain.MOST and b"DESCRIPTION:50 later ones are not in here yet" in content
    place = a_place(session(at(27, 3, 10), place="Room 1"), place="Town Hall", mode="in_person")
    [event] = place.events()
    assert (
        event.url
        == f"https://network.example/engagements/mine/{place.engagement.id}/sessions/{place.role.sessions[0].id}"
    )
    assert event.description == (
        f"How to join, and what to know on the day: {event.url}\n"
        f"Questions? Ring Involvement team at {place.trust.name}: 01632 960001 (9am to 5pm)"
    )
    assert str(PERSON) not in content.decode(), "whose it is stands nowhere in it"
