"""What an organisation arranges of what people with a place there need: the last step but one of meeting needs.

By the Accessible Information Standard (DAPB1605): whoever was told of a need meets it, and the person can see so.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from schemas.recruitment import ACCESS_NEEDS, FORMATS, WAYS_TO_TALK, Needs
from services.chassis.base.refusals import Refused
from services.chassis.base.typed.text import several
from services.chassis.base.typed.wrong import Wrong

ARRANGED = (*ACCESS_NEEDS, *(code for code in FORMATS if code not in ACCESS_NEEDS), *WAYS_TO_TALK)


class NotAskedFor(Refused, slug="not-asked-for", status=409):
    """Something that you ticked is not asked for any more. Load the page again, and look at what this person needs."""


class Arranging(BaseModel):
    """What is arranged, of what somebody needs."""

    model_config = ConfigDict(extra="forbid")
    arranged: list[str] = Field(default=[], title="what is arranged", max_length=50)

    @field_validator("arranged", mode="before")
    @classmethod
    def known(cls, value: Any) -> list[str]:
        given = several(value)
        if any(code not in ARRANGED for code in given):
            raise Wrong("Choose {asked} from the answers")
        return sorted(set(given), key=ARRANGED.index)


@dataclass(frozen=True)
class Arranged:
    """What was arranged last for one place, by whom and when."""

    codes: tuple[str, ...]
    by: UUID
    at: datetime


def asked_for(needs: Needs) -> tuple[str, ...]:
    """Every need that can be met, as codes: what there has to be, the format of papers, how to talk with somebody."""
    return tuple(
        code for code in ARRANGED if code in (*needs.needs, needs.format, *needs.ways_to_talk) and _is_need(code)
    )


def _is_need(code: str) -> bool:
    return code != FORMATS[0]


def arrange(arranged: Collection[str], needs: Needs, *, by: UUID, now: datetime) -> Arranged:
    """Raises NotAskedFor when something else is ticked than the person asks for now."""
    if not set(arranged) <= set(asked_for(needs)):
        raise NotAskedFor
    return Arranged(tuple(arranged), by, now)
