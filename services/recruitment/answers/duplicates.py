"""What the JSON API answers about two who may be one person."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from services.chassis.http.lists import OnePage
from services.recruitment.domain.duplicate import DuplicateChoices


class Pair(BaseModel):
    """Two in a list. `alike`: codes (name_and_year, name, email, phone, post; a growing list).

    `line`: for colleagues.
    """

    id: UUID
    status: str
    first_id: UUID
    first_called: str
    first_reference: str
    second_id: UUID
    second_called: str
    second_reference: str
    alike: list[str]
    found_at: datetime
    held_by: UUID | None
    holder: str
    line: str
    kept_reference: str | None
    closed_id: UUID | None
    undo_until: datetime | None


class Pairs(OnePage):
    duplicates: list[Pair]


class Side(BaseModel):
    """One of the two, as far as recruitment knows. `roles_…`: asked for or offered, places, meetings they came to."""

    person_id: UUID
    called: str
    reference: str
    full_name: str | None
    year_of_birth: int | None
    status: str | None
    """In the pool or left; null: they never were in it."""
    stage: str | None
    """Of the application that they sent last; null: there is none."""
    since: datetime | None
    coordinator: str | None
    by_phone: bool
    signs_in: bool
    roles_waiting: int
    roles_taken: int
    meetings: int
    kept_reference: str | None
    """Of one that is closed: which is kept."""


class SideBySide(BaseModel):
    id: UUID
    status: str
    alike: list[str]
    found_at: datetime
    line: str
    held_by: UUID | None
    sides: list[Side]
    undo_until: datetime | None
    choices: DuplicateChoices


class Status(BaseModel):
    """What became of a pair."""

    id: UUID
    status: str


class Closed(BaseModel):
    """In favour of which record the person's was closed, and until when that can be undone: by ringing us."""

    kept_reference: str
    closed_at: datetime
    undo_until: datetime
    can_be_undone: bool
