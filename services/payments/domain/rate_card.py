"""What a rate is: an edition that is put in force, never changes, and can only close."""

from datetime import date, timedelta
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from schemas.identity import Organisation
from schemas.payments import RateCard, RateCardClosed, RateCardIssued
from services.chassis.base.periods import Period
from services.chassis.base.refusals import Refused
from services.chassis.base.typed.days import Day
from services.chassis.base.typed.numbers import Whole
from services.chassis.base.typed.rules import judged
from services.chassis.base.typed.text import Line, Name
from services.chassis.base.typed.words import POUNDS

HIGHEST_PENCE = 1_000_000
"""£10,000 for one unit: above it somebody mistyped."""
FAR_OFF = timedelta(days=2 * 366)

Unit = Literal["session", "half_day", "day", "hour"]


class BadStart(Refused, slug="bad-start", status=422, field="valid_from"):
    """The first day has to be within two years of today."""


class EndBeforeStart(Refused, slug="end-before-start", status=422, field="valid_to"):
    """The last day has to be on or after the first day."""


class EndInThePast(Refused, slug="end-in-the-past", status=422, field="valid_to"):
    """The last day has to be today or later, because the rate may have been offered until now."""


class EndMovedLater(Refused, slug="end-moved-later", status=422, field="valid_to"):
    """This rate has a last day already. It can end earlier but not later: issue a new rate instead."""


class OrganisationClosed(Refused, slug="organisation-closed", title="This organisation has closed", status=409):
    """This organisation has closed, so it can no longer put rates in force. Its successor can."""


AMOUNT: Any = Field(title="how much it is", ge=1, le=HIGHEST_PENCE, json_schema_extra={"x-typed-as": POUNDS})


class Draft(BaseModel):
    """What finance fills in to put a rate in force."""

    model_config = ConfigDict(extra="forbid")

    title: Name = Field(title="the name of the rate", max_length=120)
    unit: Unit = Field(title="what the rate pays for")
    amount_pence: Whole = AMOUNT
    source: Line = Field(
        title="where it comes from", min_length=1, max_length=300, description="policy, its issuer and version"
    )
    valid_from: Day = Field(title="the first day")
    valid_to: Day | None = Field(default=None, title="the last day")

    @field_validator("valid_from")
    @classmethod
    def begins_in_our_time(cls, first: date) -> date:
        return judged(first, lambda first, clock: _check_start(first, clock.today))

    @field_validator("valid_to")
    @classmethod
    def ends_in_time(cls, last: date | None, info: ValidationInfo) -> date | None:
        period = Period(info.data.get("valid_from", last), last) if last else None
        return judged(last, lambda _, clock: period and _check_end(period, clock.today))


class Closing(BaseModel):
    """The last day on which a rate is in force."""

    model_config = ConfigDict(extra="forbid")
    valid_to: Day = Field(title="the last day")


def issue(draft: Draft, *, by: Organisation, id: UUID, today: date) -> tuple[RateCard, RateCardIssued]:
    """A new edition. Raises BadStart, EndBeforeStart, EndInThePast or OrganisationClosed."""
    if Period.of(by).ends_before(today):
        raise OrganisationClosed
    _check_start(draft.valid_from, today)
    if draft.valid_to is not None:
        _check_end(Period.of(draft), today)
    card = RateCard.build(id=id, version=1, organisation_id=by.id, ods_code=by.ods_code, **draft.model_dump())
    return card, RateCardIssued(card)


def close(card: RateCard, *, valid_to: date, today: date) -> tuple[RateCard, RateCardClosed] | None:
    """Give an edition its last day; None when it has that one already. What was offered at it stays as it was.

    Raises EndBeforeStart, EndInThePast or EndMovedLater.
    """
    if card.valid_to == valid_to:
        return None
    _check_end(Period(card.valid_from, valid_to), today)
    if card.valid_to is not None and valid_to > card.valid_to:
        raise EndMovedLater
    closed = card.with_changes(valid_to=valid_to, version=card.version + 1)
    return closed, RateCardClosed(closed)


def _check_start(first: date, today: date) -> None:
    if abs(first - today) > FAR_OFF:
        raise BadStart


def _check_end(period: Period, today: date) -> None:
    if not period.has_days:
        raise EndBeforeStart
    if period.ends_before(today):
        raise EndInThePast
