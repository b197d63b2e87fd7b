"""What may be sent to recruitment, by its pages and its API, besides the drafts of its domain."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from schemas.words import TIME_OF_DAY, WEEKDAY
from services.chassis.base.typed.days import Moment, clock, in_london, no_day, no_time, together, with_time
from services.chassis.base.typed.rules import judged
from services.chassis.base.typed.text import Lines, Name, Plain, several
from services.chassis.base.typed.words import TEXT
from services.recruitment.domain.application import BirthYear, Draft
from services.recruitment.domain.profile import Answers
from services.recruitment.domain.welcome import MOST_TIMES, check_talk, check_times

TalkWay = Literal["phone", "online", "in_person", "relay"]
OFFER = "Which of these times suits you for a talk? If none does, write to us when you can."
OFFERED = ("first", "second", "third")
MOMENTS = {
    "at": "the talk",
    "first": "the first time",
    "second": "the second time",
    "third": "the third time",
}
"""Fields that a page sends as a day and a time of the day, and what they are called."""


class ProfileForm(Answers):
    """The answers as the page sends them: a question for each day, and nothing of what is not ticked."""

    @model_validator(mode="before")
    @classmethod
    def put_days_together(cls, typed: Any) -> Any:
        values = dict(typed)
        days = {day: several(values.pop(f"times_{day}", "")) for day in WEEKDAY}
        if "district" not in values:  # a page that was open before these questions were asked
            return values
        times = [f"{day}_{part}" for day, parts in days.items() for part in parts]
        return {"learning": [], "distance": "", **values, "times": times}


def words_for_profile(values: Mapping[str, Any], errors: dict[str, str]) -> dict[str, str]:
    """What to say of each wrong answer. Of times, at each day that has one."""
    if "times" not in errors:
        return errors
    wrong = [day for day in WEEKDAY if not {*several(values.get(f"times_{day}", ""))} <= TIME_OF_DAY.keys()]
    of_days = {f"times_{day}": f"Choose the times on {WEEKDAY[day]} from the answers" for day in wrong}
    return {name: said for name, said in errors.items() if name != "times"} | of_days


class PhoneEntry(Draft, Answers):
    """What the welcome team types for somebody on the phone: the application and, if they like, what would fit them."""

    person_id: UUID = Field(title="their account number", json_schema_extra={"x-typed-as": TEXT})
    full_name: Name = Field(title="their full name", max_length=120)
    year_of_birth: BirthYear = Field(default=None, title="the year in which they were born", ge=0, le=9999)
    why: Lines = Field(title="what brings them", min_length=1, max_length=2000)


class TellNow(BaseModel):
    """Whether the person is told at once. Else the answer can be undone for a while, and they are told after that."""

    model_config = ConfigDict(extra="forbid")
    tell_now: bool = Field(default=False, title="whether they are told at once")


class Decline(TellNow):
    """Why the answer is "not now", and what would help, as the person reads it."""

    reason: Lines = Field(title="why it is not now", min_length=1, max_length=1000)
    would_help: Lines = Field(title="what would help", min_length=1, max_length=1000)


class HandOver(BaseModel):
    """Who of the welcome team holds it from now on."""

    model_config = ConfigDict(extra="forbid")
    to: UUID = Field(title="who holds it from now on")


class AskMore(BaseModel):
    """What the person is asked, as they read it."""

    model_config = ConfigDict(extra="forbid")
    words: Lines = Field(title="what you want to know", min_length=1, max_length=1000)


class AskMoreOrOffer(AskMore):
    """The same by the API; with times for a talk, the person chooses one of them."""

    times: list[Moment] = Field(default=[], title="the times that you offer", max_length=MOST_TIMES)
    how: TalkWay | None = Field(default=None, title="how you talk", description="of an offer of times")

    @field_validator("times")
    @classmethod
    def are_to_come(cls, times: list[Moment]) -> list[Moment]:
        return judged(times, lambda given, clock: check_times(tuple(given), now=clock.now)) if times else times


class Talk(BaseModel):
    """When they talk, or talked, and how."""

    model_config = ConfigDict(extra="forbid")
    at: Moment = Field(title="when you talk")
    how: TalkWay = Field(title="how you talk")

    @field_validator("at")
    @classmethod
    def is_near(cls, at: Moment) -> Moment:
        return judged(at, lambda given, clock: check_talk(given, now=clock.now))


class TalkForm(Talk):
    """The same as a page sends it: the day in three parts, and the time of the day as people in England see it."""

    @model_validator(mode="before")
    @classmethod
    def put_together(cls, typed: Any) -> Any:
        return with_time(typed, "at", "at_time")


class OfferForm(AskMore):
    """Times for a talk, as a page sends them: the first has to be there, the others may be left empty."""

    words: Lines = Field(default=OFFER, title="what you write to them", max_length=1000)
    first: Moment = Field(title="the first time")
    second: Moment | None = Field(default=None, title="the second time")
    third: Moment | None = Field(default=None, title="the third time")
    how: TalkWay = Field(title="how you talk")

    @model_validator(mode="before")
    @classmethod
    def put_together(cls, typed: Any) -> Any:
        values = together(typed, *OFFERED)
        for name in OFFERED:
            day, time = values.get(name), values.pop(f"{name}_time", "")
            values[name] = None if day is None and not str(time).strip() else _moment(day, time) or "no time"
        return values | ({} if str(values.get("words", "")).strip() else {"words": OFFER})

    @field_validator(*OFFERED)
    @classmethod
    def is_to_come(cls, at: Moment | None) -> Moment | None:
        return judged(at, lambda given, clock: check_times((given,), now=clock.now)) if at else at

    @property
    def times(self) -> tuple[datetime, ...]:
        return tuple(one for one in (self.first, self.second, self.third) if one)


class SayMore(BaseModel):
    """What the person says to what they were asked."""

    model_config = ConfigDict(extra="forbid")
    words: Lines = Field(title="your answer", min_length=1, max_length=2000)


class ChooseTime(BaseModel):
    """Which of the times that they were offered suits the person."""

    model_config = ConfigDict(extra="forbid")
    time: Moment = Field(title="the time that suits you")


class Agree(BaseModel):
    """Which edition of each policy the person agrees to, who did not yet."""

    model_config = ConfigDict(extra="forbid")
    code_of_conduct: Plain = Field(default="", title="whether you agree to the code of conduct", max_length=20)
    data_notice: Plain = Field(default="", title="whether we may keep your answers", max_length=20)


class AgreeForm(Agree):
    """The same by the page, which leads back to where somebody came from."""

    to: Plain = Field(default="", title="where to go back to", max_length=2000)


def words_for_errors(values: Mapping[str, Any], errors: dict[str, str]) -> dict[str, str]:
    """What to say of each wrong answer. A moment is asked for by the part of it that is missing: the day, the time."""
    shown = {name: why for name, why in errors.items() if name not in MOMENTS}
    for name in MOMENTS.keys() & errors.keys():
        day = together(values, name).get(name)
        never = f"Enter when {MOMENTS[name]} starts, for example 10:00 or 2:30pm"
        no = no_time(day, str(values.get(f"{name}_time", "")), never)
        if none := no_day(day, f"Enter the day of {MOMENTS[name]}, like 27 3 2027"):
            shown[name] = none
        if no:
            shown[f"{name}_time"] = no
        elif not none:
            shown[name] = errors[name]
    return shown


def _moment(day: Any, time: Any) -> datetime | None:
    return in_london(day, clock(str(time)))
