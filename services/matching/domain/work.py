"""A piece of work of an organisation: its five principles are answered once, and its roles have them. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from schemas.matching import Work
from services.chassis.base.choices import Choice, Choices, unless
from services.chassis.base.refusals import Refused
from services.chassis.base.typed.text import Lines, Name

MOST_GOING_ON = 200
"""Pieces of work of an organisation that have not ended: as many as a form can offer."""


class NoSuchWork(Refused, slug="no-such-work", status=422, field="work"):
    """That is none of your organisation's pieces of work, or it has ended. Choose one that is going on, or add one."""


class TitleTaken(Refused, slug="work-title-taken", status=422, field="title"):
    """You have a piece of work that is called that already. Give this one another title."""


class TooManyWorks(Refused, slug="too-many-works", title="There are 200 pieces of work already", status=409, field=""):
    """There are 200 pieces of work going on. End one that is over first."""


class WorkEnded(Refused, slug="work-ended", title="This piece of work has ended", status=409):
    """This piece of work has ended. Take it up again first."""


class WorkGoesOn(Refused, slug="work-goes-on", title="This piece of work is going on", status=409):
    """This piece of work is going on already."""


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


@dataclass(frozen=True)
class Kept:
    """One as its organisation keeps it. `roles`: how many were posted as a part of it."""

    work: Work
    added_at: datetime
    ended_at: datetime | None
    roles: int


@dataclass(frozen=True)
class WorkChoices(Choices):
    """What a coordinator of its organisation may do with it."""

    change: Choice
    end: Choice
    take_up: Choice


def choices(kept: Kept) -> WorkChoices:
    over = kept.ended_at is not None
    return WorkChoices(
        change=unless((over, WorkEnded)), end=unless((over, WorkEnded)), take_up=unless((not over, WorkGoesOn))
    )


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
