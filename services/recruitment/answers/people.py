"""What the JSON API answers about looking after people."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from schemas.event import Waiting
from schemas.recruitment import Leader
from services.chassis.http.lists import OnePage
from services.recruitment.domain.coordinator import LeaderChoices
from services.recruitment.domain.leader import PauseChoices


class Paused(BaseModel):
    """Whether somebody has a break, up to and with which day, and what they may do about it."""

    paused: bool
    until: date | None
    choices: PauseChoices


class WhoToAsk(BaseModel):
    """Who looks after somebody, by the names that they asked to be called by; null: nobody."""

    coordinator: str | None
    cover: str | None
    cover_until: date | None


class MayAct(BaseModel):
    """What a person said of an organisation: yes, no, or nothing (null). `entered_by`: who wrote it down for them."""

    organisation_id: UUID
    ods_code: str
    name: str
    may_act: bool | None
    said_at: datetime | None
    entered_by: str


class Helpers(BaseModel):
    asks: WhoToAsk | None
    organisations: list[MayAct]


class WrittenNote(BaseModel):
    """What was written about somebody. `written_by`: what whoever wrote it is called."""

    id: UUID
    kind: str
    on: date
    way: str | None
    outcome: str | None
    words: str
    written_by: str
    written_at: datetime


class Notes(OnePage):
    notes: list[WrittenNote]


class LookedAfter(BaseModel):
    """Somebody in a list of one coordinator's people. `quiet_since`: of the last contact, or of joining without one."""

    leader: Leader
    last_contact_on: date | None
    quiet_since: date
    is_late: bool
    is_paused: bool
    signs_in: bool
    review_due: bool
    waiting: list[Waiting]


class MyPeople(OnePage):
    people: list[LookedAfter]


class AboutPerson(LookedAfter):
    """One of them, with who looks after them and what whoever asks may do."""

    asks: WhoToAsk
    choices: LeaderChoices


class CoverNow(BaseModel):
    """Who covers for somebody, up to and with which day."""

    coordinator_id: UUID
    cover_id: UUID
    until: date
