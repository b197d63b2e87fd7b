"""What an opportunity is and what may happen to it. It has nothing private, so the public state is the aggregate."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal, cast
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from schemas.identity import Organisation
from schemas.matching import (
    Opportunity,
    OpportunityChanged,
    OpportunityClosed,
    OpportunityPosted,
    OpportunityWithdrawn,
    Pay,
    Session,
    Withdrawn,
)
from schemas.payments import RateCard
from services.chassis.base.choices import Choice, Choices, unless
from services.chassis.base.refusals import Refused

LATEST_CLOSING = timedelta(days=366)
LATEST_DAY = timedelta(days=3 * 366)
"""How far ahead a session, or the day of telling what changed, may lie."""
EXPENSES_ONLY = "expenses_only"

Strand = Literal[
    "governance", "service_improvement", "training_education", "research", "information", "recruitment_panel", "culture"
]
Access = Literal[
    "step_free", "bsl", "captions", "easy_read", "large_print", "interpreter", "personal_assistant", "breaks"
]
Area = Literal[
    "pain",
    "rheumatology",
    "diabetes",
    "mental_health",
    "cancer",
    "heart",
    "respiratory",
    "maternity",
    "children",
    "learning_disability",
    "caring",
    "older_people",
    "primary_care",
]
CredentialCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
WithdrawalReason = Literal["no_longer_needed", "posted_by_mistake", "postponed", "organisation_closed"]


class PastClosing(Refused, slug="past-closing", status=422, field="apply_by"):
    """The closing date has to be in the future, and within a year."""


class FeedbackTooEarly(Refused, slug="feedback-too-early", status=422, field="feedback_by"):
    """The day on which you tell people what changed has to be after the closing date and the first session."""


class FeedbackTooLate(Refused, slug="feedback-too-late", status=422, field="feedback_by"):
    """The day on which you tell people what changed has to be within three years."""


class SessionTooEarly(Refused, slug="session-too-early", status=422, field="session_at"):
    """The first session has to be in the future."""


class SessionTooLate(Refused, slug="session-too-late", status=422, field="session_at"):
    """The first session has to be within three years."""


class RateNotInForce(Refused, slug="rate-not-in-force", status=422, field="pay"):
    """That rate is not in force. Choose one of your organisation's rates that is in force today, or expenses only."""


class OrganisationClosed(Refused, slug="organisation-closed", status=409):
    """This organisation has closed, so it can no longer post opportunities. Its successor can."""


class AlreadyClosed(Refused, slug="already-closed", status=409):
    """This opportunity has closed, so it can no longer be changed."""


class NoLongerOpen(Refused, slug="no-longer-open", status=409):
    """This opportunity is closed, so you can no longer show interest. Look at the others that are open."""


class Draft(BaseModel):
    """What an organisation fills in to post an opportunity. Every field is asked for; none is guessed."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    title: str = Field(min_length=1, max_length=120)
    summary: str = Field(min_length=1, max_length=1500)
    what_will_change: str = Field(min_length=1, max_length=1000)
    strand: Strand
    rung: Literal["feedback", "improvement", "governance", "senior"]
    mode: Literal["in_person", "remote", "hybrid"]
    place: str = Field(default="", max_length=200)
    time_commitment: str = Field(min_length=1, max_length=300)
    expertise_level: Literal["none", "some", "experienced"]
    places: int = Field(ge=1, le=500)
    pay: UUID | Literal["expenses_only"]
    access: list[Access] = []
    lived_experience: list[Area] = []
    training: list[CredentialCode] = Field(default=[], max_length=20)
    session_at: datetime
    session_hours: float = Field(gt=0, le=24)
    apply_by: datetime
    feedback_by: datetime

    @field_validator("access", "lived_experience", "training", mode="before")
    @classmethod
    def one_is_a_list_too(cls, value: Any) -> Any:
        parts = [value] if isinstance(value, str) else value
        return [part for part in cast("list[Any]", parts) if part != ""] if isinstance(parts, list) else parts

    @field_validator("session_at", "apply_by", "feedback_by")
    @classmethod
    def a_moment_has_an_offset(cls, value: datetime) -> datetime:
        if value.tzinfo is None:
            raise ValueError("Give the date and time with its offset from UTC, for example 2026-11-24T17:00:00Z")
        return value


def post(
    draft: Draft, *, by: Organisation, rate: RateCard | None, ids: tuple[UUID, UUID], now: datetime, today: date
) -> tuple[Opportunity, OpportunityPosted]:
    """An opportunity on the feed. `ids`: the opportunity's and its first session's. `rate` is the card that pay names.

    `today` is the day of `now` in London, by which rates and organisations are in force.
    Raises OrganisationClosed, PastClosing, RateNotInForce, or that the session or the feedback is too early or late.
    """
    if by.valid_to is not None and by.valid_to < today:
        raise OrganisationClosed
    check_closing(draft.apply_by, now=now)
    check_session(draft.session_at, now=now)
    check_feedback(draft.feedback_by, after=(draft.apply_by, draft.session_at), now=now)
    posted = Opportunity.build(
        id=ids[0],
        version=1,
        organisation_id=by.id,
        ods_code=by.ods_code,
        posted_at=now,
        pay=_pay(draft, by=by, rate=rate, today=today),
        sessions=(Session(id=ids[1], starts_at=draft.session_at, hours=draft.session_hours),),
        **draft.model_dump(exclude={"pay", "session_at", "session_hours"}),
    )
    return posted, OpportunityPosted(posted)


def check_closing(at: datetime, *, now: datetime) -> None:
    """Raises PastClosing."""
    if not now < at <= now + LATEST_CLOSING:
        raise PastClosing


def check_session(at: datetime, *, now: datetime) -> None:
    """Raises SessionTooEarly or SessionTooLate."""
    if at <= now:
        raise SessionTooEarly
    if at > now + LATEST_DAY:
        raise SessionTooLate


def check_feedback(at: datetime, *, after: Sequence[datetime], now: datetime) -> None:
    """`after`: the closing date and the first session. Raises FeedbackTooEarly or FeedbackTooLate."""
    if any(at <= day for day in after):
        raise FeedbackTooEarly
    if at > now + LATEST_DAY:
        raise FeedbackTooLate


def _pay(draft: Draft, *, by: Organisation, rate: RateCard | None, today: date) -> Pay | None:
    if draft.pay == EXPENSES_ONLY:
        return None
    in_force = rate is not None and rate.valid_from <= today <= (rate.valid_to or today)
    if rate is None or not in_force or rate.organisation_id != by.id:
        raise RateNotInForce
    return Pay(rate_card_id=rate.id, unit=rate.unit, amount_pence=rate.amount_pence, source=rate.source, payer_id=by.id)


@dataclass(frozen=True)
class PersonChoices(Choices):
    """What anybody may do with an opportunity. Interest is shown in engagements, which asks more of the person."""

    show_interest: Choice


def choices_of_person(opportunity: Opportunity, *, now: datetime) -> PersonChoices:
    over = opportunity.closed_at is not None or now >= opportunity.apply_by
    return PersonChoices(show_interest=unless((over, NoLongerOpen)))


@dataclass(frozen=True)
class StaffChoices(Choices):
    """What a coordinator of its organisation may do with an opportunity."""

    reword: Choice
    withdraw: Choice


def choices_of_staff(opportunity: Opportunity) -> StaffChoices:
    may = may_change(opportunity)
    return StaffChoices(reword=may, withdraw=may)


def may_change(opportunity: Opportunity) -> Choice:
    """The same for its words, for taking it off the feed, and for closing it."""
    return unless((opportunity.closed_at is not None, AlreadyClosed))


def reword(
    opportunity: Opportunity, *, title: str, summary: str, what_will_change: str
) -> tuple[Opportunity, OpportunityChanged]:
    """Change the words of an open opportunity."""
    may_change(opportunity).must()
    changed = opportunity.with_changes(
        title=title, summary=summary, what_will_change=what_will_change, version=opportunity.version + 1
    )
    return changed, OpportunityChanged(changed)


def withdraw(
    opportunity: Opportunity, *, why: WithdrawalReason, now: datetime
) -> tuple[Opportunity, OpportunityWithdrawn]:
    """Take an opportunity off the feed."""
    may_change(opportunity).must()
    withdrawn = opportunity.with_changes(
        withdrawn=Withdrawn(at=now, why=why), closed_at=now, version=opportunity.version + 1
    )
    return withdrawn, OpportunityWithdrawn(withdrawn)


def closes_at(opportunity: Opportunity) -> datetime | None:
    """When it closes by itself; None once it has closed."""
    return None if opportunity.closed_at else opportunity.apply_by


def close(opportunity: Opportunity, *, now: datetime) -> tuple[Opportunity, OpportunityClosed]:
    """Its closing moment has passed."""
    may_change(opportunity).must()
    closed = opportunity.with_changes(closed_at=now, version=opportunity.version + 1)
    return closed, OpportunityClosed(closed)
