"""What people send about their news: what they have read, and how often they want to be told of what."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from services.chassis.base.typed.days import Moment
from services.notifications.domain.how_told import GROUPS, How

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

    def chosen(self) -> dict[str, How]:
        return {group: getattr(self, group) for group in GROUPS}


class ListForm(BaseModel):
    """Whether somebody wants the monthly list of open roles. The button says which."""

    model_config = ConfigDict(extra="forbid")
    wanted: Literal["yes", "no"] = Field(title="whether you want the monthly list")


class ListBody(BaseModel):
    """The same, sent to the API."""

    model_config = ConfigDict(extra="forbid")
    wanted: bool = Field(title="whether you want the monthly list")
