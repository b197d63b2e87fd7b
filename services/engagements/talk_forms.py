"""An informal talk as pages send it: times in days of three parts and a time of the day, and the one that suits."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from services.chassis.base.typed.days import PARTS, Moment, no_day, no_time, together, with_time
from services.chassis.base.typed.numbers import Whole
from services.chassis.base.typed.rules import judged
from services.chassis.base.typed.text import Line, Lines
from services.chassis.base.typed.wrong import Wrong
from services.engagements.domain.talking import MOST_TIMES, Mode, Picked, Proposing, check_to_come

NAMES = tuple(f"time_{place}" for place in range(1, MOST_TIMES + 1))
AT = "_at"
NONE = "none"
TIME: Any = Field(default=None, title="a time for the talk")
MINUTES: Any = Proposing.model_fields["minutes"]
MODE: Any = Proposing.model_fields["mode"]
WORDS: Any = Proposing.model_fields["words"]


class TalkForm(BaseModel):
    """Up to five times; those that are left empty are none. `instead_of`: those that stood on its page."""

    model_config = ConfigDict(extra="forbid")
    time_1: Moment | None = TIME
    time_2: Moment | None = TIME
    time_3: Moment | None = TIME
    time_4: Moment | None = TIME
    time_5: Moment | None = TIME
    minutes: Whole = MINUTES
    mode: Mode = MODE
    words: Lines = WORDS
    instead_of: Line = Field(default="", title="the times that you saw", max_length=40)

    @model_validator(mode="before")
    @classmethod
    def put_times_together(cls, typed: Any) -> Any:
        values = dict(typed)
        for name in NAMES:
            typed_at_all = _is_typed(values, name)
            values = with_time(values, name, name + AT)
            if typed_at_all:
                values[name] = values[name] or "no time"
        if not any(values[name] for name in NAMES):
            values[NAMES[0]] = "no time"
        return values

    @field_validator(*NAMES, mode="after")
    @classmethod
    def still_to_come(cls, given: datetime | None) -> datetime | None:
        return given and judged(given, lambda at, clock: check_to_come([at], now=clock.now))

    @property
    def filled(self) -> list[str]:
        """The rows that were not left empty."""
        return [name for name in NAMES if getattr(self, name)]

    @property
    def proposing(self) -> Proposing:
        times = [getattr(self, name) for name in self.filled]
        return Proposing(times=times, minutes=self.minutes, mode=self.mode, words=self.words)


class PickForm(Picked):
    """The time that was chosen, or that none suits."""

    @model_validator(mode="before")
    @classmethod
    def none_is_an_answer(cls, typed: Any) -> Any:
        return {**typed, "starts_at": None if typed.get("starts_at") == NONE else typed.get("starts_at") or "no time"}

    @field_validator("starts_at", mode="wrap")
    @classmethod
    def one_of_the_answers(cls, given: Any, read: Any) -> datetime | None:
        try:
            return read(given)
        except ValueError:
            raise Wrong("Choose {asked}, or say that none does") from None


def _is_typed(values: Mapping[str, Any], name: str) -> bool:
    if values.get(name) is not None:
        return True
    boxes = [*(f"{name}_{part}" for part in PARTS), name + AT]
    return any(str(values.get(box, "")).strip() for box in boxes)


def talk_errors(values: Mapping[str, Any], errors: dict[str, str]) -> dict[str, str]:
    """What to say of a wrong time: it is asked for by the part of it that is missing, the day or the time."""
    shown: dict[str, str] = {}
    for name, why in errors.items():
        if name not in NAMES:
            shown[NAMES[0] if name == "times" else name] = why
            continue
        on = together(values, name).get(name)
        which = name[-1]
        no = no_time(on, str(values.get(name + AT, "")), f"Enter the time on day {which}, for example 5pm or 17:00")
        if none := no_day(on, f"Enter day {which}, like 27 3 2027"):
            shown[name] = none
        if no:
            shown[name + AT] = no
        elif not none:
            shown[name] = why
    return shown
