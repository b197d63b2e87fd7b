"""What a person says after a session: whether what they need was there."""

from collections.abc import Collection
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from services.chassis.base.refusals import Refused
from services.chassis.base.typed.text import Line, Lines
from services.engagements.domain.arranging import NotAskedFor


class SayOne(Refused, slug="say-one", status=422, field=""):
    """Say of at least one thing whether it was there."""


class WasThere(BaseModel):
    """Of one need: whether it was there, and what was missing. Only the organisation reads it."""

    model_config = ConfigDict(extra="forbid")
    need: Line = Field(title="what was needed", max_length=50)
    there: Literal["yes", "partly", "no"] = Field(title="whether it was there")
    words: Lines = Field(default="", title="what was missing", max_length=500)


class LookingBack(BaseModel):
    """Of each need that something is said of."""

    model_config = ConfigDict(extra="forbid")
    answers: list[WasThere] = Field(default=[], title="whether it was there", max_length=50)


def check(said: LookingBack, needs: Collection[str]) -> list[WasThere]:
    """What is said, the last of each need. Raises SayOne, or NotAskedFor where something else is named."""
    if not said.answers:
        raise SayOne
    answers = {one.need: one for one in said.answers}
    if not answers.keys() <= set(needs):
        raise NotAskedFor
    return [*answers.values()]
