"""What training says: which programmes and sessions there are, and who completed what."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from schemas.event import Contract, Erasure, Event, State
from schemas.helping import Help

ENROLMENT_STATUSES = ("booked", "attended", "absent")
"""What became of a place in a session: taken, and whether its person came. A growing list."""


class TrainingSession(Contract):
    """One dated session of a programme. Whoever attends it completes the programme."""

    id: UUID
    starts_at: datetime
    hours: float = Field(gt=0, le=24, description="length in hours")
    mode: str = Field(description="see schemas.recruitment.MODES")
    place: str = Field(max_length=200)
    places: int = Field(ge=1)
    places_taken: int = Field(ge=0)
    held: bool = False


class Programme(State, topic="training.programme"):
    """A training programme that one organisation runs for the whole pool."""

    organisation_id: UUID
    ods_code: str
    title: str = Field(min_length=1, max_length=120)
    summary: str = Field(max_length=1000)
    credential: str = Field(pattern=r"^[a-z][a-z0-9_]{1,39}$", description="code of what completing it gives")
    lasts_months: int | None = Field(
        default=None, ge=1, description="how long the credential is good for; none: for ever"
    )
    sessions: tuple[TrainingSession, ...] = ()
    withdrawn_at: datetime | None = None


class Credential(State, topic="training.credential", about_people=True):
    """A person completed a programme."""

    person_id: UUID
    programme_id: UUID
    organisation_id: UUID = Field(description="who ran it")
    credential: str = Field(description="the programme's code")
    awarded_at: datetime
    expires_on: date | None = Field(default=None, description="the last day on which it is good")


class Enrolment(State, topic="training.enrolment", about_people=True):
    """A person's place in one session of training. A place that is given back is erased; taken again, it is another."""

    person_id: UUID
    programme_id: UUID
    session_id: UUID
    organisation_id: UUID = Field(description="who runs it")
    status: str = Field(description="see ENROLMENT_STATUSES (a growing list)")


class ProgrammeOffered(Event[Programme]):
    """An organisation offers a programme to the pool."""


class ProgrammeChanged(Event[Programme]):
    """Sessions were added, booked or held, or the words changed."""


class ProgrammeWithdrawn(Event[Programme]):
    """It is no longer offered."""


class ProgrammeRestated(Event[Programme]):
    """No news: said again for a new topic or after a restore."""


class ProgrammeLost(Erasure[Programme]):
    """No news: after the restore of an older database its owner knows nothing of it any more."""


class CredentialAwarded(Event[Credential]):
    """A person attended a session and so completed the programme."""


class CredentialRestated(Event[Credential]):
    """No news: said again for a new topic or after a restore."""


class CredentialLost(Erasure[Credential]):
    """No news: after the restore of an older database its owner knows nothing of it any more."""


class CredentialErased(Erasure[Credential]):
    """The person asked to be forgotten."""


class EnrolmentBooked(Event[Enrolment]):
    """A person took a place in a session."""


class EnrolmentRecorded(Event[Enrolment]):
    """The organisation recorded whether the person came, or put it right."""


class EnrolmentRestated(Event[Enrolment]):
    """No news: said again for a new topic or after a restore."""


class EnrolmentLost(Erasure[Enrolment]):
    """No news: after the restore of an older database its owner knows nothing of it any more."""


class EnrolmentErased(Erasure[Enrolment]):
    """The person gave the place back, or asked to be forgotten: nothing is kept of it."""


class TrainingHelp(Help, topic="training.help", about_people=True):
    """Something that staff did for a person in training. It is never changed."""


class TrainingHelpGiven(Event[TrainingHelp]):
    """Staff did something for a person, who is told of it."""


class TrainingHelpRestated(Event[TrainingHelp]):
    """No news: said again for a new topic or after a restore."""


class TrainingHelpLost(Erasure[TrainingHelp]):
    """No news: after the restore of an older database its owner knows nothing of it any more."""


class TrainingHelpErased(Erasure[TrainingHelp]):
    """The person asked to be forgotten."""
