"""What may be sent to notifications: by its pages, which have a field for each channel, and by its API."""

from pydantic import BaseModel, ConfigDict, Field

from services.notifications.domain.contact import Channel, Wanted

LONGEST = 500
LONGEST_SIGNED = 2000


class ContactForm(BaseModel):
    """A channel, and the address for it. The front desk's page sends the last two fields, hidden."""

    model_config = ConfigDict(extra="forbid")
    channel: Channel
    email: str = Field(default="", max_length=LONGEST)
    phone: str = Field(default="", max_length=LONGEST)
    post: str = Field(default="", max_length=LONGEST)
    verified_address: str = Field(default="", max_length=LONGEST_SIGNED)
    to: str = Field(default="", max_length=LONGEST_SIGNED)

    def wanted(self) -> Wanted:
        typed = {"email": self.email, "phone": self.phone, "post": self.post}
        return Wanted(self.channel, typed.get(self.channel, ""), self.verified_address)


class ContactBody(BaseModel):
    """`address`: what the channel needs, none for `page`. `verified_address`: as signed by the front desk, or none."""

    model_config = ConfigDict(extra="forbid")
    channel: Channel
    address: str = Field(default="", max_length=LONGEST)
    verified_address: str = Field(default="", max_length=LONGEST_SIGNED)

    def wanted(self) -> Wanted:
        return Wanted(self.channel, self.address, self.verified_address)


class ConfirmForm(BaseModel):
    """`token`: from the link that was sent to the address."""

    model_config = ConfigDict(extra="forbid")
    token: str = Field(min_length=1, max_length=LONGEST_SIGNED)


class HelpForm(BaseModel):
    """How somebody on the phone wants to be reached, as a member of staff enters it."""

    model_config = ConfigDict(extra="forbid")
    channel: Channel
    phone: str = Field(default="", max_length=LONGEST)
    post: str = Field(default="", max_length=LONGEST)

    def wanted(self) -> Wanted:
        return Wanted(self.channel, {"phone": self.phone, "post": self.post}.get(self.channel, ""))


class HelpBody(BaseModel):
    """The same, sent to the API."""

    model_config = ConfigDict(extra="forbid")
    channel: Channel
    address: str = Field(default="", max_length=LONGEST)

    def wanted(self) -> Wanted:
        return Wanted(self.channel, self.address)
