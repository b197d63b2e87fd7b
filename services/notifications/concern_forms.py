"""What is sent about concerns, complaints about data, and calls around a session of somebody's own story."""

import re
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from services.chassis.base.refusals import Refused
from services.chassis.base.typed.days import Day, together
from services.chassis.base.typed.rules import Clock, judged
from services.chassis.base.typed.text import Line, Lines, several
from services.chassis.base.typed.wrong import Wrong
from services.notifications.commands.raising import Said, What
from services.notifications.domain.concern import About
from services.notifications.domain.story import Around

LONGEST = 4000
_ODS = re.compile("[A-Z0-9]{2,10}")
WORDS: Any = Field(title="what worries you", min_length=1, max_length=LONGEST)
Ticked = Annotated[bool, BeforeValidator(lambda given: given or False)]
Code = Annotated[Line, Field(max_length=10)]


class NotYetReceived(Refused, slug="received-in-the-future", status=422, field="received_on"):
    """The day on which it came is today or earlier."""


class ReceivedLongAgo(Refused, slug="received-long-ago", status=422, field="received_on"):
    """That is more than a year ago. Look at the day again; if it is right, ring whoever runs this network."""


def _check_received(day: date, clock: Clock) -> None:
    if day > clock.today:
        raise NotYetReceived
    if (clock.today - day).days > 366:
        raise ReceivedLongAgo


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RaiseBody(_Sent):
    """A concern. `to`: the ODS code of the organisation that reads it; `keep_from`: who of it does not."""

    about: About = Field(title="what it is about")
    at: Code = Field(default="", title="the organisation that it is about")
    role: UUID | None = Field(default=None, title="the role that it has to do with")
    to: Code = Field(title="whom you tell", min_length=1)
    keep_from: list[UUID] = Field(default=[], title="who must not see it", max_length=100)
    words: Lines = WORDS
    anonymous: Ticked = Field(default=False, title="whether they are told your name")

    @field_validator("to")
    @classmethod
    def is_an_ods_code(cls, typed: str) -> str:
        if not _ODS.fullmatch(typed):
            raise Wrong("Choose {asked} from the answers")
        return typed

    @field_validator("keep_from", mode="before")
    @classmethod
    def one_is_a_list_too(cls, value: Any) -> Any:
        return several(value)

    @property
    def what(self) -> What:
        return What(self.about, self.at, self.role)

    @property
    def said(self) -> Said:
        return Said(self.to, self.words, frozenset(self.keep_from), self.anonymous)


class RaiseForm(RaiseBody):
    to: Code = Field(default="", title="whom you tell", validate_default=True)

    @field_validator("role", mode="before")
    @classmethod
    def none_is_empty(cls, typed: Any) -> Any:
        return None if typed == "" else typed


class NoBody(_Sent):
    """Why somebody else should look at a no again."""

    words: Lines = Field(title="why somebody should look again", min_length=1, max_length=LONGEST)


class HandOnBody(_Sent):
    """The person's word on whether another organisation may have what they told."""

    may: bool = Field(title="whether they may have it")


class AnswerConcernForm(_Sent):
    words: Lines = Field(title="your answer", min_length=1, max_length=LONGEST)
    closes: Literal["yes", "no"] = Field(title="whether this closes it")


class AnswerConcernBody(_Sent):
    """`closes`: it is the last answer, and says what was done."""

    words: Lines = Field(title="your answer", min_length=1, max_length=LONGEST)
    closes: bool = Field(title="whether this closes it")


class ComplainBody(_Sent):
    """A complaint about data of whoever is signed in."""

    words: Lines = Field(title="what happened to your data", min_length=1, max_length=LONGEST)


class ComplainForm(ComplainBody):
    """The same by the form. `called` and `contact`: of whoever is not signed in."""

    called: Line = Field(default="", title="what we call you", max_length=200)
    contact: Lines = Field(default="", title="how we can answer you", max_length=500)


class EnterComplaintForm(_Sent):
    """What staff write down of a complaint that came by phone or post."""

    came_by: Literal["phone", "post", "email"] = Field(title="how it came")
    received_on: Day = Field(title="the day on which it came")
    called: Line = Field(default="", title="what they are called", max_length=200)
    contact: Lines = Field(title="how they want to be answered", min_length=1, max_length=500)
    words: Lines = Field(title="what they say", min_length=1, max_length=LONGEST)

    @model_validator(mode="before")
    @classmethod
    def put_together(cls, typed: Any) -> Any:
        return together(typed, "received_on")

    @field_validator("received_on")
    @classmethod
    def came_before_now(cls, day: date) -> date:
        return judged(day, _check_received)


class EnterComplaintBody(EnterComplaintForm):
    """The same by the API: `received_on` is a day."""


class StepForm(_Sent):
    words: Lines = Field(title="how far it is", min_length=1, max_length=LONGEST)


class OutcomeForm(_Sent):
    words: Lines = Field(title="what came of it", min_length=1, max_length=LONGEST)


class StoryCallForm(_Sent):
    """A call around a session at which somebody tells their own story."""

    around: Around = Field(title="when you would like a call")
    who: Literal["network", "desk"] = Field(title="who should ring")
    how: Lines = Field(title="when and how it suits you", min_length=1, max_length=500)


class SpokeForm(_Sent):
    again: Literal["yes", "no"] = Field(title="whether they wish another call")


class SpokeBody(_Sent):
    """Nothing of what was said is kept."""

    again: bool = Field(title="whether they wish another call")
