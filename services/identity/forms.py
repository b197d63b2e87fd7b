"""What may be sent to the front desk: the same models for the pages' forms and the API's bodies."""

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
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from schemas import identity as contracts
from services.chassis.base.addresses import EmailAddress
from services.chassis.base.refusals import Refused
from services.chassis.base.typed.days import Day, together
from services.chassis.base.typed.numbers import Whole
from services.chassis.base.typed.rules import judged
from services.chassis.base.typed.text import Name, Plain, several
from services.identity.domain import hosting
from services.identity.domain.account import DaysMixedUp, check_called
from services.identity.domain.organisation import known_kind, tidy_code

T = TypeVar("T")
_DAYS = ("valid_from", "valid_to", "last_day", "out_until")


def _in_words(check: Callable[[Any], T]) -> Callable[[Any], T]:
    """A domain's check of one text, as pydantic wants it: its refusal becomes the field's error."""

    def checked(text: Any) -> T:
        try:
            return check(text)
        except Refused as refusal:
            raise ValueError(refusal.words) from None

    return checked


def _address(given: Any) -> EmailAddress:
    return EmailAddress.read(given if isinstance(given, str) else "")


Email = Annotated[
    EmailAddress,
    BeforeValidator(_in_words(_address)),
    WithJsonSchema({"type": "string", "format": "email", "maxLength": 254}),
]
Code = Annotated[Plain, AfterValidator(_in_words(tidy_code))]
Called = Annotated[Name, AfterValidator(_in_words(check_called))]
"""What a person is called by: it is on every room's pages, so no address is in it."""


def _known_roles(given: Any) -> list[str]:
    return several(given, contracts.ROLES)


Roles = Annotated[tuple[str, ...], BeforeValidator(_known_roles)]
Kind = Annotated[Plain, AfterValidator(_in_words(known_kind))]
CALLED: Any = Field(title="what you would like to be called", max_length=80)
THEIR_CALLED: Any = Field(title="what they are called", max_length=80)
EMAIL: Any = Field(title="your e-mail address")
THEIR_EMAIL: Any = Field(title="their e-mail address")
ROLES: Any = Field(title="what they may do", min_length=1)
FIRST_DAY: Any = Field(default=None, title="the first day")
LAST_DAY: Any = Field(default=None, title="the last day")
TO: Any = Field(default="", title="where to go then")
SECRET: Any = Field(title="the secret", min_length=1, max_length=200)


class Sent(BaseModel):
    """A form or a body. A day comes as one field, or from a page as three (`…_day`, `…_month`, `…_year`)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _days(cls, sent: Any) -> Any:
        if not isinstance(sent, dict):
            return sent
        values = together(cast("dict[str, Any]", sent), *_DAYS)
        return values | {name: None for name in _DAYS if values.get(name) == ""}

    @field_validator("valid_to", check_fields=False)
    @classmethod
    def _in_order(cls, last: date | None, info: ValidationInfo) -> date | None:
        first = info.data.get("valid_from")
        if first and last and last < first:
            raise ValueError(DaysMixedUp().words)
        return last


class AskForLink(Sent):
    email: Email = EMAIL
    to: str = TO


class GoOn(Sent):
    """Only where to go afterwards."""

    to: str = TO


class Presented(Sent):
    """Whoever sends it shows the secret of a letter's link."""

    token: Plain = SECRET
    to: str = TO


class NewAddress(Sent):
    email: Email = Field(title="your new e-mail address")


class UseLink(Sent):
    token: Plain = SECRET
    called: Called | None = Field(default=None, title="what you would like to be called", max_length=80)


class NewAccount(Sent):
    called: Called = CALLED
    email: Email = EMAIL
    to: str = TO


class FirstStart(Sent):
    network_name: Name = Field(title="the name of the network", max_length=200)
    ods_code: Code = Field(title="the ODS code of the organisation that runs the network")
    admin_called: Called = Field(title="what its first admin is called", max_length=80)
    admin_email: Email = Field(title="the e-mail address of its first admin")


class Recovery(Sent):
    """Who is to be an administrator of the network."""

    called: Called = THEIR_CALLED
    email: Email = THEIR_EMAIL


class Registration(Sent):
    ods_code: Code = Field(title="the ODS code")
    name: Name = Field(title="the name of the organisation", max_length=200)
    kind: Kind = Field(title="what kind of organisation it is")
    valid_from: Day | None = FIRST_DAY
    valid_to: Day | None = LAST_DAY


def _codes(given: Any) -> Any:
    return given.replace(",", " ").split() if isinstance(given, str) else given


class Closing(Sent):
    last_day: Day = Field(title="the last day")
    successors: Annotated[tuple[Code, ...], BeforeValidator(_codes)] = Field(
        default=(),
        max_length=20,
        title="who takes over",
        description="ODS codes; in a form with spaces or commas between them",
    )


class Correction(Sent):
    """What is written down of an organisation, as it should have been."""

    name: Name = Field(title="the name of the organisation", max_length=200)
    kind: Kind = Field(title="what kind of organisation it is")
    valid_from: Day = Field(title="the first day")
    last_day: Day | None = LAST_DAY


def _from_today(first: date | None) -> date | None:
    return judged(first, lambda first, clock: first and hosting.check_first_day(first, clock.today))


def _not_long_ago(last: date) -> date:
    return judged(last, lambda last, clock: hosting.check_last_day(last, clock.today))


class Hosting(Sent):
    """Which organisation acts for this one."""

    host: Code = Field(title="the ODS code of the host")
    valid_from: Annotated[Day | None, AfterValidator(_from_today)] = FIRST_DAY
    valid_to: Day | None = LAST_DAY


class EndOfHosting(Sent):
    last_day: Annotated[Day, AfterValidator(_not_long_ago)] = Field(title="the last day")


class NewStaff(Sent):
    called: Called = THEIR_CALLED
    email: Email = THEIR_EMAIL
    roles: Roles = ROLES
    valid_from: Day | None = FIRST_DAY
    valid_to: Day | None = LAST_DAY


class MoreRoles(Sent):
    roles: Roles = ROLES
    valid_from: Day | None = FIRST_DAY
    valid_to: Day | None = LAST_DAY


class NewMachine(Sent):
    called: Name = Field(title="what it is called", max_length=80)
    roles: Roles = Field(title="what it may do", min_length=1)


class CalledName(Sent):
    called: Called = CALLED


class Start(CalledName):
    """What somebody gives who begins to join."""

    shared: bool = Field(default=False, title="whether others use this computer too")


class ShownAgain(GoOn):
    """What notifications signed for whoever said how we reach them."""

    shown: Plain = Field(title="what shows that it is you", max_length=2000)


class ShownBody(Sent):
    """The same, sent to the API."""

    shown: Plain = Field(title="what shows that it is you", max_length=2000)


class ProvedMailbox(Sent):
    """What notifications signed for whoever showed that a mailbox is theirs."""

    proved: Plain = Field(title="what shows that the mailbox is yours", max_length=2000)


class EnteredPerson(Sent):
    """Somebody who is on the phone."""

    called: Called = THEIR_CALLED


class Secret(Sent):
    secret: Plain = SECRET


class DemoWho(Sent):
    account_id: UUID | None = Field(default=None, title="whom to sign in")
    email: Email | None = Field(default=None, title="their e-mail address")


class DemoNewcomer(Sent):
    called: Called = CALLED
    email: Email = EMAIL


class Forgetting(BaseModel):
    """Asked for by a person who was told what they lose: what they are owed by then, in pence."""

    loses_pence: Whole = Field(title="what you are owed", ge=0, le=100_000_000)
