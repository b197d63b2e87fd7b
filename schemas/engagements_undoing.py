"""What engagements says of an answer that can still be undone: for the home page of the side that gave it."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from schemas.event import Erasure, Event, State

UNDOING_SIDES = ("organisation", "person")
"""Whose answer it is. A growing list."""


class Undoing(State, topic="engagements.undoing", about_people=True):
    """Whether one side of an engagement gave an answer that it can still undo: "not chosen", or a no to an offer.

    For that side's own home page, and for nobody else: the other side does not know of it, nor do other rooms.
    """

    engagement_id: UUID
    organisation_id: UUID
    person_id: UUID
    side: str = Field(description="see UNDOING_SIDES (a growing list)")
    answered_at: datetime
    until: datetime | None = Field(default=None, description="none: it was told, undone, or something came before it")


class UndoingBegun(Event[Undoing]):
    """An answer was given that can be undone for a while."""


class UndoingEnded(Event[Undoing]):
    """It was told, undone, or something else came before it."""


class UndoingRestated(Event[Undoing]):
    """No news: said again for a new topic or after a restore."""


class UndoingLost(Erasure[Undoing]):
    """No news: after the restore of an older database its owner knows nothing of it any more."""


class UndoingErased(Erasure[Undoing]):
    """The person asked to be forgotten."""
