"""What the JSON API answers about lists of people that organisations bring in."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.chassis.http.lists import OnePage
from services.recruitment.domain.register.imports import Import, ImportChoices
from services.recruitment.queries.registers import OneList as FoundList
from services.recruitment.queries.registers import SaidOfPast
from services.recruitment.store.register_lines import Kept


class ListOfPeople(BaseModel):
    """A list that an organisation sent: how far it is, and numbers of what came of it."""

    id: UUID
    version: int
    organisation_id: UUID
    file_name: str
    uploaded_at: datetime
    stage: str
    columns: list[str]
    meanings: list[str]
    """What each column means, as a code."""
    lines: int
    refused: int
    joined: int
    """Lines of somebody who has another line."""
    handed_on_at: datetime | None
    """When the parts of other rooms were taken: from then on people are asked."""
    people: int
    unanswered: int
    said_yes: int
    said_no: int
    silent: int


class OneList(ListOfPeople):
    organisation: str
    choices: ImportChoices
    never_taken: list[str]
    """Columns with notes about people."""


class Lists(OnePage):
    lists: list[ListOfPeople]


class ListsToRelease(BaseModel):
    lists: list[ListOfPeople]
    more: bool


class Line(BaseModel):
    """A line of a list, as it was typed. `first_line`: the first of the same person."""

    line: int
    cells: list[str]
    refused: str
    remarks: str
    first_line: int | None


class Lines(OnePage):
    lines: list[Line]


class ListStage(BaseModel):
    """How far a list is now."""

    id: UUID
    stage: str


class Parts(BaseModel):
    """The parts of a list for messages and for training, signed; each is sent to its room as `part` within a day."""

    contacts: str
    training: str


class Said(BaseModel):
    says: str


class Past(BaseModel):
    """A piece of somebody's past, as an organisation declared it, or as the person put it right (`corrected_at`)."""

    id: UUID
    kind: str
    what: str
    body: str
    since: str
    until: str
    declared_by: str
    declared_at: datetime
    corrected_at: datetime | None


class MyPast(BaseModel):
    past: list[Past]
    more: bool


def listed(one: Import) -> ListOfPeople:
    return ListOfPeople(**_fields(one))


def one_list(found: FoundList) -> OneList:
    return OneList(
        **_fields(found.one),
        organisation=found.organisation,
        choices=found.choices,
        never_taken=list(found.notes),
    )


def line(one: Kept) -> Line:
    return Line(
        line=one.line, cells=list(one.cells), refused=one.refused, remarks=one.remarks, first_line=one.first_line
    )


def past(one: SaidOfPast) -> Past:
    return Past(
        id=one.declared.id,
        **vars(one.declared.past),
        declared_by=one.organisation,
        declared_at=one.declared.declared_at,
        corrected_at=one.declared.corrected_at,
    )


def _fields(one: Import) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ListOfPeople.model_fields}
