"""What the JSON API of engagements answers."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from schemas.engagements import Engagement
from services.chassis.http.lists import OnePage


class Status(BaseModel):
    """Where an engagement stands now."""

    id: UUID
    status: str


class NeedsOfPlace(BaseModel):
    """What somebody with a place needs, as codes, and what of it is arranged."""

    id: UUID
    person_id: UUID
    asked_for: tuple[str, ...]
    arranged: tuple[str, ...]


class SaidNo(BaseModel):
    """A person's no to an offer, which nobody else knows of yet."""

    undo_until: datetime | None


class Untold(BaseModel):
    """Why others were chosen, which the person does not know yet."""

    why: str
    words: str
    undo_until: datetime | None


class Waits(Engagement):
    """Somebody who waits for an answer to their interest."""

    called: str
    reference: str
    title: str
    is_late: bool


class Unanswered(OnePage):
    """One page of those who wait, late ones first, and how many are late in all."""

    late: int
    engagements: list[Waits]


def short(of: Engagement) -> dict[str, str]:
    return {"id": str(of.id), "status": of.status}
