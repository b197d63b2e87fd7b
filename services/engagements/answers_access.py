"""What the JSON API of engagements answers of what people need, and of how far it is."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.chassis.http.lists import OnePage
from services.engagements.domain import arranging
from services.engagements.domain.arrangement import Arranged as Arrangement
from services.engagements.domain.looking_back import WasThere
from services.engagements.queries_access import AtSession, OfPlace
from services.engagements.queries_access import MyAccessAtSession as MineHere
from services.engagements.store.access import OfPerson


class Booking(BaseModel):
    """One need at one session. `before`: what it was for the time at which the session was to begin before it moved."""

    need: str
    state: str
    with_whom: str
    why_failed: str
    who_pays: str
    who_pays_words: str
    owner: UUID | None
    before: str
    before_at: datetime | None
    changed_by: UUID | None
    changed_at: datetime | None


class AccessAtSession(BaseModel):
    """All that one person needs at one session. `status`: that of the least settled, see ARRANGEMENT_STATUSES."""

    session_id: UUID
    starts_at: datetime
    status: str
    unconfirmed_since: datetime | None
    bookings: list[Booking]


class AccessOfPerson(AccessAtSession):
    """The same with whose it is, and what they said of it afterwards."""

    engagement_id: UUID
    person_id: UUID
    called: str
    reference: str
    answers: list[WasThere]
    look_since: datetime | None
    looked_at: datetime | None


class AccessOfSession(OnePage):
    """One page of those who need something at a session, least settled first."""

    people: list[AccessOfPerson]


class NeedsOfPlace(BaseModel):
    """What somebody with a place needs, as codes, and how far it is at each session."""

    id: UUID
    person_id: UUID
    asked_for: tuple[str, ...]
    sessions: list[AccessAtSession]


class AtEach(BaseModel):
    """One need at each session to come."""

    need: str
    bookings: list[Booking]


class Arranged(BaseModel):
    """At how many sessions to come it was said."""

    id: UUID
    sessions: int


class MyAccess(BaseModel):
    sessions: list[AccessAtSession]


class MyAccessAtSession(AccessAtSession):
    """With what the person said of it, and whether they may say so now (or why not)."""

    asked_at: datetime | None
    answered_at: datetime | None
    answers: list[WasThere]
    may_answer: bool | str


def booking(of: arranging.Booking) -> Booking:
    return Booking(**vars(of))


def at_session(of: AtSession) -> AccessAtSession:
    return AccessAtSession(**_at(of.arranged))


def _at(of: Arrangement) -> dict[str, Any]:
    values = of.state.model_dump(include={"session_id", "starts_at", "status", "unconfirmed_since"})
    return values | {"bookings": [booking(one) for one in of.bookings]}


def of_person(of: OfPerson) -> AccessOfPerson:
    more = of.arranged.state.model_dump(include={"engagement_id", "person_id", "look_since", "looked_at"})
    return AccessOfPerson(**_at(of.arranged), **more, called=of.called, reference=of.reference, answers=[*of.answers])


def needs_of_place(of: OfPlace) -> NeedsOfPlace:
    return NeedsOfPlace(
        id=of.engagement.id,
        person_id=of.engagement.person_id,
        asked_for=of.codes,
        sessions=[at_session(one) for one in of.sessions],
    )


def at_each(of: OfPlace, need: str) -> AtEach:
    return AtEach(need=need, bookings=[booking(one) for one in of.bookings(need)])


def my_access_at_session(of: MineHere) -> MyAccessAtSession:
    state = of.at.arranged.state
    return MyAccessAtSession(
        **_at(of.at.arranged),
        asked_at=state.asked_at,
        answered_at=state.answered_at,
        answers=[*of.answers],
        may_answer=of.may_answer.why_not or True,
    )
