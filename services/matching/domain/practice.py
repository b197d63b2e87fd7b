"""Templates from practice, for every organisation of the network: what others have done, in words to be edited.

`data/templates.json` is data: whoever runs a network changes it, and says where each comes from.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, field_validator

from services.chassis.base.refusals import NotFound
from services.matching.domain.beginning import DAYS
from services.matching.domain.draft import Draft

FILE = Path(__file__).parent.parent / "data" / "templates.json"
_FOR_WHOEVER_POSTS = DAYS | {"place", "district", "pay", "work", "desk_id", "contact_id"}
"""What no template can know."""


class Template(BaseModel):
    """`says`: answers to the questions of a draft. `source`: where it was done or asked for."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    code: str = Field(pattern="^[a-z_]{1,40}$")
    called: str = Field(min_length=1, max_length=120)
    about: str = Field(min_length=1, max_length=300)
    source: str = Field(min_length=1, max_length=300)
    says: Mapping[str, Any]

    @field_validator("says")
    @classmethod
    def answers_questions_of_a_draft(cls, says: Mapping[str, Any]) -> Mapping[str, Any]:
        if no := says.keys() - (Draft.model_fields.keys() - _FOR_WHOEVER_POSTS):
            raise ValueError(f"a template cannot say {', '.join(sorted(no))}")
        return says


_ALL = TypeAdapter(tuple[Template, ...])


@cache
def templates() -> Mapping[str, Template]:
    """By their codes, in the order of the file. Raises ValidationError for a file that is wrong."""
    return {one.code: one for one in _ALL.validate_json(FILE.read_bytes())}


def template(code: str) -> Template:
    """Raises NotFound."""
    if code not in templates():
        raise NotFound
    return templates()[code]
