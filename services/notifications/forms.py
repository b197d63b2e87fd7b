"""What may be sent to notifications: by its pages, which have a field for each channel, and by its API."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from services.chassis.base.refusals import Refused
from services.chassis.base.typed.text import Lines, Plain, plain
from services.notifications.domain.contact import Channel, Wanted, tidy

LONGEST = 500
LONGEST_SIGNED = 2000


def _fitting(address: str, info: ValidationInfo, channel: str) -> str:
    """The address, as typed, if it is one for the channel that was chosen. In another channel's field anything may be
    left, but for what no page can show."""
    if info.data.get("channel") != channel or (channel == "email" and info.data.get("verified_address")):
        if channel in ("email", "phone"):
            plain(address)
        return address
    try:
        tidy(info.data["channel"], address)
    except Refused as refusal:
        raise ValueError(refusal.words) from None
    return address


Token = Annotated[Plain, Field(max_length=LONGEST_SIGNED)]
CHANNEL: Any = Field(title="how we should tell you")
THEIR_CHANNEL: Any = Field(title="how we should tell them")
PROVED: Any = Field(default="", title="the address that was shown to be theirs")
EMAIL: Any = Field(default="", title="your e-mail address", max_length=LONGEST, validate_default=True)
PHONE: Any = Field(default="", title="the phone number", max_length=LONGEST, validate_default=True)
POST: Any = Field(default="", title="the name and the address", max_length=LONGEST, validate_default=True)
ADDRESS: Any = Field(default="", title="the address for the channel", max_length=LONGEST)


class ContactForm(BaseModel):
    """A channel, and the address for it. The front desk's page sends the last two fields, hidden."""

    model_config = ConfigDict(extra="forbid")
    channel: Channel = CHANNEL
    verified_address: Token = PROVED
    email: str = EMAIL
    phone: str = PHONE
    post: Lines = POST
    to: str = Field(default="", title="where to go then", max_length=LONGEST_SIGNED)

    @field_validator("email", "phone", "post")
    @classmethod
    def fits_its_channel(cls, address: str, info: ValidationInfo) -> str:
        return _fitting(address, info, info.field_name or "")

    def wanted(self) -> Wanted:
        typed = {"email": self.email, "phone": self.phone, "post": self.post}
        return Wanted(self.channel, typed.get(self.channel, ""), self.verified_address)


class ContactBody(BaseModel):
    """`address`: what the channel needs, none for `page`. `verified_address`: as signed by the front desk, or none."""

    model_config = ConfigDict(extra="forbid")
    channel: Channel = CHANNEL
    verified_address: Token = PROVED
    address: str = ADDRESS

    def wanted(self) -> Wanted:
        return Wanted(self.channel, self.address, self.verified_address)


class ConfirmForm(BaseModel):
    """`token`: from the link that was sent to the address."""

    model_config = ConfigDict(extra="forbid")
    token: Token = Field(title="the link that we sent you", min_length=1)


class HelpForm(BaseModel):
    """How somebody on the phone wants to be reached, as a member of staff enters it."""

    model_config = ConfigDict(extra="forbid")
    channel: Channel = THEIR_CHANNEL
    phone: str = PHONE
    post: Lines = POST

    @field_validator("phone", "post")
    @classmethod
    def fits_its_channel(cls, address: str, info: ValidationInfo) -> str:
        return _fitting(address, info, info.field_name or "")

    def wanted(self) -> Wanted:
        return Wanted(self.channel, {"phone": self.phone, "post": self.post}.get(self.channel, ""))


class HelpBody(BaseModel):
    """The same, sent to the API."""

    model_config = ConfigDict(extra="forbid")
    channel: Channel = THEIR_CHANNEL
    address: str = ADDRESS

    def wanted(self) -> Wanted:
        return Wanted(self.channel, self.address)
