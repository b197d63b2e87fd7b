"""What finance's pages send about rates: pounds as typed, dates in three parts.

The other pages, and the API, send the drafts of the domain as they are.
"""

from typing import Any

from pydantic import model_validator

from services.chassis.base.typed.days import together
from services.chassis.base.typed.numbers import Pounds
from services.payments.domain.rate_card import AMOUNT, Closing, Draft


class RateForm(Draft):
    """The draft as a page sends it: pounds as typed, dates in three parts."""

    amount_pence: Pounds = AMOUNT

    @model_validator(mode="before")
    @classmethod
    def put_together(cls, typed: Any) -> Any:
        return together(typed, "valid_from", "valid_to")


class CloseForm(Closing):
    """The last day as a page sends it: in three parts."""

    @model_validator(mode="before")
    @classmethod
    def put_together(cls, typed: Any) -> Any:
        return together(typed, "valid_to")
