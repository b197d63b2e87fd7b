"""What engagements says of an opportunity: how many places there are and are taken, and what changed because of it."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from schemas.event import Contract, Erasure, Event, State


class Outcome(Contract):
    """What the organisation did with what it heard. Public words of the organisation."""

    recorded_at: datetime
    what_changed: str = Field(min_length=1, max_length=2000)


class Intake(State, topic="engagements.intake"):
    """The places of one opportunity. The id is the opportunity's."""

    organisation_id: UUID
    ods_code: str
    places: int = Field(ge=1)
    places_taken: int = Field(ge=0)
    places_held: int = Field(default=0, ge=0, description="by offers that are not answered and have not run out")
    closed_at: datetime | None = None
    feedback_by: datetime
    outcome: Outcome | None = None


class IntakeOpened(Event[Intake]):
    """An opportunity is on the feed and takes interest."""


class IntakeChanged(Event[Intake]):
    """Places were taken or freed, or the opportunity changed."""


class IntakeClosed(Event[Intake]):
    """Nobody more can show interest."""


class OutcomeRecorded(Event[Intake]):
    """The organisation said what changed."""


class IntakeRestated(Event[Intake]):
    """No news: said again for a new topic or after a restore."""


class IntakeLost(Erasure[Intake]):
    """No news: after the restore of an older database its owner knows nothing of it any more."""
