"""What engagements says of what a person needs at one session: how settled it is, and who waits. Never what it is."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from schemas.event import Erasure, Event, State

ARRANGEMENT_STATUSES = ("failed", "asked", "booked", "confirmed", "not_needed")
"""How far what one person needs at one session is: that of its least settled part, in this order. A growing list.

failed: it cannot be had, or not as it was asked for; not_needed: the session, the place or the need is gone.
"""


class Arrangement(State, topic="engagements.arrangement", about_people=True):
    """What a person with a place needs at one session of their role. What it is, and who is booked, is on no topic."""

    organisation_id: UUID
    ods_code: str
    opportunity_id: UUID
    engagement_id: UUID
    session_id: UUID
    person_id: UUID
    starts_at: datetime = Field(description="when the session begins, as far as this was arranged for it")
    ends_at: datetime
    status: str = Field(description="see ARRANGEMENT_STATUSES (a growing list)")
    status_at: datetime = Field(description="since when it is that")
    failed_at: datetime | None = Field(
        default=None, description="when a part of it could not be had last, for this time of the session"
    )
    unconfirmed_since: datetime | None = Field(
        default=None, description="not all was confirmed ten working days before, or when it came about later than that"
    )
    asked_at: datetime | None = Field(default=None, description="when the person was asked whether it was there")
    answered_at: datetime | None = Field(default=None, description="when they answered; the answer is on no topic")
    look_since: datetime | None = Field(default=None, description="since when the organisation has to look at it")
    looked_at: datetime | None = Field(default=None, description="when somebody there said that they have")


class AccessAsked(Event[Arrangement]):
    """Something that a person needs at a session has to be arranged: for the first time, or again."""


class AccessSessionMoved(Event[Arrangement]):
    """The session begins at another time: what was arranged is asked for again."""


class AccessArranged(Event[Arrangement]):
    """The organisation said how far it is."""


class AccessUnconfirmed(Event[Arrangement]):
    """Not all is confirmed, and it is time to say so."""


class AccessNotNeeded(Event[Arrangement]):
    """Nothing has to be arranged any more."""


class AccessLookedBackAt(Event[Arrangement]):
    """The session is over: the person is asked whether it was there, answered, or need not answer any more."""


class AccessLookedAt(Event[Arrangement]):
    """The organisation said that it has looked at what the person answered."""


class ArrangementRestated(Event[Arrangement]):
    """No news: said again for a new topic or after a restore."""


class ArrangementLost(Erasure[Arrangement]):
    """No news: after the restore of an older database its owner knows nothing of it any more."""


class ArrangementErased(Erasure[Arrangement]):
    """The person asked to be forgotten."""
