"""What finance's pages send about rates: pounds as typed, dates in three parts, and what to say where one is wrong.

The other pages, and the API, send the drafts of the domain as they are.
"""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from pydantic import model_validator

from services.payments.domain.rate_card import Closing, Draft

_UNREADABLE = ("Check this answer", "Enter a whole number", "Choose one of the answers", "Fill this in")
_WHAT_TO_ENTER = {
    "amount_pence": "Enter an amount in pounds, for example 150 or 82.50, up to £10,000",
    "valid_from": "Enter the first day, for example 1 4 2027",
    "valid_to": "Enter the last day, for example 31 3 2028",
    "unit": "Choose what the rate pays for",
}


class RateForm(Draft):
    """The draft as a page sends it: pounds as typed, dates in three parts."""

    @model_validator(mode="before")
    @classmethod
    def put_together(cls, typed: Any) -> Any:
        values = dict(typed)
        values["amount_pence"] = _pence(str(values.pop("amount_pence", "")))
        for name in ("valid_from", "valid_to"):
            values[name] = _date(values, name)
        return values


class CloseForm(Closing):
    """The last day as a page sends it: in three parts."""

    @model_validator(mode="before")
    @classmethod
    def put_together(cls, typed: Any) -> Any:
        values = dict(typed)
        values["valid_to"] = _date(values, "valid_to")
        return values


def words_for_errors(errors: dict[str, str]) -> dict[str, str]:
    """What to say of each wrong answer. One that is missing or could not be read is asked for by what it is.

    Why an answer was refused stays as the refusal says it, except for the amount.
    """
    return {
        name: _WHAT_TO_ENTER.get(name, why) if why in _UNREADABLE or name == "amount_pence" else why
        for name, why in errors.items()
    }


def _pence(typed: str) -> int | str:
    """Pence from pounds as typed ("150", "£1,234.50"); what cannot be read is left to be refused."""
    try:
        pence = Decimal(typed.replace("£", "").replace(",", "").strip()) * 100
        return int(pence) if pence == int(pence) else typed
    except (InvalidOperation, ValueError, OverflowError):
        return typed


def _date(values: dict[str, Any], name: str) -> date | str | None:
    """None when all three parts are empty; what is no date is left to be refused."""
    parts = [str(values.pop(f"{name}_{part}", "")).strip() for part in ("day", "month", "year")]
    if not any(parts):
        return None
    try:
        return date(int(parts[2]), int(parts[1]), int(parts[0]))
    except ValueError:
        return "not a date"
