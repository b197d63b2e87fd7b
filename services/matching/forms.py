"""What may be sent to matching, by its pages and its API: drafts, choices, the filters of the feed.

A page sends dates in three parts and times as people type them; `words_for_errors` says what to enter or choose where
an answer is missing.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Annotated, Any, cast

from fastapi import Depends
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from services.chassis.base.access import LONDON
from services.matching import words
from services.matching.domain.fit import Subscription
from services.matching.domain.opportunity import Draft, WithdrawalReason
from services.matching.store.opportunities import Filter, OwnFilter

CLOSING_TIME = time(17, 0)
_CLOCK = re.compile(r"(\d{1,2})(?:[:.]?(\d{2}))?(?:[:.](\d{2}))?\s*([ap]m)?", re.IGNORECASE)
_MISSING = {
    "title": "Enter the title of the role",
    "summary": "Enter what it is",
    "what_will_change": "Enter what will change because of it",
    "strand": "Choose the kind of work",
    "rung": "Choose the step on the ladder",
    "mode": "Choose how people take part",
    "time_commitment": "Enter how much time it takes",
    "expertise_level": "Choose what experience people need",
    "pay": "Choose what you pay",
    "session_at": "Enter the day of the first session",
    "apply_by": "Enter the last day to show interest",
    "feedback_by": "Enter the day by which you tell people what changed",
    "why": "Choose why you take it off the feed",
}
_NUMBERS = {
    "places": "Enter how many places there are: a whole number from 1 to 500",
    "session_hours": "Enter how many hours it lasts: more than 0, and at most 24",
}
_NO_TIME = "Enter when it starts, for example 10:00 or 2:30pm"


class PostForm(Draft):
    """The draft as a page sends it: dates in three parts and times of the day as people in England see them."""

    @model_validator(mode="before")
    @classmethod
    def put_dates_together(cls, typed: Any) -> Any:
        values, dates = dict(typed), dates_of(typed)
        values.pop("session_time", None)
        for name in dates:
            for part in ("day", "month", "year"):
                values.pop(f"{name}_{part}", None)
        return values | dates


class Words(BaseModel):
    """The words of an opportunity that can change after it was posted."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    title: str = Field(min_length=1, max_length=120)
    summary: str = Field(min_length=1, max_length=1500)
    what_will_change: str = Field(min_length=1, max_length=1000)


class Withdrawal(BaseModel):
    model_config = ConfigDict(extra="forbid")
    why: WithdrawalReason


class SubscriptionForm(BaseModel):
    """What to be told of. Nothing ticked under a question means: any."""

    model_config = ConfigDict(extra="forbid")
    strands: list[str] = Field(default=[], max_length=20)
    modes: list[str] = Field(default=[], max_length=5)
    paid_only: bool = False
    active: bool = True

    @field_validator("strands", mode="before")
    @classmethod
    def known_strands(cls, value: Any) -> list[str]:
        return _known(value, words.STRAND)

    @field_validator("modes", mode="before")
    @classmethod
    def known_modes(cls, value: Any) -> list[str]:
        return _known(value, words.MODE)

    @classmethod
    def of(cls, subscription: Subscription) -> "SubscriptionForm":
        return cls.model_construct(
            strands=[*subscription.strands],
            modes=[*subscription.modes],
            paid_only=subscription.paid_only,
            active=subscription.active,
        )

    def wanted(self) -> Subscription:
        return Subscription(tuple(self.strands), tuple(self.modes), self.paid_only, self.active)


def _known(value: Any, codes: dict[str, str]) -> list[str]:
    given = cast("list[Any]", value) if isinstance(value, list) else [value]
    chosen = [str(part) for part in given if part != ""]
    if any(code not in codes for code in chosen):
        raise ValueError("We do not know one of these answers. Choose from the list")
    return chosen


def filters(strand: str = "", mode: str = "", organisation: str = "", paid: str = "", words: str = "") -> Filter:
    """The filters in the address of the feed; empty ones count as none."""
    return Filter(
        strand=strand or None,
        mode=mode or None,
        ods_code=organisation.upper() or None,
        paid={"yes": True, "no": False}.get(paid),
        words=words[:100].strip() or None,
    )


def own_filters(state: str = "", words: str = "") -> OwnFilter:
    """The filters in the address of an organisation's own list."""
    return OwnFilter(is_open={"open": True, "closed": False}.get(state), words=words[:100].strip() or None)


Filters = Annotated[Filter, Depends(filters)]
OwnFilters = Annotated[OwnFilter, Depends(own_filters)]


def words_for_errors(values: Mapping[str, Any], errors: dict[str, str]) -> dict[str, str]:
    """What to say of each wrong answer. A missing one is asked for by what it is: the list above the form names it.

    Why an answer was refused stays as the refusal says it.
    """
    shown: dict[str, str] = {}
    for name, why in errors.items():
        if name == "session_at" and clock(str(values.get("session_time", ""))) is None:
            if _day(values, name) is None:
                shown[name] = _MISSING[name]
            shown["session_time"] = _NO_TIME
        elif name in _NUMBERS or not _answered(values, name):
            shown[name] = (_NUMBERS | _MISSING).get(name, why)
        else:
            shown[name] = why
    return shown


def dates_of(typed: Mapping[str, Any]) -> dict[str, datetime | None]:
    """The moments that a page sends in parts; None for one that is no such day or time."""
    at = {
        "apply_by": CLOSING_TIME,
        "feedback_by": CLOSING_TIME,
        "session_at": clock(str(typed.get("session_time", ""))),
    }
    days = {name: _day(typed, name) for name in at}
    return {
        name: datetime.combine(day, start, LONDON) if (day := days[name]) and start else None
        for name, start in at.items()
    }


def clock(text: str) -> time | None:
    """A time of day as people type it: "10:00", "9.30", "1430", "2pm", "2:30 pm". A bare "2" could be either: none."""
    found = _CLOCK.fullmatch(text.strip())
    if found is None or not (found[2] or found[4]):
        return None
    hour, half = int(found[1]), (found[4] or "").lower()
    if half and not 1 <= hour <= 12:
        return None
    try:
        return time(hour % 12 + (12 if half == "pm" else 0) if half else hour, int(found[2] or 0), int(found[3] or 0))
    except ValueError:
        return None


def _answered(values: Mapping[str, Any], name: str) -> bool:
    return bool(values.get(name)) or _day(values, name) is not None


def _day(values: Mapping[str, Any], name: str) -> date | None:
    try:
        day, month, year = (int(str(values.get(f"{name}_{part}", ""))) for part in ("day", "month", "year"))
        return date(year, month, day)
    except ValueError:
        return None
