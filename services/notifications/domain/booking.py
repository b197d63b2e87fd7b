"""What somebody has booked, for their calendar: sessions of roles in which they have a place, talks with a time that is
agreed (with an organisation, or with the welcome team), sessions of training. By the newest states alone.

An offer is none: it is not answered, and sixty sessions would fill a calendar with what may never be.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from uuid import UUID, uuid5

from schemas import links
from schemas.engagements import Engagement
from schemas.identity import Organisation
from schemas.matching import Opportunity, Session
from schemas.recruitment import Application
from schemas.training import Enrolment, Programme
from services.notifications.domain.kinds import LONDON

SHOWN_AFTER = timedelta(days=30)
"""What was held, or does not take place, stays in a calendar so long: a client that was off for weeks hears of it."""
WELCOME_LASTS = timedelta(minutes=30)
"""So long a talk with the welcome team stands in a calendar, which wants an end; nobody says how long it is."""
MOST = 400
"""So many stand in a calendar, the earliest first; of more it says so, and they come by themselves as days go by."""
ENDED = ("approved", "declined", "withdrawn")
"""Stages of an application at which nobody talks with its person any more."""
Off = Literal["", "cancelled", "given_back", "called_off"]


@dataclass(frozen=True)
class Known:
    """A neighbour's state, and when it came to be so."""

    engagement: Engagement
    opportunity: Opportunity
    organisation: Organisation
    since: datetime


@dataclass(frozen=True)
class Trains:
    """A place in a session of training, with its programme."""

    enrolment: Enrolment
    programme: Programme
    organisation: Organisation
    since: datetime


@dataclass(frozen=True)
class Joins:
    """An application of which a time for a talk is known, and who talks: the network."""

    application: Application
    organisation: Organisation
    since: datetime


Booked = Known | Trains | Joins


@dataclass(frozen=True)
class Booking:
    """One event of a calendar. `uid` and `sequence`: as RFC 5545 wants them, the same for a file and an address.

    `sequence` is made of versions, which only ever rise, and do with each change of what it is made of: when a session
    starts, how long it is, where, whether it takes place, whether its person has the place. That it rises with other
    changes too, and when a state is restated, harms nobody. `off`: why it does not take place for them; empty: it does.
    `since`: when that came to be so.
    """

    uid: UUID
    sequence: int
    since: datetime
    starts_at: datetime
    ends_at: datetime
    title: str
    organisation: Organisation
    desk_id: UUID | None
    mode: str
    place: str
    of: Literal["session", "talk", "training", "welcome"]
    link: str
    file: str
    """Where it is a file for a calendar, by itself."""
    off: Off = ""
    off_since: datetime | None = None


def of_each(booked: Iterable[Booked]) -> list[Booking]:
    """All that somebody has booked, what does not take place too."""
    return [one for each in booked for one in _of(each)]


def _of(booked: Booked) -> list[Booking]:
    if isinstance(booked, Joins):
        return of_welcome(booked)
    return of_training(booked) if isinstance(booked, Trains) else [*of_role(booked), *of_talk(booked)]


def uid_of(what: UUID, person_id: UUID) -> UUID:
    """Of one session, or one role's talk, and one person: it names neither."""
    return uuid5(what, str(person_id))


def of_role(known: Known, only: Iterable[UUID] | None = None) -> list[Booking]:
    """The sessions of somebody's place; perhaps only some. Of one that ended, those that were to come are off."""
    e, o = known.engagement, known.opportunity
    wanted = None if only is None else frozenset(only)
    sessions = sorted(o.sessions, key=lambda one: (one.starts_at, one.id))
    return [_session(known, one) for one in sessions if (wanted is None or one.id in wanted) and _was_theirs(e, one)]


def _was_theirs(e: Engagement, session: Session) -> bool:
    """It was to come when they took the place."""
    if e.accepted_at is None or session.ends_at <= e.accepted_at:
        return False
    return session.cancelled is None or session.cancelled.at > e.accepted_at


def _session(known: Known, session: Session) -> Booking:
    e, o = known.engagement, known.opportunity
    off, off_since = _off(e, session)
    return Booking(
        uid=uid_of(session.id, e.person_id),
        sequence=o.version + e.version,
        since=known.since,
        starts_at=session.starts_at,
        ends_at=_after(session.starts_at, timedelta(hours=session.hours)),
        title=o.title,
        organisation=known.organisation,
        desk_id=o.desk_id,
        mode=session.mode or o.mode,
        place=session.place or o.place,
        of="session",
        link=links.MY_SESSION.format(id=e.id, session_id=session.id),
        file=links.MY_BOOKING.format(kind="role", id=e.id, session_id=session.id),
        off=off,
        off_since=off_since,
    )


def _off(e: Engagement, session: Session) -> tuple[Off, datetime | None]:
    if e.status in ("withdrawn", "called_off") and e.ended_at is not None and session.starts_at > e.ended_at:
        return ("given_back" if e.status == "withdrawn" else "called_off"), e.ended_at
    if session.cancelled is not None:
        return "cancelled", session.cancelled.at
    return "", None


def of_talk(known: Known) -> list[Booking]:
    """The talk before anybody is chosen, once a time is agreed; off, where it had a time."""
    e, o, chat = known.engagement, known.opportunity, known.engagement.chat
    if chat is None:
        return []
    starts_at = chat.ended.was_to_start_at if chat.ended else chat.starts_at
    if starts_at is None:
        return []
    return [
        Booking(
            uid=uid_of(e.id, e.person_id),
            sequence=e.version,
            since=known.since,
            starts_at=starts_at,
            ends_at=_after(starts_at, timedelta(minutes=chat.minutes)),
            title=f"a talk about {o.title}",
            organisation=known.organisation,
            desk_id=o.desk_id,
            mode=chat.mode,
            place="",
            of="talk",
            link=links.MY_TALK.format(id=e.id),
            file=links.MY_BOOKINGS.format(kind="talk", id=e.id),
            off="cancelled" if chat.ended else "",
            off_since=chat.ended.at if chat.ended else None,
        )
    ]


def of_welcome(joins: Joins) -> list[Booking]:
    """The talk with the welcome team; off where they are to choose another time, or the application ended before it."""
    a = joins.application
    if a.talk_at is None:
        return []
    ended_at = (a.decided_at or a.moved_at) if a.stage in ENDED else a.more_asked_at if a.offers_times else None
    off_since = ended_at if ended_at is not None and ended_at < a.talk_at else None
    return [
        Booking(
            uid=uid_of(a.id, a.person_id),
            sequence=a.version,
            since=joins.since,
            starts_at=a.talk_at,
            ends_at=_after(a.talk_at, WELCOME_LASTS),
            title="a talk about joining",
            organisation=joins.organisation,
            desk_id=None,
            mode=a.talk_how or "",
            place="",
            of="welcome",
            link=links.MY_APPLICATION,
            file=links.MY_BOOKINGS.format(kind="welcome", id=a.id),
            off="cancelled" if off_since else "",
            off_since=off_since,
        )
    ]


def of_training(trains: Trains) -> list[Booking]:
    """The session in which somebody has a place. One that is given back is erased, and nothing is kept of it."""
    p, e = trains.programme, trains.enrolment
    session = next((one for one in p.sessions if one.id == e.session_id), None)
    if session is None:
        return []
    gone = p.withdrawn_at is not None and session.starts_at > p.withdrawn_at
    return [
        Booking(
            uid=uid_of(session.id, e.person_id),
            sequence=p.version,
            since=trains.since,
            starts_at=session.starts_at,
            ends_at=_after(session.starts_at, timedelta(hours=session.hours)),
            title=p.title,
            organisation=trains.organisation,
            desk_id=None,
            mode=session.mode,
            place=session.place,
            of="training",
            link=links.MY_TRAINING,
            file=links.MY_BOOKING.format(kind="training", id=e.id, session_id=session.id),
            off="cancelled" if gone else "",
            off_since=p.withdrawn_at if gone else None,
        )
    ]


def _after(starts_at: datetime, lasting: timedelta) -> datetime:
    """So many real hours later, over a clock change too."""
    return starts_at.astimezone(UTC) + lasting


def shown_since(today: date) -> datetime:
    return datetime.combine(today, time(), LONDON) - SHOWN_AFTER


def shown(bookings: Iterable[Booking], today: date) -> list[Booking]:
    """What stands in a calendar on a day in London, the earliest first: it changes with the states and with that day
    alone, so that whoever asks again can be told that nothing is new."""
    since = shown_since(today)
    found = (one for one in bookings if one.ends_at >= since and (one.off_since is None or one.off_since >= since))
    return sorted(found, key=lambda one: (one.starts_at, one.uid))


def to_come(bookings: Sequence[Booking], now: datetime) -> list[Booking]:
    """Those that take place and are not over."""
    found = (one for one in bookings if not one.off and one.ends_at > now)
    return sorted(found, key=lambda one: (one.starts_at, one.uid))
