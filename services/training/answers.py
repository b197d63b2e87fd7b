"""What the JSON API answers of training that organisations declare."""

from uuid import UUID

from pydantic import BaseModel

from services.chassis.http.lists import OnePage
from services.training.store.clashes import Clash


class DeclaredTraining(BaseModel):
    """Training that an organisation says somebody has done; nobody checked it. `held`: a day, a month or a year.

    `corrected`: its person put it right since.
    """

    id: UUID
    title: str
    held: str
    by: str
    organisation: str
    corrected: bool


class MyDeclared(OnePage):
    trainings: list[DeclaredTraining]


class BroughtIn(BaseModel):
    """What of one import came here. `applied`: its organisation said that it is right."""

    id: UUID
    applied: bool


class Registers(OnePage):
    registers: list[BroughtIn]


class Line(BaseModel):
    """One training of a list. `number`: which of its line; `wrong`: in words; `kept`: it is its person's by now, and
    nothing more is said of it here."""

    line: int
    number: int
    title: str
    held: str
    by: str
    wrong: str
    kept: bool


class OneBroughtIn(OnePage):
    """How many trainings of how many people, how many are wrong and how many kept, and the wrong ones."""

    id: UUID
    applied: bool
    rows: int
    people: int
    wrong: int
    kept: int
    lines: list[Line]


class Clashes(BaseModel):
    """What somebody has at the time of a programme's sessions to come. `more`: there is more than is named here."""

    clashes: list[Clash]
    more: bool
