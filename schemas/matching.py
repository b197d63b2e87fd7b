"""What matching says: which opportunities there are, and whom each was matched with."""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from pydantic import Field

from schemas.event import Contract, Erasure, Event, State
from schemas.helping import Help
from schemas.matching_role import ANSWER_WAYS as ANSWER_WAYS
from schemas.matching_role import CYCLE_STAGES as CYCLE_STAGES
from schemas.matching_role import EXPENSES as EXPENSES
from schemas.matching_role import INFLUENCES as INFLUENCES
from schemas.matching_role import MOST_CHANGES as MOST_CHANGES
from schemas.matching_role import ROLE_PARTS as ROLE_PARTS
from schemas.matching_role import ROLE_TYPES as ROLE_TYPES
from schemas.matching_role import SELECTION_STEPS as SELECTION_STEPS
from schemas.matching_role import STATUS_RESULTS as STATUS_RESULTS
from schemas.matching_role import STATUS_TOOLS as STATUS_TOOLS
from schemas.matching_role import Job as Job
from schemas.matching_role import RoleChange as RoleChange
from schemas.matching_role import StatusDecision as StatusDecision
from schemas.matching_role import Work as Work
from schemas.matching_to_do import MatchingToDo as MatchingToDo

EXPERTISE_LEVELS = ("none", "some", "experienced")
"""What a person needs to bring. A growing list."""
WITHDRAWAL_REASONS = ("no_longer_needed", "posted_by_mistake", "postponed", "organisation_closed")
"""Why an opportunity was taken off the feed. A growing list."""


CHANGE_REASONS = (
    "somebody_cannot_come",
    "not_enough_people",
    "place_not_free",
    "another_day_suits",
    "not_needed",
    "not_safe",
    "put_right",
    "called_off",
    "organisation_closed",
)
"""Why a session was moved, changed or cancelled. A growing list."""


class SessionChange(Contract):
    """The last time that a session was moved, or its length, mode or place changed, after it was added."""

    at: datetime
    why: str = Field(description="see CHANGE_REASONS")
    starts_before: datetime = Field(description="when it was to start before: differs where it was moved")
    starts_at_first: datetime | None = Field(
        default=None, description="when it was to start before any move, of one that was moved before; else none"
    )


class SessionCancelled(Contract):
    """A session does not take place. It is never taken back: another one is added."""

    at: datetime
    why: str = Field(description="see CHANGE_REASONS")
    by: UUID | None = Field(default=None, description="the account that cancelled it; none: nobody did, it followed")


class Session(Contract):
    """One dated meeting of an opportunity."""

    id: UUID
    starts_at: datetime
    hours: float = Field(gt=0, le=24, description="length in hours")
    mode: str = Field(default="", description="see schemas.recruitment.MODES; empty: the opportunity's")
    place: str = Field(default="", max_length=200, description="empty: the opportunity's")
    added_at: datetime | None = Field(default=None, description="none: it was posted with the opportunity")
    changed: SessionChange | None = None
    cancelled: SessionCancelled | None = None

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(hours=self.hours)


class Pay(Contract):
    """What one session pays: the edition of the rate card it comes from, its amount then, and who pays."""

    rate_card_id: UUID
    unit: str = Field(description="see schemas.payments.UNITS (a growing list)")
    amount_pence: int = Field(ge=0, description="for one unit, integer pence sterling")
    source: str = Field(max_length=300, description="policy the rate comes from")
    payer_id: UUID = Field(description="the organisation that pays")

    def units(self, hours: float) -> Decimal:
        """How many units a session of so many hours is paid: its hours for a rate by the hour, else one."""
        return Decimal(str(hours)) if self.unit == "hour" else Decimal(1)

    def earned_pence(self, hours: float) -> int:
        """What a session of so many hours earns, in whole pence, rounded half up."""
        return int((self.units(hours) * self.amount_pence).quantize(Decimal(1), rounding=ROUND_HALF_UP))


class Withdrawn(Contract):
    at: datetime
    why: str = Field(description="see WITHDRAWAL_REASONS")


class Opportunity(State, topic="matching.opportunity"):
    """A role that an organisation posted on the common feed. Public words of the organisation."""

    organisation_id: UUID
    ods_code: str
    title: str = Field(min_length=1, max_length=120)
    summary: str = Field(max_length=1500)
    what_will_change: str = Field(max_length=1000, description="what the organisation will do with what it hears")
    strand: str = Field(description="see schemas.recruitment.STRANDS")
    rung: str = Field(description="see schemas.recruitment.RUNGS")
    mode: str = Field(description="see schemas.recruitment.MODES")
    place: str = Field(default="", max_length=200)
    time_commitment: str = Field(min_length=1, max_length=300, description="in words, preparation included")
    bring: str = Field(default="", max_length=300, description="what people bring, in words; empty: nothing")
    expertise_level: str = Field(description="see EXPERTISE_LEVELS")
    places: int = Field(ge=1, le=500)
    pay: Pay | None = Field(default=None, description="none: the organisation says that it pays expenses only")
    access: tuple[str, ...] = Field(
        default=(), description="access needs that are met, see schemas.recruitment.ACCESS_NEEDS"
    )
    lived_experience: tuple[str, ...] = Field(
        default=(), description="wanted; see schemas.recruitment.EXPERIENCE_AREAS"
    )
    training: tuple[str, ...] = Field(default=(), description="credential codes a person must hold")
    criteria: tuple[str, ...] = Field(
        default=(), description="what the organisation chooses by, in its own public words and in its order"
    )
    names_hidden: bool = Field(
        default=False, description="whoever chooses sees no name of those who showed interest before a place is offered"
    )
    desk_id: UUID | None = Field(
        default=None, description="the desk of the organisation that answers for it; none: the first that answers"
    )
    contact_id: UUID | None = Field(
        default=None, description="the account of whoever answers for it, shown by the name they are called by"
    )
    talks_from_interest: bool = Field(
        default=True, description="whoever showed interest can write to the organisation; else from an offer on"
    )
    role_type: str = Field(default="", description="see ROLE_TYPES (a growing list); empty: not said")
    purpose: str = Field(default="", max_length=1000, description="why people are asked; empty: not said")
    influence: str = Field(default="", description="see INFLUENCES (a growing list); empty: not said")
    cycle_stage: str = Field(default="", description="see CYCLE_STAGES (a growing list); empty: not said")
    work: Work | None = Field(default=None, description="the piece of work it is a part of, as it stood then")
    district: str | None = Field(
        default=None, description="where people come: the outward code of its postcode, as BN2; none: not said"
    )
    languages: tuple[str, ...] = Field(
        default=(), description="one of them has to be spoken, see schemas.recruitment.LANGUAGES; empty: English"
    )
    getting_in: str = Field(default="", max_length=500, description="how to get to the place and into it")
    sessions_planned: int | None = Field(default=None, ge=1, description="in all, those that have no day yet too")
    preparation_hours: float | None = Field(default=None, ge=0, le=24, description="before each session, at home")
    term_until: date | None = Field(default=None, description="the last day of the role; none: with its last session")
    formats: tuple[str, ...] = Field(default=(), description="papers are there as, see schemas.recruitment.FORMATS")
    support: str = Field(default="", max_length=500, description="who helps, before, in and after the sessions")
    steps: tuple[str, ...] = Field(default=(), description="how people are chosen, see SELECTION_STEPS")
    answer_ways: tuple[str, ...] = Field(default=(), description="how to show interest, see ANSWER_WAYS")
    unpaid_why: str = Field(default="", max_length=300, description="why nothing is paid but expenses")
    expenses: tuple[str, ...] = Field(default=(), description="what is paid back, see EXPENSES")
    prepaid_travel: bool = Field(default=False, description="travel is booked and paid for people who ask for it")
    status_decision: StatusDecision | None = Field(default=None, description="none: nothing is paid, or of before")
    job: Job | None = Field(
        default=None, description="it is a post with a salary, applied for elsewhere; none: it is not"
    )
    sessions: tuple[Session, ...] = ()
    apply_by: datetime
    decide_by: datetime | None = Field(default=None, description="when whoever showed interest hears who was chosen")
    feedback_by: datetime = Field(description="when people will be told what changed")
    posted_at: datetime
    changed: RoleChange | None = Field(default=None, description="last, after it was posted; none: nothing was")
    changed_before: tuple[RoleChange, ...] = Field(
        default=(),
        max_length=MOST_CHANGES - 1,
        description="what was changed before that, oldest first: the last of it",
    )
    withdrawn: Withdrawn | None = None
    closed_at: datetime | None = Field(default=None, description="since then nobody can show interest")

    @property
    def changes(self) -> tuple[RoleChange, ...]:
        """The last that were made after it was posted, oldest first."""
        return (*self.changed_before, self.changed) if self.changed else ()

    @property
    def takes_place(self) -> tuple[Session, ...]:
        """The sessions that are not cancelled, in their order of time."""
        return tuple(sorted((one for one in self.sessions if one.cancelled is None), key=lambda one: one.starts_at))

    @property
    def ends_at(self) -> datetime | None:
        """When the last session ends that is not cancelled."""
        return max((one.ends_at for one in self.takes_place), default=None)

    def has_ended(self, now: datetime) -> bool:
        """Its last session that takes place is over: nothing of it is open any more, whatever its closing date says."""
        return self.ends_at is not None and self.ends_at <= now

    def takes_interest(self, now: datetime) -> bool:
        """Neither is it a job, nor was it closed, nor is its closing date or its last session over."""
        return self.job is None and self.closed_at is None and now < self.apply_by and not self.has_ended(now)

    def to_come(self, now: datetime) -> tuple[Session, ...]:
        """The sessions that have not begun and are not cancelled, in their order of time."""
        return tuple(one for one in self.takes_place if one.starts_at > now)


class Match(State, topic="matching.match", about_people=True):
    """An opportunity fits a person and what they asked to be told of. The reasons stay on matching's page."""

    opportunity_id: UUID
    person_id: UUID
    matched_at: datetime
    ended_at: datetime | None = Field(default=None, description="since then it no longer fits")


class OpportunityPosted(Event[Opportunity]):
    """An organisation put an opportunity on the common feed."""


class OpportunityChanged(Event[Opportunity]):
    """Something that was said of it changed."""


class OpportunityWithdrawn(Event[Opportunity]):
    """The organisation called it off and said why: it is off the feed, and no session takes place any more."""


class SessionsAdded(Event[Opportunity]):
    """One session, or a repeat of them, was added."""


class SessionChanged(Event[Opportunity]):
    """A session was moved, or its length, mode or place changed."""


class SessionsCancelled(Event[Opportunity]):
    """A session, or all that were left, do not take place."""


class OpportunityClosed(Event[Opportunity]):
    """Its closing moment passed, or its organisation closed it before."""


class OpportunityReopened(Event[Opportunity]):
    """Its organisation opened it again after it had closed."""


class OpportunityRestated(Event[Opportunity]):
    """No news: said again for a new topic or after a restore."""


class OpportunityLost(Erasure[Opportunity]):
    """No news: after the restore of an older database its owner knows nothing of it any more."""


class MatchMade(Event[Match]):
    """An opportunity and a person were found to fit."""


class MatchEnded(Event[Match]):
    """It no longer fits, or is off the feed."""


class MatchRestated(Event[Match]):
    """No news: said again for a new topic or after a restore."""


class MatchLost(Erasure[Match]):
    """No news: after the restore of an older database its owner knows nothing of it any more."""


class MatchErased(Erasure[Match]):
    """The person asked to be forgotten."""


class MatchingHelp(Help, topic="matching.help", about_people=True):
    """Something that staff did for a person in matching. It is never changed."""


class MatchingHelpGiven(Event[MatchingHelp]):
    """Staff did something for a person, who is told of it."""


class MatchingHelpRestated(Event[MatchingHelp]):
    """No news: said again for a new topic or after a restore."""


class MatchingHelpLost(Erasure[MatchingHelp]):
    """No news: after the restore of an older database its owner knows nothing of it any more."""


class MatchingHelpErased(Erasure[MatchingHelp]):
    """The person asked to be forgotten."""
