"""What the JSON API of recruitment answers."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from schemas.recruitment import Leader, Needs, Profile
from schemas.training import Credential
from services.chassis.http.lists import OnePage
from services.chassis.postgres.files import KeptFile
from services.recruitment.answers.duplicates import Closed
from services.recruitment.domain.applying import PersonChoices
from services.recruitment.domain.welcome import StaffChoices
from services.recruitment.queries import ApplicationProgress
from services.recruitment.store.policies import Agreed


class Progress(BaseModel):
    """An application, how long it has waited, who holds it, and until when the welcome team does what comes next."""

    id: UUID
    reference: str
    stage: str
    sent_at: datetime
    moved_at: datetime
    days_waiting: int | None
    due_on: date | None
    answer_by: date | None
    holder: str
    """What the one of the welcome team who holds it is called; empty where nobody does."""
    talk_at: datetime | None
    talk_how: str | None
    more_asked_at: datetime | None
    again_at: datetime | None
    decided_at: datetime | None
    reason: str | None
    would_help: str | None


class SignedForm(BaseModel):
    """What is known of the photo or scan of a form on paper."""

    name: str
    media_type: str
    size: int
    sha256: str


class Question(BaseModel):
    """What a person is asked: to say more, or which of these times for a talk suits them."""

    words: str
    times: list[datetime]
    how: str | None
    asked_at: datetime


class MyProgress(Progress):
    signed_form: SignedForm | None
    question: Question | None
    """What waits for the person's answer."""


class MyApplication(BaseModel):
    application: MyProgress | None
    leader: Leader | None
    choices: PersonChoices
    to_agree: list[str]
    """The policies that they have not agreed to yet, who joined with a name alone."""
    closed: Closed | None
    """Where their record was closed in favour of another one of theirs."""


class GivenAnswer(BaseModel):
    """An answer of the welcome team. `undo_until`: till then it can be undone, and its person is not told."""

    stage: str
    by: UUID
    at: datetime
    reason: str | None
    would_help: str | None
    undo_until: datetime | None


class ForStaff(Progress):
    """An application as the welcome team sees it in a list."""

    person_id: UUID
    called: str
    by_phone: bool
    is_late: bool
    held_by: UUID | None
    answer: GivenAnswer | None
    choices: StaffChoices


class Asked(Question):
    """A question, and what its person said; `ended_at` without either: the welcome team went on without it."""

    said: str | None
    chosen: datetime | None
    ended_at: datetime | None


class ForStaffWhole(ForStaff):
    full_name: str | None
    year_of_birth: int | None
    why: str | None
    signed_form: SignedForm | None
    questions: list[Asked]
    more_questions: bool
    """Whether there are older ones, which are not given."""
    earlier: GivenAnswer | None
    """The answer that somebody else is to look at again."""


class Welcomer(BaseModel):
    """Somebody in the welcome team, and how many of those who wait they hold."""

    account_id: UUID
    called: str
    holds: int


class WelcomeTeam(BaseModel):
    team: list[Welcomer]
    more: bool


class WaitingApplications(OnePage):
    applications: list[ForStaff]


class Applications(OnePage):
    """Some of all applications, at whatever stage."""

    applications: list[ForStaff]


class InPool(OnePage):
    people: list[Leader]


class PersonInPool(BaseModel):
    """Somebody in the pool, as staff of every organisation see them: nothing of who looks after them or may act."""

    id: UUID
    version: int
    called: str
    reference: str
    status: str
    rung: str
    approved_at: datetime
    left_at: datetime | None


class Withdrawn(BaseModel):
    stage: str


class MyStage(BaseModel):
    """How far the person's application is now."""

    stage: str


class Completed(Credential):
    """Training that somebody completed, by its title, and the organisation that ran it."""

    title: str
    organisation: str


class Passport(BaseModel):
    """Somebody's place in the pool, what they agreed to, and the training that they completed."""

    leader: Leader | None
    agreements: list[Agreed]
    credentials: list[Completed]
    more_agreements: bool
    """Whether there are older ones, which are not given."""
    more_credentials: bool
    """The same of the training; `/api/training/v1/mine` gives all of it in pages."""


class MyProfile(Profile):
    """What would fit the person, with what only they see."""

    own_words: str


class MyNeeds(Needs):
    """What the person needs, with their own words."""

    words: str


class NeedsShown(BaseModel):
    """What somebody needs, as they let it be seen. `review_due`: they were asked whether it still holds."""

    person_id: UUID
    called: str
    needs: tuple[str, ...]
    format: str
    ways_to_talk: tuple[str, ...]
    words: str
    said_on: date
    review_by: date
    review_due: bool


class Left(BaseModel):
    status: str


class KeptForm(BaseModel):
    """An application, and what is known of its form on paper."""

    id: UUID
    signed_form: SignedForm | None


class Answered(BaseModel):
    """An application that was answered. Until `undo_until` that can be undone, and its person is not told.

    `reference`, `rung`: of whoever is in the pool from now on.
    """

    id: UUID
    person_id: UUID
    stage: str
    undo_until: datetime | None
    reference: str | None = None
    rung: str | None = None


class Stage(BaseModel):
    """How far an application is now."""

    id: UUID
    stage: str


class AgreedTo(BaseModel):
    """The policies that the person has agreed to now."""

    agreed: list[str]


def progress(found: ApplicationProgress) -> dict[str, Any]:
    """The fields of `Progress`. Of an answer, what its person was told."""
    one = found.application
    return {
        "id": one.id,
        "reference": one.reference,
        "stage": one.stage,
        "sent_at": one.sent_at,
        "moved_at": one.since,
        "days_waiting": found.days_waiting if one.waits else None,
        "due_on": found.due_on if one.waits else None,
        "answer_by": found.answer_by if one.waits else None,
        "holder": found.holder,
        "talk_at": one.talk_at,
        "talk_how": one.talk_how,
        "more_asked_at": one.more_asked_at,
        "again_at": one.again_at,
        "decided_at": one.decided_at,
        "reason": one.told.reason if one.told else None,
        "would_help": one.told.would_help if one.told else None,
    }


def on_paper(form: KeptFile | None) -> SignedForm | None:
    if form is None:
        return None
    return SignedForm(name=form.name, media_type=form.media_type, size=form.size, sha256=form.sha256)
