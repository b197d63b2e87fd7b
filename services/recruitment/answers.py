"""What the JSON API of recruitment answers."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from schemas.recruitment import Leader, Needs, Profile
from schemas.training import Credential
from services.chassis.http.lists import OnePage
from services.recruitment.domain.application import PersonChoices, StaffChoices
from services.recruitment.store.policies import Agreed


class Progress(BaseModel):
    """An application, and how long it has waited."""

    id: UUID
    reference: str
    stage: str
    sent_at: datetime
    days_waiting: int | None
    answer_by: date | None
    decided_at: datetime | None
    reason: str | None


class SignedForm(BaseModel):
    """What is known of the photo or scan of a form on paper."""

    name: str
    media_type: str
    size: int
    sha256: str


class MyProgress(Progress):
    signed_form: SignedForm | None


class MyApplication(BaseModel):
    application: MyProgress | None
    leader: Leader | None
    choices: PersonChoices


class ForStaff(Progress):
    """An application as screeners see it in a list."""

    person_id: UUID
    called: str
    by_phone: bool
    choices: StaffChoices


class ForStaffWhole(ForStaff):
    full_name: str
    why: str
    signed_form: SignedForm | None


class WaitingApplications(OnePage):
    applications: list[ForStaff]


class InPool(OnePage):
    people: list[Leader]


class Withdrawn(BaseModel):
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


class Approved(BaseModel):
    """Somebody who is in the pool from now on."""

    id: UUID
    person_id: UUID
    reference: str
    rung: str


class Declined(BaseModel):
    id: UUID
    stage: str
