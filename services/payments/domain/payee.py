"""Where a person is paid: the payee's name and a UK bank account. It never leaves payments but in a payroll file."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from services.chassis.base.refusals import Refused
from services.chassis.base.typed.text import Name, bare


def _six_digits(value: Any) -> str:
    digits = bare(value) if isinstance(value, str) else ""
    if not re.fullmatch("[0-9]{6}", digits):
        raise ValueError("Enter a sort code of 6 digits, for example 20-00-00")
    return digits


def _eight_digits(value: Any) -> str:
    """Seven digits get a nought in front, as banks do (Vocalink, Validating Account Numbers)."""
    digits = bare(value) if isinstance(value, str) else ""
    if not re.fullmatch("[0-9]{7,8}", digits):
        raise ValueError("Enter an account number of 8 digits, for example 12345678")
    return digits.zfill(8)


SortCode = Annotated[str, BeforeValidator(_six_digits)]
AccountNumber = Annotated[str, BeforeValidator(_eight_digits)]


class PayeeDetails(BaseModel):
    """Bank details as typed, put into the form that banks use. That the account exists is not checked here."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    payee_name: Name = Field(title="the name on the account", max_length=70)
    sort_code: SortCode = Field(title="the sort code", repr=False)
    account_number: AccountNumber = Field(title="the account number", repr=False)


class EnteredByYou(Refused, slug="entered-by-you", title="Somebody else has to ring back", status=403):
    """You entered these bank details. Somebody else has to ring the person and confirm them."""


class NotTheSame(Refused, slug="not-the-same-details", title="These are not the details that were entered", status=422):
    """This is not what was entered, so nothing is confirmed. Read it back digit by digit. Was it entered wrong? Then
    enter the details again, and somebody else rings back."""


class NothingToConfirm(Refused, slug="no-details-to-confirm", title="Nothing waits here", status=409):
    """No bank details wait to be confirmed. Perhaps a colleague has just done it, or the person gave new ones."""


class ReadBack(BaseModel):
    """What the person says on the phone, typed by whoever rang them back. It is compared with what was entered."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    sort_code: SortCode = Field(title="the sort code", repr=False)
    account_number: AccountNumber = Field(title="the account number", repr=False)


@dataclass(frozen=True)
class ToConfirm:
    """Bank details that a helper entered for a person, and that nobody is paid by before they are confirmed."""

    person_id: UUID
    organisation_id: UUID
    entered_by: UUID
    entered_at: datetime
    details: PayeeDetails

    def check_read_back(self, said: ReadBack, *, by: UUID) -> None:
        """Whether the person said just these to another hand than the one that entered them.

        Raises EnteredByYou and NotTheSame.
        """
        if by == self.entered_by:
            raise EnteredByYou
        if (said.sort_code, said.account_number) != (self.details.sort_code, self.details.account_number):
            raise NotTheSame


@dataclass(frozen=True)
class Payee:
    """One version of a person's bank details."""

    version: int
    name: str
    sort_code: str
    account_number: str
    given_at: datetime

    def __repr__(self) -> str:
        return f"Payee(version={self.version})"

    def shown(self, *, to_helper: bool) -> "ShownPayee":
        return ShownPayee(self.given_at, *((None, None) if to_helper else (self.name, self.account_number[-4:])))

    def is_still(self, details: PayeeDetails) -> bool:
        given = (details.payee_name, details.sort_code, details.account_number)
        return given == (self.name, self.sort_code, self.account_number)


@dataclass(frozen=True)
class ShownPayee:
    """Bank details as far as they may be shown again. A helper, who could otherwise find out whether digits that they
    have are the person's, sees only that there are some.
    """

    given_at: datetime
    name: str | None = field(repr=False)
    ending: str | None = field(repr=False)
    """The last four digits of the account number."""

    @property
    def masked(self) -> str | None:
        """ "••••1234"."""
        return self.ending and f"••••{self.ending}"
