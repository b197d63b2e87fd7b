"""What may be sent to notifications: by its pages, which have a field for each channel, and by its API."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from services.chassis.base.refusals import Refused
from services.chassis.base.typed.rules import judged
from services.chassis.base.typed.text import Lines, Plain, plain
from services.chassis.base.typed.wrong import Wrong
from services.notifications.domain.calling import PARTS, CallNeedsTime, Outcome, Rang
from services.notifications.domain.contact import (
    NUMBERS,
    Channel,
    Format,
    Part,
    Relay,
    RoundUp,
    Wanted,
    Way,
    When,
    channel_of,
    tidy,
)
from services.notifications.domain.letter import numbers

LONGEST = 500
LONGEST_SIGNED = 2000
LONGEST_TOLD = 40_000
"""Of ids with commas: a thousand messages to one person."""


def _fitting(address: str, info: ValidationInfo, field: str) -> str:
    """The address, as typed, if it is one for the channel that was chosen. In another channel's field anything may be
    left, but for what no page can show."""
    way: Way | None = info.data.get("channel")
    channel = channel_of(way) if way else None
    if not address.strip() and (field, channel) == ("post", "phone"):
        return address
    if channel is None or channel not in SERVES[field] or (field == "email" and info.data.get("verified_address")):
        if field in ("email", "phone"):
            plain(address)
        return address
    try:
        tidy("post" if field == "post" else channel, address)
    except Refused as refusal:
        raise ValueError(refusal.words) from None
    return address


def _number(typed: str) -> str:
    try:
        return tidy("phone", typed) or ""
    except Refused as refusal:
        raise ValueError(refusal.words) from None


SERVES: dict[str, tuple[Channel, ...]] = {
    "email": ("email",),
    "phone": NUMBERS,
    "post": ("post", "phone"),
    "meet": ("meet",),
}
"""Each field of an address, and the channels that read it. Who is rung may say where we write if they do not answer."""
Token = Annotated[Plain, Field(max_length=LONGEST_SIGNED)]
FirstWay = Literal["phone", "sms", "text", "post", "meet", "email"]
"""Whoever begins to join has no home page to come back to."""
CHANNEL: Any = Field(title="how we should tell you")
FIRST_CHANNEL: Any = Field(title="how we can reach you")
THEIR_CHANNEL: Any = Field(title="how we should tell them")
PROVED: Any = Field(default="", title="the address that was shown to be theirs")
EMAIL: Any = Field(default="", title="your e-mail address", max_length=LONGEST, validate_default=True)
PHONE: Any = Field(default="", title="the phone number", max_length=LONGEST, validate_default=True)
POST: Any = Field(default="", title="the name and the address", max_length=LONGEST, validate_default=True)
MEET: Any = Field(default="", title="where and when to meet", max_length=LONGEST, validate_default=True)
ADDRESS: Any = Field(default="", title="the address for the channel", max_length=LONGEST)


LETTERS_TO: Any = Field(default=None, title="where we may write if nobody answers", max_length=LONGEST)
LOOK: Any = Field(default="", title="how letters should look")
CALL: Any = Field(default="", title="how we should call")
HOUR: Any = Field(default="", title="when we should ring")
OFTEN: Any = Field(default="", title="how often we write of what waits at work")
WORDS_IN_MAIL: Any = Field(default="", title="whether the words of messages are in the e-mail")


class Details(BaseModel):
    """How letters look, how and when somebody is rung, how often staff hear of what waits. What is left out stays."""

    model_config = ConfigDict(extra="forbid")
    format: Format | Literal[""] = LOOK
    relay: Relay | Literal[""] = CALL
    ring_in: When | Literal[""] = HOUR
    round_up: RoundUp | Literal[""] = OFTEN
    words_in_mail: Literal["yes", "no", ""] = WORDS_IN_MAIL

    def given(self, way: Way, address: str, *, letters_to: str | None, proved: str = "") -> Wanted:
        return Wanted(
            channel_of(way),
            address,
            proved,
            format=self.format or None,
            relay=self.relay or None,
            ring_in=self.ring_in or None,
            round_up=self.round_up or None,
            letters_to=letters_to,
            words_in_mail=self.words_in_mail == "yes" if self.words_in_mail else None,
            by_text=way == "text",
        )


class Ways(Details):
    """A form with a field for each kind of address, of which the one for the way that was chosen has to be right. Each
    names `channel` before them."""

    @field_validator("email", "phone", "post", "meet", check_fields=False)
    @classmethod
    def fits_its_channel(cls, address: str, info: ValidationInfo) -> str:
        return _fitting(address, info, info.field_name or "")

    def wanted(self) -> Wanted:
        sent = self.model_dump()
        channel = channel_of(sent["channel"])
        address = sent.get("phone" if channel == "sms" else channel, "")
        proved = sent.get("verified_address", "")
        return self.given(sent["channel"], address, letters_to=sent.get("post"), proved=proved)


class ContactForm(Ways):
    """The front desk's page sends the verified address, and where to go then, hidden."""

    channel: Way = CHANNEL
    verified_address: Token = PROVED
    email: str = EMAIL
    phone: str = PHONE
    post: Lines = POST
    meet: Lines = MEET
    to: str = Field(default="", title="where to go then", max_length=LONGEST_SIGNED)


class FirstContactForm(Ways):
    """The first way to reach somebody who began to join with their name."""

    channel: FirstWay = FIRST_CHANNEL
    email: str = EMAIL
    phone: str = PHONE
    post: Lines = POST
    meet: Lines = MEET


class ContactBody(Details):
    """`address`: what the channel needs, none for `page`. `verified_address`: as signed by the front desk, or none."""

    channel: Way = CHANNEL
    verified_address: Token = PROVED
    address: str = ADDRESS
    letters_to: Lines | None = LETTERS_TO

    def wanted(self) -> Wanted:
        return self.given(self.channel, self.address, letters_to=self.letters_to, proved=self.verified_address)


class CallForm(BaseModel):
    """What came of a call. `told`: ids of what was said, with a comma between; `again`: day and part of the day."""

    model_config = ConfigDict(extra="forbid")
    outcome: Outcome = Field(title="what came of the call")
    told: Plain = Field(default="", title="what was said", max_length=LONGEST_TOLD)
    again: Plain = Field(default="", title="when to ring again", max_length=40)

    @field_validator("told")
    @classmethod
    def are_ids(cls, typed: str) -> str:
        try:
            _ids(typed)
        except ValueError:
            raise Wrong("Open the page of this call again") from None
        return typed

    @field_validator("again")
    @classmethod
    def is_a_time(cls, typed: str) -> str:
        return judged(typed, lambda answer, _: _again(answer))

    def rang(self) -> Rang:
        return Rang(self.outcome, told=_ids(self.told), again=_again(self.again))


class CallBody(BaseModel):
    """The same, sent to the API. `again`: like "2026-12-01 morning"."""

    model_config = ConfigDict(extra="forbid")
    outcome: Outcome = Field(title="what came of the call")
    told: list[UUID] = Field(default=[], title="what was said", max_length=1000)
    again: Plain = Field(default="", title="when to ring again", max_length=40)

    @field_validator("again")
    @classmethod
    def is_a_time(cls, typed: str) -> str:
        return judged(typed, lambda answer, _: _again(answer))

    def rang(self) -> Rang:
        return Rang(self.outcome, told=tuple(self.told), again=_again(self.again))


def _ids(typed: str) -> tuple[UUID, ...]:
    return tuple(UUID(one) for one in typed.split(",") if one)


def _again(typed: str) -> tuple[date, Part] | None:
    """A day and a part of it, like "2026-12-01 morning". Raises CallNeedsTime."""
    if not typed:
        return None
    day, _, part = typed.partition(" ")
    if part not in PARTS:
        raise CallNeedsTime
    try:
        return date.fromisoformat(day), part
    except ValueError:
        raise CallNeedsTime from None


class PostedForm(BaseModel):
    """What staff say once letters are posted. `not_printed`: numbers from their list, like "4, 10-12"."""

    model_config = ConfigDict(extra="forbid")
    not_printed: Plain = Field(default="", title="the numbers of letters that did not print", max_length=LONGEST)

    @field_validator("not_printed")
    @classmethod
    def are_numbers(cls, typed: str) -> str:
        return judged(typed, lambda answer, _: numbers(answer))

    def numbers(self) -> frozenset[int]:
        return numbers(self.not_printed)


class ShowBody(BaseModel):
    """How we reach somebody, typed once more: the number, the postcode or the e-mail address that they gave."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)
    typed: Plain = Field(default="", title="what you gave us", max_length=LONGEST)


class ShowForm(ShowBody):
    to: Plain = Field(default="", title="where to go then", max_length=LONGEST_SIGNED)


class WantsLetter(BaseModel):
    """What recruitment signed of somebody who said yes there."""

    model_config = ConfigDict(extra="forbid")
    wants: Token = Field(title="what we need to know to whom to write", min_length=1)


class ConfirmForm(BaseModel):
    """`token`: from the link that was sent to the address."""

    model_config = ConfigDict(extra="forbid")
    token: Token = Field(title="the link that we sent you", min_length=1)


class HelpForm(Ways):
    """How somebody on the phone wants to be reached, as a member of staff enters it."""

    channel: Way = THEIR_CHANNEL
    phone: str = PHONE
    post: Lines = POST
    meet: Lines = MEET


class HelpBody(Details):
    """The same, sent to the API."""

    channel: Way = THEIR_CHANNEL
    address: str = ADDRESS
    letters_to: Lines | None = LETTERS_TO

    def wanted(self) -> Wanted:
        return self.given(self.channel, self.address, letters_to=self.letters_to)


class DayNumberForm(BaseModel):
    """The number that somebody lets organisations have for the day."""

    model_config = ConfigDict(extra="forbid")
    phone: Annotated[str, Field(max_length=LONGEST), AfterValidator(_number)] = Field(title="the phone number")
