"""Who helps outside the network: whom to ring or write to, by area, from a published file with sources and days.

`outside.json` beside this room is data: whoever runs a network changes it, and says where each number comes from.
A number that was read nowhere does not stand in it: whoever rings a wrong one may not ring another.
"""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

FILE = Path(__file__).parent.parent / "outside.json"


class Outside(BaseModel):
    """One body that people can turn to. `area`: where it is for, or empty: all of England."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str = Field(min_length=1, max_length=120)
    helps_with: str = Field(min_length=1, max_length=300)
    kind: str = Field(pattern="^(safeguarding|advice|data|health|ombudsman)$")
    area: str = Field(default="", max_length=80)
    phone: str = Field(default="", max_length=40)
    relay: str = Field(default="", max_length=40, description="the number for text relay")
    hours: str = Field(default="", max_length=200)
    web: str = Field(default="", max_length=200, pattern="^(https://.*)?$")
    address: str = Field(default="", max_length=300)
    number_from: Literal["itself", "others", ""] = Field(
        default="", description="whether the number was read on a page of its own, or only on those of others"
    )
    source: str = Field(min_length=1, max_length=300)
    looked_at: date = Field(description="the day on which the source was read")
    valid_from: date | None = None
    valid_to: date | None = Field(default=None, description="the last day on which it holds")

    @model_validator(mode="after")
    def no_number_without_a_page(self) -> "Outside":
        if bool(self.phone or self.relay) != bool(self.number_from):
            raise ValueError(f"{self.name}: say where its number was read, or leave it out")
        return self


_ALL = TypeAdapter(tuple[Outside, ...])


@cache
def _read() -> tuple[Outside, ...]:
    return _ALL.validate_json(FILE.read_bytes())


def on(day: date) -> tuple[Outside, ...]:
    """Whom people can turn to on a day, in the order of the file. Raises ValidationError for a file that is wrong."""
    return tuple(
        one
        for one in _read()
        if (one.valid_from is None or one.valid_from <= day) and (one.valid_to is None or day <= one.valid_to)
    )


def by_area(some: tuple[Outside, ...]) -> dict[str, list[Outside]]:
    """Area → who helps there; first what is for everybody (""), the others by name."""
    found: dict[str, list[Outside]] = {}
    for one in sorted(some, key=lambda one: one.area):
        found.setdefault(one.area, []).append(one)
    return found
