"""What may be sent of an organisation's desks and venues. The rest is in `forms`."""

import re
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field

from services.chassis.base.typed.days import Day
from services.chassis.base.typed.text import OR_MISSING, Line, Lines, Name, Plain, bare
from services.identity.forms import Email, Sent

_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}")
_PHONE = re.compile(r"\+?[0-9][0-9 ()]{4,18}")


def _postcode(given: Any) -> str:
    """As Royal Mail writes it: a space before the last three."""
    close = bare(given).upper() if isinstance(given, str) else ""
    text = f"{close[:-3]} {close[-3:]}"
    if not _POSTCODE.fullmatch(text):
        raise ValueError("Enter a full postcode of the United Kingdom, like SO16 6YD")
    return text


def _in_lines(text: str) -> str:
    return "\n".join(line for one in text.splitlines() if (line := " ".join(one.split())))


def _dialled(text: str) -> str:
    if not _PHONE.fullmatch(text):
        raise ValueError("Enter a phone number, like 01632 960 001")
    return text


def _nothing(given: Any) -> Any:
    return None if isinstance(given, str) and not given.strip() else given


Words = Annotated[Annotated[Line, Field(max_length=200)] | None, BeforeValidator(_nothing)]
Phone = Annotated[Annotated[Plain, Field(max_length=20), AfterValidator(_dialled)] | None, BeforeValidator(_nothing)]


class DeskWords(Sent):
    """A team that people can reach."""

    name: Name = Field(title="the name of the team", max_length=80)
    phone: Phone = Field(default=None, title="the phone number")
    mailbox: Annotated[Email | None, BeforeValidator(_nothing)] = Field(default=None, title="the mailbox")
    hours: Words = Field(default=None, title="when somebody answers")
    reads: Words = Field(default=None, title="when its messages are read")
    out_until: Day | None = Field(default=None, title="the last day on which nobody answers")
    deputy_id: Annotated[UUID | None, OR_MISSING] = Field(default=None, title="which desk stands in")

    def fields(self) -> dict[str, Any]:
        """As the contract has them."""
        return self.model_dump(exclude={"mailbox"}) | {"mailbox": self.mailbox.kept if self.mailbox else None}


class VenueWords(Sent):
    """A place where people meet."""

    name: Name = Field(title="the name of the place", max_length=120)
    address: Annotated[Lines, AfterValidator(_in_lines)] = Field(title="the address", min_length=1, max_length=400)
    postcode: Annotated[str, BeforeValidator(_postcode)] = Field(title="the postcode")
    access: Annotated[Lines, AfterValidator(_in_lines)] = Field(
        title="how people get in and about", min_length=1, max_length=1000
    )

    def fields(self) -> dict[str, Any]:
        return self.model_dump()
