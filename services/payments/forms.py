"""What finance's pages send about rates: pounds as typed, dates in three parts.

The other pages, and the API, send the drafts of the domain as they are.
"""

from datetime import date
from typing import Any

from pydantic import ValidationInfo, field_validator, model_validator

from services.chassis.base.typed.days import together
from services.chassis.base.typed.numbers import Pounds
from services.payments.domain.rate_card import AMOUNT, Closing, Draft, EndBeforeStart


class RateForm(Draft):
    """The draft as a page sends it: pounds as typed, dates in three parts."""

    amount_pence: Pounds = AMOUNT

    @model_validator(mode="before")
    @classmethod
    def put_together(cls, typed: Any) -> Any:
        return together(typed, "valid_from", "valid_to")

    @field_validator("valid_to")
    @classmethod
    def days_in_order(cls, last: date | None, info: ValidationInfo) -> date | None:
        if last and "valid_from" in info.data and last < info.data["valid_from"]:
            raise ValueError(EndBeforeStart().words)
        return last


class CloseForm(Closing):
    """The last day as a page sends it: in three parts."""

    @model_validator(mode="before")
    @classmethod
    def put_together(cls, typed: Any) -> Any:
        return together(typed, "valid_to")
