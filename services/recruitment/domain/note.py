"""What is written about somebody in the pool: that one was in touch, and what was said. The person reads all of it.

The words never leave recruitment: no event has them, and no log.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from services.chassis.base.choices import Choice, unless
from services.chassis.base.refusals import Refused
from services.chassis.base.typed.days import Day
from services.chassis.base.typed.text import Lines
from services.chassis.base.typed.wrong import Wrong

WAYS = ("phone", "in_person", "online", "email", "letter", "text", "relay")
"""By which way one was in touch. A growing list."""
OUTCOMES = ("talked", "wrote", "no_answer", "message_left")
"""What came of it. A growing list."""
REACHED = ("talked", "wrote")
"""After these they were in touch; after the others somebody has to try again."""
HAND_OVER, CONTACT = "hand_over", "contact"
LONG_AGO = 366


class NotYetThatDay(Refused, slug="not-yet-that-day", status=422, field="on"):
    """Choose today or a day before it: a note is about what has been."""


class TooLongAgo(Refused, slug="too-long-ago", status=422, field="on"):
    """Choose a day within the last year."""


class NotYourNote(Refused, slug="not-your-note", title="Somebody else wrote this note", status=403):
    """Only whoever wrote a note can delete it. Ask them."""


class TalkDraft(BaseModel):
    """What a coordinator types after they were in touch. The person reads the words."""

    model_config = ConfigDict(extra="forbid")

    on: Day = Field(title="the day on which you were in touch")
    way: str = Field(title="how you were in touch", max_length=20)
    outcome: str = Field(title="what came of it", max_length=20)
    words: Lines = Field(default="", title="what you talked about", max_length=2000)

    @field_validator("way", "outcome")
    @classmethod
    def known(cls, value: str, info: Any) -> str:
        """An answer that is not on the list is refused."""
        if value not in {"way": WAYS, "outcome": OUTCOMES}[info.field_name]:
            raise Wrong("Choose {asked} from the answers")
        return value


@dataclass(frozen=True)
class Note:
    """One line of what was written. `written_by`: None when whoever wrote it was forgotten since."""

    id: UUID
    person_id: UUID
    kind: Literal["contact", "hand_over"]
    happened_on: date
    way: str | None
    outcome: str | None
    words: str
    written_by: UUID | None
    written_at: datetime


def check_day(on: date, *, today: date) -> None:
    """Raises NotYetThatDay or TooLongAgo."""
    if on > today:
        raise NotYetThatDay
    if (today - on).days > LONG_AGO:
        raise TooLongAgo


def of_contact(draft: TalkDraft, *, id: UUID, person_id: UUID, by: UUID, now: datetime) -> Note:
    return Note(id, person_id, CONTACT, draft.on, draft.way, draft.outcome, draft.words, by, now)


def of_hand_over(line: str, *, id: UUID, person_id: UUID, by: UUID, on: date, now: datetime) -> Note:
    """What whoever handed a person over says to them and to the colleague."""
    return Note(id, person_id, HAND_OVER, on, None, None, line, by, now)


def may_delete(note: Note, *, by: UUID) -> Choice:
    """What was written to the wrong person, or by mistake. The line of a hand-over stays with it."""
    return unless((note.written_by != by or note.kind != CONTACT, NotYourNote))
