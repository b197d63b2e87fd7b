"""What a session of a programme is: a date, a length, a place, and how many people it has room for."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from schemas.training import TrainingSession
from services.chassis.base.refusals import Refused
from services.chassis.base.typed.days import Moment
from services.chassis.base.typed.numbers import Hours, Whole
from services.chassis.base.typed.rules import judged
from services.chassis.base.typed.text import Line

MOST_PLACES = 100
STARTED_AT_MOST = timedelta(minutes=5)
"""How long ago a session that is added may have started, so that one can be added as people arrive."""
LATEST_START = timedelta(days=731)


class InThePast(Refused, slug="session-in-the-past", status=422, field="starts_at"):
    """A session has to start from now on, and within two years."""


class WhereMissing(Refused, slug="place-missing", status=422, field="place"):
    """Enter where people meet."""


class Full(Refused, slug="full", title="All places are taken", status=409):
    """All the places in this session are taken. Look for another session of the training."""


class AlreadyHeld(Refused, slug="already-held", title="This session is over", status=409):
    """This session is over. Look for another session of the training."""


class AlreadyStarted(Refused, slug="already-started", title="This has started already", status=409):
    """This session has started, so you can no longer give your place back."""


class NotStarted(Refused, slug="not-started", title="This session has not started yet", status=409):
    """This session has not started yet. You can record who came from its start on."""


class AlreadyRecorded(Refused, slug="already-recorded", title="Who came was recorded already", status=409):
    """Who came was recorded on an earlier day. It could be put right on that day only."""


class SessionDraft(BaseModel):
    """What an organisation fills in to add a session."""

    model_config = ConfigDict(extra="forbid")

    starts_at: Moment = Field(title="when it starts")
    hours: Hours = Field(title="how many hours it lasts")
    mode: Literal["in_person", "remote", "hybrid"] = Field(title="how people take part")
    place: Line = Field(default="", title="where people meet", max_length=200, validate_default=True)
    places: Whole = Field(title="how many places there are", ge=1, le=MOST_PLACES)

    @field_validator("starts_at")
    @classmethod
    def starts_in_time(cls, at: datetime) -> datetime:
        return judged(at, lambda at, clock: check_start(at, now=clock.now))

    @field_validator("place")
    @classmethod
    def people_who_meet_meet_somewhere(cls, place: str, info: ValidationInfo) -> str:
        mode = info.data.get("mode", "remote")
        return judged(place, lambda place, _: check_place(place, mode=mode))


def check_start(at: datetime, *, now: datetime) -> None:
    """Raises InThePast."""
    if not now - STARTED_AT_MOST <= at <= now + LATEST_START:
        raise InThePast


def check_place(place: str, *, mode: str) -> None:
    """Raises WhereMissing."""
    if mode != "remote" and not place.strip():
        raise WhereMissing


@dataclass(frozen=True)
class Session:
    """One dated session.

    `attendance_due_since`: when the organisation was asked who came; `recorded_on`: the day on which it said so.
    """

    id: UUID
    starts_at: datetime
    hours: float
    mode: str
    place: str
    places: int
    places_taken: int = 0
    attendance_due_since: datetime | None = None
    recorded_on: date | None = None
    recorded_by: UUID | None = None

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(hours=self.hours)

    @property
    def places_left(self) -> int:
        return self.places - self.places_taken

    def over(self, now: datetime) -> bool:
        """Nobody can take a place any more."""
        return self.recorded_on is not None or self.ends_at <= now

    @property
    def attendance_missing(self) -> bool:
        """People have a place, and who came is not recorded."""
        return self.recorded_on is None and self.places_taken > 0

    @property
    def asks_at(self) -> datetime | None:
        """When to ask who came: at its start, once somebody has a place. None when that was asked, or recorded."""
        return self.starts_at if self.attendance_missing and self.attendance_due_since is None else None

    def public(self) -> TrainingSession:
        return TrainingSession(
            id=self.id,
            starts_at=self.starts_at,
            hours=self.hours,
            mode=self.mode,
            place=self.place,
            places=self.places,
            places_taken=self.places_taken,
            held=self.recorded_on is not None,
        )
