"""What is sent about a draw: what it may use, its rules, an objection and its answer. Pages and API read the same."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from schemas.words import AREA
from services.chassis.base.typed.numbers import WHOLE
from services.chassis.base.typed.text import OR_MISSING, Lines, Plain
from services.chassis.base.typed.wrong import Wrong
from services.engagements.domain import lots
from services.engagements.domain.lots import Rules

MOST_PEOPLE = 500
MOST_RULES = 8
Side = Literal["patient", "carer"]
Been = Literal["new", "experienced"]
People = Annotated[int, Field(ge=1, le=MOST_PEOPLE), WHOLE]


class Giving(BaseModel):
    """What somebody lets the draw of one role use, and nothing else. All of it can be left out."""

    model_config = ConfigDict(extra="forbid")
    area: bool = Field(default=False, title="whether the draw may use the area where you live")
    knows: Annotated[Annotated[Plain, Field(max_length=40)] | None, OR_MISSING] = Field(
        default=None, title="which of these you know from your own life"
    )
    side: Annotated[Side | None, OR_MISSING] = Field(default=None, title="whether you come as a patient or a carer")
    been: Annotated[Been | None, OR_MISSING] = Field(default=None, title="whether this is new to you")

    @field_validator("knows")
    @classmethod
    def is_an_area(cls, code: str | None) -> str | None:
        if code and code not in AREA:
            raise Wrong("Choose {asked}")
        return code


class AtLeast(BaseModel):
    """At least so many of those who are drawn said this. `asked`: side, been or knows."""

    model_config = ConfigDict(extra="forbid")
    asked: Literal["side", "been", "knows"] = Field(title="what was asked")
    said: Plain = Field(title="the answer", min_length=1, max_length=40)
    people: People = Field(title="how many people at least")


class DrawRules(BaseModel):
    """What a draw goes by besides chance. `at_least`: the most important first. Empty: by chance alone."""

    model_config = ConfigDict(extra="forbid")
    at_least: list[AtLeast] = Field(default=[], title="how many people at least", max_length=MOST_RULES)
    most_from_one_area: People | None = Field(default=None, title="how many people from one area at most")

    @property
    def rules(self) -> Rules:
        at_least = tuple(lots.AtLeast(one.asked, one.said, one.people) for one in self.at_least)
        return Rules(at_least, self.most_from_one_area)


class ToDraw(BaseModel):
    """What whoever draws has seen: how many people are in the draw, and how many places are free."""

    model_config = ConfigDict(extra="forbid")
    people: People = Field(title="how many people are in the draw")
    places: People = Field(title="how many places are free")
    as_near: bool = Field(default=False, title="whether to draw as near to the rules as can be")


class Objecting(BaseModel):
    """What somebody has against a draw. Only the organisation reads it, and its host."""

    model_config = ConfigDict(extra="forbid")
    words: Lines = Field(title="what is wrong with this draw", min_length=1, max_length=1000)


class AnswerObjection(BaseModel):
    """What is answered. `why`: said to everybody who took part, where it is drawn again."""

    model_config = ConfigDict(extra="forbid")
    right: Literal["yes", "no"] = Field(title="whether it is drawn again")
    words: Lines = Field(title="your answer", min_length=1, max_length=1000)
    why: Lines = Field(default="", title="why it is drawn again", max_length=500, validate_default=True)

    @field_validator("why")
    @classmethod
    def says_why(cls, why: str, info: ValidationInfo) -> str:
        if info.data.get("right") == "yes" and not why:
            raise Wrong("Enter {asked}: everybody who was in the draw reads it")
        return why

    @property
    def is_right(self) -> bool:
        return self.right == "yes"
