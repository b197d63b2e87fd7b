"""What recruitment says of two who may be one person: that they wait for the welcome team, and what it made of it."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from schemas.event import Erasure, Event, State

DUPLICATE_STATUSES = ("waiting", "two_people", "closed")
"""What the welcome team made of two who may be one: nothing yet, that they are two, or that one record is closed in
favour of the other. A growing list."""


class Duplicate(State, topic="recruitment.duplicate", about_people=True):
    """Two who may be one person. The welcome team looks at both, and says. What is alike stays in its room."""

    first_id: UUID = Field(description="the smaller of the two ids")
    second_id: UUID
    status: str = Field(description="see DUPLICATE_STATUSES (a growing list)")
    found_at: datetime
    not_for: tuple[UUID, ...] = Field(
        default=(),
        description="who does not see it, whatever their role: the two, who entered either, who is close to either",
    )
    answered_at: datetime | None = None
    kept_id: UUID | None = Field(default=None, description="of one that is closed: whose record is kept")
    closed_id: UUID | None = Field(default=None, description="whose record was closed, or last was: see undone_at")
    kept_reference: str | None = Field(default=None, description="what the person can say on the phone of the one kept")
    undone_at: datetime | None = Field(default=None, description="when they turned out to be two people after all")


class DuplicateFound(Event[Duplicate]):
    """Two people are alike in what rooms hold of them, and wait for the welcome team."""


class DuplicateChanged(Event[Duplicate]):
    """It waits again, as something else is alike or the closed one is back; or who may look at it changed."""


class DuplicateAnswered(Event[Duplicate]):
    """They are two people; or one record was closed in favour of the other."""


class DuplicateUndone(Event[Duplicate]):
    """A record was closed in favour of another, and they are two people after all."""


class DuplicateRestated(Event[Duplicate]):
    """No news: said again for a new topic or after a restore."""


class DuplicateLost(Erasure[Duplicate]):
    """No news: after the restore of an older database its owner knows nothing of it any more."""


class DuplicateErased(Erasure[Duplicate]):
    """One of the two asked to be forgotten, or nothing is alike any more before anybody looked."""
