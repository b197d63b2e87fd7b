"""What a person says after a session: whether what they need was there."""

from collections.abc import Collection, Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.chassis.base.refusals import Refused, refuse_all
from services.chassis.base.typed.text import Line, Lines
from services.engagements.domain.arranging import NotAskedFor

THERE, MISSED = "there-", "missed-"
"""Before a need's code: the fields of whether it was there, and of what was missing."""


class SayOne(Refused, slug="say-one", status=422, field=""):
    """Say of at least one thing whether it was there."""


class WrongAnswer(Refused, slug="there-partly-or-not", status=422, field=""):
    """Choose whether it was there: yes, partly or no. You can also leave it out."""


class WrongWords(Refused, slug="what-was-missing", status=422, field=""):
    """Write what was missing in at most 500 letters and signs. Type it again, rather than pasting it."""


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


def typed(each_there: Mapping[str, str], each_missed: Mapping[str, str]) -> LookingBack:
    """As a page sends it. Raises WrongAnswer and WrongWords, about each field in which something is wrong."""
    answers: list[WasThere] = []
    wrong: list[Refused] = []
    for need in sorted(each_there.keys() | each_missed.keys()):
        try:
            given = {"need": need, "there": each_there.get(need, ""), "words": each_missed.get(need, "")}
            answers.append(WasThere.model_validate(given))
        except ValidationError as error:
            fields = {one["loc"][0] for one in error.errors()}
            wrong += [WrongWords().about(MISSED + need)] if "words" in fields else []
            wrong += [WrongAnswer().about(THERE + need)] if "there" in fields else []
    refuse_all(wrong)
    return LookingBack(answers=answers)


def check(said: LookingBack, needs: Collection[str]) -> list[WasThere]:
    """What is said, the last of each need. Raises SayOne, or NotAskedFor where something else is named."""
    if not said.answers:
        raise SayOne
    answers = {one.need: one for one in said.answers}
    if not answers.keys() <= set(needs):
        raise NotAskedFor
    return [*answers.values()]
