"""A piece of work of an organisation: its five principles are answered once, and its roles have them. Pure."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from schemas.matching import Work
from services.chassis.base.refusals import Refused
from services.chassis.base.typed.text import Lines, Name


class NoSuchWork(Refused, slug="no-such-work", status=422, field="work"):
    """That is none of your organisation's pieces of work. Choose one of yours, or add one."""


_MOST: dict[str, Any] = {"min_length": 1, "max_length": 500}


class WorkWords(BaseModel):
    """The five principles for choosing work (Gilbert, What does a Patient Director do, 2016), in public words."""

    model_config = ConfigDict(extra="forbid")

    title: Name = Field(title="what the piece of work is called", max_length=120)
    needed: Lines = Field(title="who asked for it, and how you know that it is needed", **_MOST)
    high_impact: Lines = Field(title="for whom it makes a difference, and which", **_MOST)
    aligned: Lines = Field(title="which plan of yours it is a part of", **_MOST)
    hard_wired: Lines = Field(title="who decides on what comes out of it, and when", **_MOST)
    feasible: Lines = Field(title="what time, money and people there are for it", **_MOST)


def public(id: UUID, words: WorkWords) -> Work:
    """As it stands on the roles that are a part of it."""
    return Work(
        id=id,
        title=words.title,
        needed=words.needed,
        high_impact=words.high_impact,
        aligned=words.aligned,
        hard_wired=words.hard_wired,
        feasible=words.feasible,
    )
