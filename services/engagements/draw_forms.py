"""What the pages of a draw send, where it is not what the API is sent."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, create_model

from schemas.words import AREA
from services.chassis.base.typed.numbers import WHOLE
from services.chassis.base.typed.text import OR_MISSING
from services.engagements.domain.draw import ANSWERS, BEEN, KNOWS, SIDE
from services.engagements.domain.giving import MOST_PEOPLE
from services.engagements.domain.lots import AtLeast, Rules

ASKED = [(asked, said) for asked, answers in ANSWERS.items() for said in answers]
KNOWN = [(KNOWS, code) for code in AREA]
ASKED_OF = {
    SIDE: {"patient": "come as a patient", "carer": "come as somebody who cares for a patient"},
    BEEN: {"new": "are new to this", "experienced": "have done something like this before"},
}
"""How each answer reads in a rule: "at least 2 people …"."""
SoMany = Annotated[Annotated[int, Field(ge=0, le=MOST_PEOPLE), WHOLE] | None, OR_MISSING]


def field_of(asked: str, said: str) -> str:
    """The name of the field that asks how many people at least gave this answer."""
    return f"least_{asked}_{said}"


def _title(asked: str, said: str) -> str:
    return f"how many people at least {ASKED_OF.get(asked, {}).get(said) or 'know about: ' + AREA[said]}"


_FIELDS: dict[str, Any] = {
    field_of(asked, said): (SoMany, Field(default=None, title=_title(asked, said))) for asked, said in ASKED + KNOWN
}
_Least = create_model("_Least", __base__=BaseModel, **_FIELDS)


class RulesForm(_Least):
    """A number for each answer that can be given; nothing, or 0, is no rule."""

    model_config = ConfigDict(extra="forbid")
    most_from_one_area: SoMany = Field(default=None, title="how many people from one area at most")

    @property
    def rules(self) -> Rules:
        asked = [AtLeast(asked, said, getattr(self, field_of(asked, said)) or 0) for asked, said in ASKED + KNOWN]
        return Rules(tuple(one for one in asked if one.people), self.most_from_one_area or None)


def fields_of(rules: Rules) -> dict[str, str]:
    """The form as it is filled in."""
    empty = {field_of(asked, said): "" for asked, said in ASKED + KNOWN}
    said = {field_of(one.asked, one.said): str(one.people) for one in rules.at_least}
    return empty | said | {"most_from_one_area": str(rules.most_from_one_area or "")}


class Confirming(BaseModel):
    """Which draw was read before somebody says yes to it."""

    model_config = ConfigDict(extra="forbid")
    draw: UUID = Field(title="the draw")
