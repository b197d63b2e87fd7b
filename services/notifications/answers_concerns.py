"""What the API answers about concerns, complaints about data, and calls around a session of somebody's own story."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.chassis.http.lists import OnePage
from services.notifications import words_concerns as words
from services.notifications.domain.complaint import Complaint
from services.notifications.domain.concern import Concern
from services.notifications.domain.outside import Outside
from services.notifications.domain.story import StoryCall
from services.notifications.queries_concerns import CallAsked, Theirs


class AnswerSaid(BaseModel):
    """What staff wrote to the person. `closes`: it is the last answer."""

    words: str
    at: datetime
    ods_code: str
    closes: bool


class MyConcern(BaseModel):
    """What somebody told an organisation (`ods_code`). `stands`: sent, read, answered or closed. `offered_ods`: the
    organisation of which the person is asked whether it may have it; `kept_at`: they said no."""

    id: UUID
    reference: str
    kind: str
    about: str
    thing: str | None
    thing_id: UUID | None
    ods_code: str
    words: str
    anonymous: bool
    sent_at: datetime
    answer_by: datetime
    read_at: datetime | None
    stands: str
    answers: list[AnswerSaid]
    closed_at: datetime | None
    offered_ods: str | None
    offered_at: datetime | None
    kept_at: datetime | None


class MyConcerns(OnePage):
    concerns: list[MyConcern]


class TheirConcern(MyConcern):
    """The same to staff. `called`: "" of whoever does not want their name told, or was forgotten."""

    called: str
    person_id: UUID | None


class TheirConcerns(OnePage):
    concerns: list[TheirConcern]


class StepSaid(BaseModel):
    words: str
    at: datetime


class ComplaintSaid(BaseModel):
    """A complaint about data. `acknowledge_by`: the end of the thirtieth day."""

    id: UUID
    reference: str
    came_by: str
    words: str
    received_at: datetime
    acknowledge_by: datetime
    acknowledged_at: datetime | None
    progress: list[StepSaid]
    outcome: str
    settled_at: datetime | None


class ComplaintReceived(BaseModel):
    """A complaint about data of whoever has no account: its reference, and by when they are told that we have it."""

    reference: str
    received_at: datetime
    acknowledge_by: datetime


class ComplaintsSaid(OnePage):
    complaints: list[ComplaintSaid]


class TheirComplaint(ComplaintSaid):
    """The same to the network's admins. `called`, `contact`: of whoever has no account, as long as they are needed."""

    called: str
    contact: str


class TheirComplaints(OnePage):
    complaints: list[TheirComplaint]


class Helps(BaseModel):
    """Somebody outside the network. `area`: empty where they help everybody. `looked_at`: when the source was read.

    `number_from`: whether the number was read on a page of their own (`itself`) or of `others`; "" where there is none.
    """

    name: str
    helps_with: str
    kind: str
    area: str
    phone: str
    relay: str
    hours: str
    web: str
    address: str
    number_from: str
    source: str
    looked_at: date


class AllOutside(BaseModel):
    outside: list[Helps]


class MyCallSaid(BaseModel):
    """A call that somebody asked for. `at_desk`: the organisation rings, else the network."""

    around: str
    at_desk: bool
    how: str
    asked_at: datetime
    session_at: datetime | None
    spoke_at: datetime | None
    again: bool


class CallToMake(MyCallSaid):
    engagement_id: UUID
    person_id: UUID
    called: str
    title: str


class CallsToMake(OnePage):
    calls: list[CallToMake]


def my_concern(one: Concern) -> MyConcern:
    return MyConcern.model_validate(_concern(one))


def their_concern(one: Theirs) -> TheirConcern:
    whose = None if one.concern.anonymous else one.concern.person_id
    return TheirConcern.model_validate(_concern(one.concern) | {"called": one.called, "person_id": whose})


def _concern(one: Concern) -> dict[str, Any]:
    said = [AnswerSaid(words=of.words, at=of.at, ods_code=of.ods_code, closes=of.closes) for of in one.answers]
    return vars(one) | {"reference": one.reference, "stands": words.stands(one), "answers": said}


def complaint(one: Complaint) -> ComplaintSaid:
    return ComplaintSaid.model_validate(_complaint(one))


def their_complaint(one: Complaint) -> TheirComplaint:
    return TheirComplaint.model_validate(_complaint(one))


def _complaint(one: Complaint) -> dict[str, Any]:
    steps = [StepSaid(words=of.words, at=of.at) for of in one.progress]
    return vars(one) | {"reference": one.reference, "progress": steps}


def helps(one: Outside) -> Helps:
    return Helps.model_validate(one.model_dump())


def my_call(one: StoryCall) -> MyCallSaid:
    return MyCallSaid.model_validate(vars(one))


def call_to_make(one: CallAsked) -> CallToMake:
    return CallToMake.model_validate(vars(one.call) | {"called": one.called, "title": one.title})
