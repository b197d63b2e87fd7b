"""Where a person is paid: the payee's name and a UK bank account. It never leaves payments but in a payroll file."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from services.chassis.base.typed.text import Name, bare


class PayeeDetails(BaseModel):
    """Bank details as typed, put into the form that banks use. That the account exists is not checked here."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    payee_name: Name = Field(title="the name on the account", max_length=70)
    sort_code: str = Field(title="the sort code", repr=False)
    account_number: str = Field(title="the account number", repr=False)

    @field_validator("sort_code", mode="before")
    @classmethod
    def six_digits(cls, value: Any) -> str:
        digits = bare(value) if isinstance(value, str) else ""
        if not re.fullmatch("[0-9]{6}", digits):
            raise ValueError("Enter a sort code of 6 digits, for example 20-00-00")
        return digits

    @field_validator("account_number", mode="before")
    @classmethod
    def eight_digits(cls, value: Any) -> str:
        """Seven digits get a nought in front, as banks do (Vocalink, Validating Account Numbers)."""
        digits = bare(value) if isinstance(value, str) else ""
        if not re.fullmatch("[0-9]{7,8}", digits):
            raise ValueError("Enter an account number of 8 digits, for example 12345678")
        return digits.zfill(8)


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

    @property
    def masked(self) -> str:
        """What may be shown again: "••••1234"."""
        return f"••••{self.account_number[-4:]}"

    def is_still(self, details: PayeeDetails) -> bool:
        given = (details.payee_name, details.sort_code, details.account_number)
        return given == (self.name, self.sort_code, self.account_number)
