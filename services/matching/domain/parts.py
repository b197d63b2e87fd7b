"""What may be said anew of a role, or a job, that was posted, part by part, by the rules by which it is posted.

Its sessions have commands of their own. What people answered by stays as it was posted: what is chosen by, and whether
names are hidden.
"""

from collections.abc import Callable
from datetime import datetime
from inspect import signature
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, create_model, field_validator

from services.chassis.base.typed.days import Moment
from services.chassis.base.typed.text import Line
from services.matching.domain.draft import Draft
from services.matching.domain.job import JobDraft
from services.matching.domain.where import District
from services.matching.domain.who_answers import Answers

WHY: Any = Field(default="", title="why it changes", max_length=500)
_DISTRICT: Any = Field(
    default=None,
    title="the first part of its postcode",
    max_length=40,
    description="left out: as it was, or as the place says that ends with a postcode",
)
_CLOSING: Any = Field(default=None, title="the last day to show interest")


class Why(BaseModel):
    """Why something of a role changes, in the organisation's public words; nothing, where it does not say."""

    model_config = ConfigDict(extra="forbid")
    why: Line = WHY


def _as_posted(*names: str, by: type[BaseModel] = Draft) -> type[Why]:
    """These questions of a posting, with its rules of each; and why the answer changes."""
    asked: dict[str, Any] = {name: (by.model_fields[name].annotation, by.model_fields[name]) for name in names}
    rules: dict[str, Any] = {}
    for rule, of in by.__pydantic_decorators__.field_validators.items():
        if own := [name for name in of.info.fields if name in names]:
            as_it_is: Any = {"mode": of.info.mode}
            rules[rule] = field_validator(*own, **as_it_is)(_alone(getattr(by, rule)))
    return create_model("AsPosted", __base__=Why, __validators__=rules, **asked)


def _alone(rule: Callable[..., Any]) -> Callable[..., Any]:
    """A rule of the draft that belongs to another model: pydantic tells by its arguments whether it sees the others."""

    def alone(said: Any) -> Any:
        return rule(said)

    def beside(said: Any, info: ValidationInfo) -> Any:
        return rule(said, info)

    return beside if len(signature(rule).parameters) > 1 else alone


class NewWords(_as_posted("title", "summary", "role_type", "strand", "rung")):
    """What the role is."""


class NewPurpose(_as_posted("purpose", "what_will_change", "influence", "cycle_stage", "work")):
    """Why people are asked, and what will change."""


class NewPlace(
    _as_posted(
        *("mode", "place", "district", "getting_in", "sessions_planned", "preparation_hours", "time_commitment"),
        *("term_until", "bring"),
    )
):
    """Where it is, how much time it takes, and for how long."""

    district: District = _DISTRICT


class NewPeople(
    _as_posted("expertise_level", "lived_experience", "languages", "training", "access", "formats", "support")
):
    """Who is looked for, and what is there for them. `languages` that are left out stay as they were."""


class NewChoosing(_as_posted("steps", "answer_ways")):
    """How people are chosen, and how they show interest."""


class NewTerms(
    _as_posted(
        *("places", "pay", "unpaid_why", "expenses", "prepaid_travel"),
        *("status_result", "status_tool", "status_on", "status_by"),
    )
):
    """Places and pay, for offers from now on: an offer keeps the pay with which it was made."""


class NewDays(_as_posted("apply_by", "decide_by", "feedback_by")):
    """The days that people wait for. Without `apply_by` the last day to show interest stays, as it does once the role
    has closed."""

    apply_by: Moment | None = _CLOSING

    @field_validator("apply_by")
    @classmethod
    def closes_in_time(cls, at: datetime | None, info: ValidationInfo) -> datetime | None:
        return at  # whether it changes at all, and to what, is asked of the role as it stands

    @field_validator("feedback_by")
    @classmethod
    def tells_in_time(cls, at: datetime, info: ValidationInfo) -> datetime:
        return at


class NewOpening(_as_posted("apply_by", "decide_by", "feedback_by")):
    """The days of a role that is opened again."""


class NewJob(
    _as_posted(
        *("title", "summary", "role_type", "strand", "rung", "what_will_change", "salary", "time_commitment"),
        *("mode", "place", "district", "expertise_level", "link", "apply_by"),
        by=JobDraft,
    )
):
    """What a job says. Its last day to apply stays once it has closed."""

    district: District = _DISTRICT

    @field_validator("apply_by")
    @classmethod
    def closes_in_time(cls, at: datetime) -> datetime:
        return at  # as with NewDays


class NewAnswers(Answers):
    """Who answers for it."""

    why: Line = WHY


STAYS_IF_LEFT_OUT = frozenset({"district", "languages"})
"""What programs of before do not know: what they do not send of it stays as it is."""
Part = NewWords | NewPurpose | NewPlace | NewPeople | NewChoosing | NewTerms | NewDays | NewJob | NewAnswers
