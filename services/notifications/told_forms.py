"""What people send about their news: what they have read, and how often they want to be told of what."""

from dataclasses import replace
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from services.chassis.base.typed.days import Moment
from services.chassis.base.typed.numbers import Whole
from services.notifications.domain.how_told import FIRST_HOUR, GROUPS, LAST_HOUR, At, How, Weekday

OnceOrDaily = Literal["at_once", "daily"]


class ReadForm(BaseModel):
    """All that came up to a moment is read: the moment at which the page was made."""

    model_config = ConfigDict(extra="forbid")
    until: Moment = Field(title="when the page was made")


class HowToldForm(BaseModel):
    """How often somebody wants to be told of what. They need not be told of roles that fit them at all."""

    model_config = ConfigDict(extra="forbid")
    fitting: How = Field(title="how often you are told of roles that fit you")
    roles: OnceOrDaily = Field(title="how often you are told of your roles")
    pay: OnceOrDaily = Field(title="how often you are told of your pay")
    training: OnceOrDaily = Field(title="how often you are told of your training")
    you: OnceOrDaily = Field(title="how often you are told of everything else")
    weekday: Weekday = Field(default="monday", title="the day on which you are told once a week")
    hour: Whole = Field(
        default=9, ge=FIRST_HOUR, le=LAST_HOUR, title="the hour at which you are told of several things together"
    )

    def chosen(self) -> dict[str, How]:
        return {group: getattr(self, group) for group in GROUPS}

    def at(self, before: At) -> At:
        """What is left out stays as it was: a program of before knows nothing of days and hours."""
        said = {name: getattr(self, name) for name in ("weekday", "hour") if name in self.model_fields_set}
        return replace(before, **said)


class StillWantedForm(BaseModel):
    """Whether somebody still wants to hear of roles that fit them. The button says which."""

    model_config = ConfigDict(extra="forbid")
    answer: Literal["yes", "weekly", "stop"] = Field(title="whether you still want to hear of roles")


class ListForm(BaseModel):
    """Whether somebody wants the monthly list of open roles. The button says which."""

    model_config = ConfigDict(extra="forbid")
    wanted: Literal["yes", "no"] = Field(title="whether you want the monthly list")


class ListBody(BaseModel):
    """The same, sent to the API."""

    model_config = ConfigDict(extra="forbid")
    wanted: bool = Field(title="whether you want the monthly list")
