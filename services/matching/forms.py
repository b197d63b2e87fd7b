"""What may be sent to matching, by its pages and its API: drafts, choices, the filters of the feed.

A page sends dates in three parts and times as people type them; `words_for_errors` says which part of a day or
time is missing.
"""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from services.chassis.base.typed.days import Day, Moment, in_london, no_day, no_time, together, with_time
from services.chassis.base.typed.numbers import WHOLE, Hours
from services.chassis.base.typed.text import OR_MISSING, Line, Lines, Name, Plain, several
from services.matching import words
from services.matching.domain.draft import SUMMARY, TITLE, WHAT_WILL_CHANGE, Draft
from services.matching.domain.fit import Subscription
from services.matching.domain.job import JobDraft
from services.matching.domain.opportunity import WithdrawalReason
from services.matching.domain.repeat import Every, Repeat
from services.matching.domain.said import CLOSING_TIME, dates_of
from services.matching.domain.sessions import Mode, SessionDraft, SessionMove
from services.matching.domain.work import WorkWords
from services.matching.filter_forms import Filters as Filters
from services.matching.store.opportunities import OwnFilter
from services.matching.store.ways_in import WayFilter
from services.matching.store.works import WorkFilter

_DAYS = {
    "apply_by": "Enter the last day to show interest, like 27 3 2027",
    "decide_by": "Enter the day by which people hear who was chosen, like 27 3 2027",
    "status_on": "Enter the day on which it was decided, like 27 3 2027",
    "term_until": "Enter the last day of the role, like 27 3 2027, or leave it empty",
    "feedback_by": "Enter the day by which you tell people what changed, like 27 3 2027",
    "session_at": "Enter the day of the first session, like 27 3 2027",
    "starts_at": "Enter the day, like 27 3 2027",
    "until": "Enter the last day, like 27 3 2027",
}
_TIMES = {"session_at": "session_time", "starts_at": "starts_time"}
"""A moment whose time is typed beside its day: in which box."""


class PostForm(Draft):
    """The draft as a page sends it: dates in three parts and times of the day as people in England see them."""

    @model_validator(mode="before")
    @classmethod
    def put_dates_together(cls, typed: Any) -> Any:
        values, dates = together(typed, "term_until", "status_on"), dates_of(typed)
        values.pop("session_time", None)
        for name in dates:
            for part in ("day", "month", "year"):
                values.pop(f"{name}_{part}", None)
        return unticked(values) | dates


class JobForm(JobDraft):
    """A job as a page sends it: its closing day in three parts."""

    @model_validator(mode="before")
    @classmethod
    def put_the_day_together(cls, typed: Any) -> Any:
        values = together(typed, "apply_by")
        return values | {"apply_by": in_london(values.get("apply_by"), CLOSING_TIME)}


class NewWork(WorkWords):
    """A piece of work, and the draft of a role from which somebody came to add it."""

    draft: Annotated[UUID | None, OR_MISSING] = Field(default=None, title="the draft that you came from")

    def words(self) -> WorkWords:
        return WorkWords.model_validate(self.model_dump(exclude={"draft"}))


class SessionForm(SessionDraft):
    """The draft as a page sends it: a day in three parts, and a time of the day as people in England see it."""

    @model_validator(mode="before")
    @classmethod
    def put_the_start_together(cls, typed: Any) -> Any:
        return with_time(typed, "starts_at", "starts_time")


class MoveForm(SessionMove):
    """The same of a session that changes."""

    @model_validator(mode="before")
    @classmethod
    def put_the_start_together(cls, typed: Any) -> Any:
        return with_time(typed, "starts_at", "starts_time")


class RepeatForm(Repeat):
    """The same of one that repeats."""

    @model_validator(mode="before")
    @classmethod
    def put_dates_together(cls, typed: Any) -> Any:
        return with_time(together(typed, "until"), "starts_at", "starts_time")


class Words(BaseModel):
    """The words of an opportunity that can change after it was posted."""

    model_config = ConfigDict(extra="forbid")
    title: Name = TITLE
    summary: Lines = SUMMARY
    what_will_change: Lines = WHAT_WILL_CHANGE


class FeedbackDay(BaseModel):
    """By when people are told what changed."""

    model_config = ConfigDict(extra="forbid")
    feedback_by: Moment = Field(title="the day by which you tell people what changed")


class TemplateName(BaseModel):
    """What a template of one's own organisation is called."""

    model_config = ConfigDict(extra="forbid")
    called: Name = Field(title="what the template is called", max_length=120)


class TemplateUse(BaseModel):
    """With a template: which piece of work the role is a part of, of several; nothing: that is chosen later."""

    model_config = ConfigDict(extra="forbid")
    work: Annotated[UUID | None, OR_MISSING] = Field(default=None, title="the piece of work it is a part of")


class KeptRole(TemplateName):
    """Which role is kept as a template."""

    opportunity_id: UUID = Field(title="the role")


class Withdrawal(BaseModel):
    model_config = ConfigDict(extra="forbid")
    why: WithdrawalReason = Field(title="why you take it off the feed")


class AdviceTaken(BaseModel):
    """Which advice one press takes over: its kind, its field, and the word that it is about."""

    model_config = ConfigDict(extra="forbid")
    advice: Plain = Field(title="which advice you take", min_length=1, max_length=200)


AWeek = Annotated[int, Field(ge=1, le=20), WHOLE]
"""Of roles that somebody is told of."""


class SubscriptionForm(BaseModel):
    """What to be told of. Kinds of work and modes that are left out (null) are the profile's; none means: any."""

    model_config = ConfigDict(extra="forbid")
    strands: list[str] | None = Field(default=None, title="the kinds of work", max_length=20)
    modes: list[str] | None = Field(default=None, title="how you can take part", max_length=5)
    paid_only: bool = Field(default=False, title="whether you want paid roles only")
    active: bool = Field(default=True, title="whether we tell you about new opportunities")
    most_a_week: Annotated[AWeek | None, OR_MISSING] = Field(
        default=None,
        title="how many roles we tell you of in a week at most",
        description="null: as the network has it. Left out: as it was.",
    )

    @field_validator("strands", mode="before")
    @classmethod
    def known_strands(cls, value: Any) -> list[str] | None:
        return None if value is None else several(value, words.STRAND)

    @field_validator("modes", mode="before")
    @classmethod
    def known_modes(cls, value: Any) -> list[str] | None:
        return None if value is None else several(value, words.MODE)

    @classmethod
    def of(cls, subscription: Subscription) -> "SubscriptionForm":
        return cls.model_construct(
            strands=[*(subscription.strands or ())],
            modes=[*(subscription.modes or ())],
            paid_only=subscription.paid_only,
            active=subscription.active,
            most_a_week=subscription.most_a_week,
        )

    def wanted(self) -> Subscription:
        strands, modes = (None if codes is None else tuple(codes) for codes in (self.strands, self.modes))
        return Subscription(strands, modes, self.paid_only, self.active, self.most_a_week)

    @property
    def keeps_most(self) -> bool:
        """Nothing was said of how many a week, as by a program of before that could not."""
        return "most_a_week" not in self.model_fields_set


def unticked(values: dict[str, Any]) -> dict[str, Any]:
    """A box that was not ticked is not sent by a browser; without a page it means yes."""
    return {"talks_from_interest": ""} | values


def repeat_of(
    starts_at: Moment,
    hours: Hours,
    every: Every,
    until: Day,
    mode: Mode = "",
    place: Annotated[Line, Query(max_length=200)] = "",
) -> Repeat:
    """A repeat in the address of the API's read of its days. Whether there can be such a one the domain says."""
    return Repeat.model_construct(starts_at=starts_at, hours=hours, every=every, until=until, mode=mode, place=place)


def own_filters(state: str = "", words: str = "") -> OwnFilter:
    """The filters in the address of an organisation's own list."""
    return OwnFilter(is_open={"open": True, "closed": False}.get(state), words=words[:100].strip() or None)


def work_filters(state: str = "", words: str = "") -> WorkFilter:
    """The filters in the address of an organisation's pieces of work."""
    return WorkFilter(goes_on={"open": True, "closed": False}.get(state), words=words[:100].strip() or None)


def way_filters(organisation: str = "", kind: str = "", time: str = "") -> WayFilter:
    """The filters in the address of the ways to get involved."""
    return WayFilter(ods_code=organisation[:20].upper() or None, kind=kind[:40] or None, takes=time[:40] or None)


OwnFilters = Annotated[OwnFilter, Depends(own_filters)]
WorkFilters = Annotated[WorkFilter, Depends(work_filters)]
WayFilters = Annotated[WayFilter, Depends(way_filters)]


def words_for_job_errors(values: Mapping[str, Any], errors: dict[str, str]) -> dict[str, str]:
    """The same of a job."""
    none = no_day(together(values, "apply_by").get("apply_by"), "Enter the last day to apply, like 27 3 2027")
    return errors | ({"apply_by": none} if "apply_by" in errors and none else {})


def words_for_errors(values: Mapping[str, Any], errors: dict[str, str]) -> dict[str, str]:
    """What to say of each wrong answer. Of a session that cannot be read, the part that is missing: its day, its time.

    A day that cannot be read is asked for without its time, which pages do not ask for. Why one was refused stays.
    """
    shown: dict[str, str] = {}
    for name, why in errors.items():
        day = together(values, name).get(name)
        none = no_day(day, _DAYS[name]) if name in _DAYS else ""
        if none:
            shown[name] = none
        if (box := _TIMES.get(name)) and (no := no_time(day, str(values.get(box, "")))):
            shown[box] = no
        elif not none:
            shown[name] = why
    return shown
