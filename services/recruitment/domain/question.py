"""What the welcome team asked somebody who wants to join: to say more, or which time for a talk suits them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Question:
    """One question and what came of it. `times`: what they can choose from for a talk, held as `how` says.

    It has ended when its person has said something, or when the welcome team went on without that.
    """

    id: UUID
    application_id: UUID
    person_id: UUID
    organisation_id: UUID
    words: str
    times: tuple[datetime, ...]
    how: str | None
    asked_by: UUID
    asked_at: datetime
    said: str | None = None
    chosen: datetime | None = None
    entered_by: UUID | None = None
    """Who said it for them."""
    ended_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None
