"""What an opportunity is and what may happen to it. It has nothing private, so the public state is the aggregate."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator

from schemas.identity import Organisation
from schemas.matching import (
    Opportunity,
    OpportunityChanged,
    OpportunityClosed,
    OpportunityPosted,
    OpportunityWithdrawn,
    Pay,
    Session,
    SessionCancelled,
    Withdrawn,
)
from schemas.payments import RateCard
from services.chassis.base.choices import Choice, Choices, unless
from services.chassis.base.periods import Period
from services.chassis.base.refusals import Refused
from services.chassis.base.typed.days import Moment
from services.chassis.base.typed.numbers import Hours, Whole
from services.chassis.base.typed.rules import judged
from services.chassis.base.typed.text import Line, Lines, Name, several
from services.matching.domain.criteria import Criteria, Ticked
from services.matching.domain.who_answers import Answers

LATEST_CLOSING = timedelta(days=366)
LATEST_DAY = timedelta(days=3 * 366)
"""How far ahead a session, or the day of telling what changed, may lie."""
EXPENSES_ONLY = "expenses_only"

Strand = Literal[
    "governance", "service_improvement", "training_education", "research", "information", "recruitment_panel", "culture"
]
Access = Literal[
    "step_free",
    "bsl",
    "captions",
    "easy_read",
    "large_print",
    "interpreter",
    "personal_assistant",
    "breaks",
    "lipspeaker",
    "hearing_loop",
    "quiet_room",
    "braille",
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
    """The day on which you tell people what changed has to be after the closing date and all sessions."""


class FeedbackTooLate(Refused, slug="feedback-too-late", status=422, field="feedback_by"):
    """The day on which you tell people what changed has to be within three years."""


class SessionTooEarly(Refused, slug="session-too-early", status=422, field="session_at"):
    """The first session has to be in the future."""


class SessionTooLate(Refused, slug="session-too-late", status=422, field="session_at"):
    """The first session has to be within three years."""


class RateNotInForce(Refused, slug="rate-not-in-force", title="The rate is not in force", status=422, field="pay"):
    """That rate is not in force. Choose one of your organisation's rates that is in force today, or expenses only."""


class OrganisationClosed(Refused, slug="organisation-closed", title="This organisation has closed", status=409):
    """This organisation has closed, so it can no longer post opportunities. Its successor can."""


class AlreadyClosed(Refused, slug="already-closed", title="This opportunity has closed", status=409):
    """This opportunity has closed, so it can no longer be changed."""


class AlreadyOver(Refused, slug="already-over", title="This role is over", status=409):
    """This role was called off, or its last session is over, so it can no longer be changed. Post another one."""


class NoLongerOpen(Refused, slug="no-longer-open", title="This opportunity is closed", status=409):
    """This opportunity is closed, so you can no longer show interest. Look at the others that are open."""


TITLE: Any = Field(title="the title of the role", max_length=120)
SUMMARY: Any = Field(title="what it is", min_length=1, max_length=1500)
WHAT_WILL_CHANGE: Any = Field(title="what will change because of it", min_length=1, max_length=1000)


class Draft(Answers):
    """What an organisation fills in to post an opportunity. Every field is asked for; none is guessed."""

    title: Name = TITLE
    summary: Lines = SUMMARY
    what_will_change: Lines = WHAT_WILL_CHANGE
    strand: Strand = Field(title="the kind of work")
    rung: Literal["feedback", "improvement", "governance", "senior"] = Field(title="the step on the ladder")
    mode: Literal["in_person", "remote", "hybrid"] = Field(title="how people take part")
    place: Line = Field(default="", title="where it is", max_length=200)
    time_commitment: Line = Field(title="how much time it takes", min_length=1, max_length=300)
    bring: Line = Field(default="", title="what people bring", max_length=300)
    expertise_level: Literal["none", "some", "experienced"] = Field(title="what experience people need")
    places: Whole = Field(title="how many places there are", ge=1, le=500)
    pay: UUID | Literal["expenses_only"] = Field(title="what you pay")
    access: list[Access] = Field(default=[], title="what is there for people")
    lived_experience: list[Area] = Field(default=[], title="what people know about from their own life")
    training: list[CredentialCode] = Field(default=[], max_length=20, title="training that people need to have done")
    criteria: Criteria = Field(default=[], title="what you choose by")
    names_hidden: Ticked = Field(default=False, title="whether you choose without seeing names")
    session_at: Moment = Field(title="the day and the time of the first session")
    session_hours: Hours = Field(title="how many hours it lasts")
    apply_by: Moment = Field(title="the last day to show interest")
    feedback_by: Moment = Field(title="the day by which you tell people what changed")

    @field_validator("session_at")
    @classmethod
    def starts_in_time(cls, at: datetime) -> datetime:
        return judged(at, lambda at, clock: check_session(at, now=clock.now))

    @field_validator("apply_by")
    @classmethod
    def closes_in_time(cls, at: datetime) -> datetime:
        return judged(at, lambda at, clock: check_closing(at, now=clock.now))

    @field_validator("feedback_by")
    @classmethod
    def tells_in_time(cls, at: datetime, info: ValidationInfo) -> datetime:
        others = [info.data[name] for name in ("apply_by", "session_at") if name in info.data]
        return judged(at, lambda at, clock: check_feedback(at, after=[clock.now, *others], now=clock.now))

    @field_validator("access", "lived_experience", "training", mode="before")
    @classmethod
    def one_is_a_list_too(cls, value: Any) -> Any:
        return several(value)


def post(
    draft: Draft, *, by: Organisation, rate: RateCard | None, ids: tuple[UUID, UUID], now: datetime, today: date
) -> tuple[Opportunity, OpportunityPosted]:
    """An opportunity on the feed. `ids`: the opportunity's and its first session's. `rate` is the card that pay names.

    `today` is the day of `now` in London, by which rates and organisations are in force.
    Raises OrganisationClosed, PastClosing, RateNotInForce, or that the session or the feedback is too early or late.
    """
    if Period.of(by).ends_before(today):
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
    if rate is None or not Period.of(rate).in_force_on(today) or rate.organisation_id != by.id:
        raise RateNotInForce
    return Pay(rate_card_id=rate.id, unit=rate.unit, amount_pence=rate.amount_pence, source=rate.source, payer_id=by.id)


@dataclass(frozen=True)
class PersonChoices(Choices):
    """What anybody may do with an opportunity. Interest is shown in engagements, which asks more of the person."""

    show_interest: Choice


def choices_of_person(opportunity: Opportunity, *, now: datetime) -> PersonChoices:
    return PersonChoices(show_interest=unless((not opportunity.takes_interest(now), NoLongerOpen)))


def may_change(opportunity: Opportunity) -> Choice:
    """The same for its words, and for closing it."""
    return unless((opportunity.closed_at is not None, AlreadyClosed))


def is_over(opportunity: Opportunity, now: datetime) -> bool:
    """It was called off, or its last session has ended."""
    return opportunity.withdrawn is not None or opportunity.has_ended(now)


def may_withdraw(opportunity: Opportunity, *, now: datetime) -> Choice:
    return unless((is_over(opportunity, now), AlreadyOver))


def reword(
    opportunity: Opportunity, *, title: str, summary: str, what_will_change: str
) -> tuple[Opportunity, OpportunityChanged]:
    """Change the words of an open opportunity."""
    may_change(opportunity).must()
    changed = opportunity.with_changes(
        title=title, summary=summary, what_will_change=what_will_change, version=opportunity.version + 1
    )
    return changed, OpportunityChanged(changed)


def change_feedback_day(
    opportunity: Opportunity, feedback_by: datetime, *, now: datetime
) -> tuple[Opportunity, OpportunityChanged]:
    """Say later, or sooner, what changed. Raises AlreadyOver, FeedbackTooEarly or FeedbackTooLate."""
    may_withdraw(opportunity, now=now).must()
    check_feedback(feedback_by, after=[now, *(one.starts_at for one in opportunity.takes_place)], now=now)
    changed = opportunity.with_changes(feedback_by=feedback_by, version=opportunity.version + 1)
    return changed, OpportunityChanged(changed)


def withdraw(
    opportunity: Opportunity, *, why: WithdrawalReason, by: UUID | None, now: datetime
) -> tuple[Opportunity, OpportunityWithdrawn]:
    """Call an opportunity off, at any time until its last session is over: none that is to come takes place."""
    may_withdraw(opportunity, now=now).must()
    said = SessionCancelled(at=now, why=why if why == "organisation_closed" else "called_off", by=by)
    left = {one.id for one in opportunity.to_come(now)}
    withdrawn = opportunity.with_changes(
        withdrawn=Withdrawn(at=now, why=why),
        closed_at=opportunity.closed_at or now,
        sessions=tuple(one.with_changes(cancelled=said) if one.id in left else one for one in opportunity.sessions),
        version=opportunity.version + 1,
    )
    return withdrawn, OpportunityWithdrawn(withdrawn)


def closes_at(opportunity: Opportunity) -> datetime | None:
    """When it closes by itself: at its closing date, or when its last session ends; None once it has closed."""
    if opportunity.closed_at:
        return None
    return min(opportunity.apply_by, opportunity.ends_at or opportunity.apply_by)


def close(opportunity: Opportunity, *, now: datetime) -> tuple[Opportunity, OpportunityClosed]:
    """Its closing moment has passed."""
    may_change(opportunity).must()
    closed = opportunity.with_changes(closed_at=now, version=opportunity.version + 1)
    return closed, OpportunityClosed(closed)
