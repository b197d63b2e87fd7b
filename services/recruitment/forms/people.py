"""What may be sent about looking after people: a break, a note of a talk, handing over, cover, a yes or a no."""

from typing import Annotated, Any, cast
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from services.chassis.base.typed.days import Day, together
from services.chassis.base.typed.rules import judged
from services.chassis.base.typed.text import Lines
from services.chassis.base.typed.words import TEXT
from services.recruitment.domain import leader, note


def _with_days(sent: Any, *names: str) -> Any:
    """A page sends a day in three boxes; three empty ones, or empty text, are no day."""
    if not isinstance(sent, dict):
        return sent
    values = together(cast("dict[str, Any]", sent), *names)
    return values | {name: None for name in names if values.get(name) == ""}


class Pause(BaseModel):
    """A break: nobody tells the person of new roles up to its last day, or until they come back."""

    model_config = ConfigDict(extra="forbid")
    until: Annotated[
        Day | None,
        AfterValidator(lambda day: judged(day, lambda day, clock: leader.check_pause(day, today=clock.today))),
    ] = Field(default=None, title="the last day of your break", description="empty: until they come back")

    @model_validator(mode="before")
    @classmethod
    def _day_in_one_piece(cls, sent: Any) -> Any:
        return _with_days(sent, "until")


class TalkNote(note.TalkDraft):
    """A note of a talk, as a page or a program sends it."""

    on: Annotated[
        Day,
        AfterValidator(lambda day: judged(day, lambda day, clock: note.check_day(day, today=clock.today))),
    ] = Field(title="the day on which you were in touch")

    @model_validator(mode="before")
    @classmethod
    def _day_in_one_piece(cls, sent: Any) -> Any:
        return _with_days(sent, "on")


class HandPeopleOver(BaseModel):
    """To whom somebody, or all people of somebody, are handed over, and a line that they and the colleague read."""

    model_config = ConfigDict(extra="forbid")
    to: UUID = Field(title="who looks after them from now on", json_schema_extra={"x-typed-as": TEXT})
    line: Lines = Field(default="", title="a line for them and for your colleague", max_length=500)


class Cover(BaseModel):
    """Who looks after somebody's people while they are away, and up to which day."""

    model_config = ConfigDict(extra="forbid")
    cover: UUID = Field(title="who covers", json_schema_extra={"x-typed-as": TEXT})
    until: Day = Field(title="the last day of the cover")

    @model_validator(mode="before")
    @classmethod
    def _day_in_one_piece(cls, sent: Any) -> Any:
        return _with_days(sent, "until")


class Says(BaseModel):
    """Whether an organisation may do things for the person; null: they say neither yes nor no."""

    model_config = ConfigDict(extra="forbid")
    may_act: bool | None = Field(title="whether they may do things for you")
