"""What may be sent to the front desk: the same models for the pages' forms and the API's bodies."""

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, TypeVar, cast
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from services.chassis.base.addresses import EmailAddress
from services.chassis.base.refusals import Refused
from services.identity.domain.organisation import tidy_code

T = TypeVar("T")
_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}")
_PHONE = re.compile(r"\+?[0-9][0-9 ()]{4,18}")


def _in_words(check: Callable[[Any], T]) -> Callable[[Any], T]:
    """A domain's check of one text, as pydantic wants it: its refusal becomes the field's error."""

    def checked(text: Any) -> T:
        try:
            return check(text)
        except Refused as refusal:
            raise ValueError(refusal.words) from None

    return checked


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("Use letters, numbers and signs only, on one line")
    return text


def _as_list(given: Any) -> Any:
    return [given] if isinstance(given, str) and given else (given or [])


def _nothing(given: Any) -> Any:
    return None if given == "" else given


def _address(given: Any) -> EmailAddress:
    return EmailAddress.read(given if isinstance(given, str) else "")


Email = Annotated[
    EmailAddress,
    BeforeValidator(_in_words(_address)),
    WithJsonSchema({"type": "string", "format": "email", "maxLength": 254}),
]
Code = Annotated[str, AfterValidator(_in_words(tidy_code))]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_printable)]
Called = Annotated[Line, Field(max_length=80)]
Name = Annotated[Line, Field(max_length=200)]
Roles = Annotated[tuple[str, ...], BeforeValidator(_as_list)]
Day = Annotated[date | None, BeforeValidator(_nothing)]


class Sent(BaseModel):
    """A form or a body. A day comes as one field, or from a page as three (`…_day`, `…_month`, `…_year`)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _days(cls, sent: Any) -> Any:
        if not isinstance(sent, dict):
            return sent
        values = dict(cast("dict[str, Any]", sent))
        for name in [key.removesuffix("_day") for key in values if key.endswith("_day") and key != "last_day"]:
            parts = [str(values.pop(f"{name}_{part}", "")) for part in ("year", "month", "day")]
            values[name] = f"{parts[0]}-{parts[1]:0>2}-{parts[2]:0>2}" if any(parts) else ""
        return values


class AskForLink(Sent):
    email: Email
    to: str = ""


class GoOn(Sent):
    """Only where to go afterwards."""

    to: str = ""


class Presented(Sent):
    """Whoever sends it shows the secret of a letter's link."""

    token: str = Field(min_length=1, max_length=200)
    to: str = ""


class UseLink(Sent):
    token: str = Field(min_length=1, max_length=200)
    called: Called | None = None


class NewAccount(Sent):
    called: Called
    email: Email
    to: str = ""


class FirstStart(Sent):
    network_name: Name
    ods_code: Code
    admin_called: Called
    admin_email: Email


class Recovery(Sent):
    """Who is to be an administrator of the network."""

    called: Called
    email: Email


class Registration(Sent):
    ods_code: Code
    name: Name
    kind: str
    valid_from: Day = None
    valid_to: Day = None


def _codes(given: Any) -> Any:
    return given.replace(",", " ").split() if isinstance(given, str) else given


class Closing(Sent):
    last_day: date
    successors: Annotated[tuple[Code, ...], BeforeValidator(_codes)] = Field(
        default=(), max_length=20, description="ODS codes; in a form with spaces or commas between them"
    )


class Correction(Sent):
    """What is written down of an organisation, as it should have been."""

    name: Name
    kind: str
    valid_from: date
    last_day: Day = None


def _postcode(given: Any) -> Any:
    """As Royal Mail writes it: a space before the last three."""
    close = "".join(given.split()).upper() if isinstance(given, str) else given
    return f"{close[:-3]} {close[-3:]}" if isinstance(close, str) and len(close) > 4 else close


def _of_royal_mail(text: str) -> str:
    if not _POSTCODE.fullmatch(text):
        raise ValueError("Enter a full postcode of the United Kingdom, like SO16 6YD")
    return text


def _in_lines(text: str) -> str:
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return "\n".join(line for line in lines if line)


def _dialled(text: str) -> str:
    if not _PHONE.fullmatch(text):
        raise ValueError("Enter a phone number, like 01632 960 001")
    return text


Phone = Annotated[Annotated[Line, Field(max_length=20), AfterValidator(_dialled)] | None, BeforeValidator(_nothing)]
Lines = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_in_lines)]


class DeskWords(Sent):
    """A team that people can reach."""

    name: Annotated[Line, Field(max_length=80)]
    phone: Phone = None
    mailbox: Annotated[Email | None, BeforeValidator(_nothing)] = None
    hours: Annotated[Annotated[Line, Field(max_length=200)] | None, BeforeValidator(_nothing)] = None
    out_until: Day = None

    def fields(self) -> dict[str, Any]:
        """As the contract has them."""
        return self.model_dump(exclude={"mailbox"}) | {"mailbox": self.mailbox.kept if self.mailbox else None}


class VenueWords(Sent):
    """A place where people meet."""

    name: Annotated[Line, Field(max_length=120)]
    address: Annotated[Lines, Field(max_length=400)]
    postcode: Annotated[str, BeforeValidator(_postcode), AfterValidator(_of_royal_mail)]
    access: Annotated[Lines, Field(max_length=1000)]

    def fields(self) -> dict[str, Any]:
        return self.model_dump()


class Hosting(Sent):
    """Which organisation acts for this one."""

    host: Code
    valid_from: Day = None
    valid_to: Day = None


class EndOfHosting(Sent):
    last_day: date


class NewStaff(Sent):
    called: Called
    email: Email
    roles: Roles = ()
    valid_from: Day = None
    valid_to: Day = None


class MoreRoles(Sent):
    roles: Roles = ()
    valid_from: Day = None
    valid_to: Day = None


class NewMachine(Sent):
    called: Called
    roles: Roles = ()


class CalledName(Sent):
    called: Called


class Secret(Sent):
    secret: str = Field(min_length=1, max_length=200)


class DemoWho(Sent):
    account_id: UUID | None = None
    email: Email | None = None


class DemoNewcomer(Sent):
    called: Called
    email: Email


class Forgetting(BaseModel):
    """Asked for by a person who was told what they lose: what they are owed by then, in pence."""

    loses_pence: int = Field(ge=0, le=100_000_000)
