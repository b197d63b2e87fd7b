"""What may be written in a conversation, by its pages and by its API."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from services.chassis.base.access import london_day
from services.chassis.base.refusals import Refused
from services.chassis.base.typed.days import Day, together
from services.chassis.base.typed.links import wrong_with
from services.chassis.base.typed.numbers import Whole
from services.chassis.base.typed.rules import judged
from services.chassis.base.typed.text import OR_MISSING, Line, Lines, Plain
from services.notifications.domain.conversation import Side, Written
from services.notifications.domain.to_all import FileIsMissing, Wanted

LONGEST = 4000
LONG_AGO = timedelta(days=366)
WORDS: Any = Field(default="", title="your message", max_length=LONGEST)
SPOKEN: Any = Field(title="what was said", min_length=1, max_length=LONGEST)
LINK: Any = Field(default="", title="the link to what you recorded", max_length=2000)
PHONE_ON: Any = Field(default=None, title="the day on which they said it on the phone")


class NothingWritten(Refused, slug="nothing-to-send", status=422, field=""):
    """Write a message, choose a file, or give a link to what you recorded."""


class NoSuchDay(Refused, slug="no-day-of-a-call", status=422, field="phone_on"):
    """The day of the call has to be today, or a day of the last 12 months."""


class NoLink(Refused, slug="no-link", status=422, field="link"):
    """This is no link that others can open. Copy the whole link: it begins with https://"""


class LinkWithPassword(Refused, slug="link-with-password", status=422, field="link"):
    """There is a user name or a password before the address in this link. Copy the link without them."""


def check_link(link: str) -> None:
    """Empty is none. Raises NoLink or LinkWithPassword."""
    wrong = wrong_with(link) if link else ""
    if wrong == "password":
        raise LinkWithPassword
    if wrong:
        raise NoLink


def followed(link: str) -> str:
    """A link that others can open, however its beginning is typed."""
    return judged(link[:8].lower() + link[8:], lambda link, clock: check_link(link))


def check_day(on: date, *, now: datetime) -> None:
    """Raises NoSuchDay."""
    if not london_day(now) - LONG_AGO <= on <= london_day(now):
        raise NoSuchDay


class MessageForm(BaseModel):
    """One message. `phone_on`: whoever helps writes down what the person said on the phone that day."""

    model_config = ConfigDict(extra="forbid")
    words: Lines = WORDS
    link: Plain = LINK
    phone_on: Annotated[Day | None, OR_MISSING] = PHONE_ON

    @model_validator(mode="before")
    @classmethod
    def put_the_day_together(cls, typed: Any) -> Any:
        return together(typed, "phone_on")

    @field_validator("link")
    @classmethod
    def can_be_followed(cls, link: str) -> str:
        return followed(link)

    @field_validator("phone_on")
    @classmethod
    def has_been(cls, on: date | None) -> date | None:
        return on and judged(on, lambda on, clock: check_day(on, now=clock.now))

    def written(self, *, has_file: bool = False) -> Written:
        """Raises NothingWritten."""
        if not (self.words or self.link or has_file):
            raise NothingWritten
        return Written(self.words, self.link, self.phone_on, has_file)


SEEN: Any = Field(default=None, title="how much you saw", ge=0, le=1_000_000)


class AnswerForm(MessageForm):
    """The same as staff send it from a page, with how much they had seen there."""

    seen: Annotated[Whole | None, OR_MISSING] = SEEN

    def written(self, *, has_file: bool = False) -> Written:
        return replace(super().written(has_file=has_file), saw=self.seen)


class SeenForm(BaseModel):
    """A button of staff, with how much they had seen on its page."""

    model_config = ConfigDict(extra="forbid")
    seen: Annotated[Whole | None, OR_MISSING] = SEEN


class SpokenForm(BaseModel):
    """What was said on the phone between staff and a person, and whether that is all."""

    model_config = ConfigDict(extra="forbid")
    who: Side = Field(title="who said it")
    words: Lines = SPOKEN
    phone_on: Day = Field(title="the day of the call")
    answered: Literal["yes", "no"] = Field(default="yes", title="whether it was answered on the phone")

    @model_validator(mode="before")
    @classmethod
    def put_the_day_together(cls, typed: Any) -> Any:
        return together(typed, "phone_on")

    @field_validator("phone_on")
    @classmethod
    def has_been(cls, on: date) -> date:
        return judged(on, lambda on, clock: check_day(on, now=clock.now))

    @property
    def said(self) -> tuple[Side, Written]:
        return self.who, Written(self.words, phone_on=self.phone_on)


class ToAllForm(BaseModel):
    """One message to everybody who has a place. `seen`: how many there were when it was read."""

    model_config = ConfigDict(extra="forbid")
    words: Lines = WORDS
    link: Plain = LINK
    seen: Line = Field(default="", title="how many people you saw", max_length=10)
    sure: Literal["yes", ""] = Field(default="", title="that you want to send it to all of them")

    @field_validator("link")
    @classmethod
    def can_be_followed(cls, link: str) -> str:
        return followed(link)

    def wanted(self, *, has_file: bool = False) -> Wanted:
        """Raises NothingWritten."""
        if not (self.words or self.link or has_file):
            raise NothingWritten
        return Wanted(self.words, self.seen, self.sure == "yes", self.link)


class ToAllPageForm(ToAllForm):
    """The same from a page. `had_file`: a file was chosen before it was looked at once more, which browsers lose."""

    had_file: Literal["yes", ""] = Field(default="", title="that a file was chosen")

    def wanted(self, *, has_file: bool = False) -> Wanted:
        """Raises FileIsMissing too."""
        if self.had_file and not has_file:
            raise FileIsMissing
        return super().wanted(has_file=has_file)


def host_of(link: str) -> str:
    """What is shown of a link: where it leads."""
    return urlsplit(link).hostname or ""
