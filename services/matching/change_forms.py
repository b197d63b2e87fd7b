"""What pages send of a role that changes after it was posted, and what they are filled in with."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, model_validator

from schemas.matching import Opportunity
from schemas.words import LANGUAGE, in_words
from services.chassis.base.periods import london_day
from services.chassis.base.typed.days import apart, in_london, together
from services.matching.domain.draft import EXPENSES_ONLY
from services.matching.domain.parts import NewAnswers, NewDays, NewJob, NewOpening, NewPlace, NewTerms
from services.matching.domain.said import CLOSING_TIME, DAYS
from services.matching.forms import unticked


def _closing_time(typed: Any) -> dict[str, Any]:
    """Days in three boxes, each at the hour at which such a day is over. An empty day is none that can be read."""
    values = together(typed, *DAYS)
    return values | {name: in_london(values[name], CLOSING_TIME) or "no day" for name in DAYS if name in values}


class PlaceForm(NewPlace):
    """As a page sends it: a day in three parts."""

    @model_validator(mode="before")
    @classmethod
    def put_the_day_together(cls, typed: Any) -> Any:
        return together(typed, "term_until")


class TermsForm(NewTerms):
    """As a page sends it: a day in three parts."""

    @model_validator(mode="before")
    @classmethod
    def put_the_day_together(cls, typed: Any) -> Any:
        return together(typed, "status_on")


class DaysForm(NewDays):
    """As a page sends it: days in three parts."""

    @model_validator(mode="before")
    @classmethod
    def put_the_days_together(cls, typed: Any) -> Any:
        return _closing_time(typed)


class OpeningForm(NewOpening):
    """As a page sends it: days in three parts."""

    @model_validator(mode="before")
    @classmethod
    def put_the_days_together(cls, typed: Any) -> Any:
        return _closing_time(typed)


class JobForm(NewJob):
    """As a page sends it: its closing day in three parts."""

    @model_validator(mode="before")
    @classmethod
    def put_the_day_together(cls, typed: Any) -> Any:
        return _closing_time(typed)


def where_moved(form: NewDays | NewOpening | NewJob, o: Opportunity) -> dict[str, Any]:
    """What a form says. A day that is typed as it was keeps its hour, whatever that is."""
    asked = [name for name in DAYS if name in type(form).model_fields]
    stood: dict[str, datetime | None] = {name: getattr(o, name) for name in asked}
    same = {name: at for name, at in stood.items() if at and _day(at) == _day(getattr(form, name))}
    return form.model_dump(exclude_unset=True) | same


def _day(at: datetime | None) -> date | None:
    return london_day(at) if at else None


class WhoAnswersForm(NewAnswers):
    """As a page sends it."""

    @model_validator(mode="before")
    @classmethod
    def read_what_was_not_ticked(cls, typed: Any) -> Any:
        return unticked(dict(typed))


def as_it_stands(o: Opportunity, asked: type[BaseModel]) -> dict[str, Any]:
    """What the form that asks for these is filled in with."""
    found: dict[str, Any] = {}
    for name in asked.model_fields:
        found |= _boxes(o, name)
    return found


def _boxes(o: Opportunity, name: str) -> dict[str, Any]:
    if name == "why":
        return {"why": ""}
    if name.startswith("status_"):
        return _status(o, name)
    if name == "pay":
        return {name: str(o.pay.rate_card_id) if o.pay else EXPENSES_ONLY}
    if name == "work":
        return {name: str(o.work.id) if o.work else ""}
    if name in ("salary", "link"):
        return {name: getattr(o.job, name, "")}
    value = getattr(o, name)
    if name == "languages":
        return {name: in_words(LANGUAGE, value)}
    if name in (*DAYS, "term_until"):
        return apart(name, value)
    if isinstance(value, bool):
        return {name: "yes" if value else ""}
    if isinstance(value, tuple):
        return {name: list(value)}  # pyright: ignore[reportUnknownArgumentType]
    if isinstance(value, float):
        return {name: f"{value:g}"}
    return {name: "" if value is None else str(value)}


def _status(o: Opportunity, name: str) -> dict[str, Any]:
    decided = o.status_decision
    if name == "status_on":
        return apart(name, decided.decided_on if decided else None)
    said = {"status_result": "result", "status_tool": "tool", "status_by": "decided_by"}[name]
    return {name: getattr(decided, said) if decided else ""}
