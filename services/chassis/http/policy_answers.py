"""What the JSON API answers about the policies of a room."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel


class EditionSaid(BaseModel):
    """One edition. `value`: the parts of the kind; null: from here on the organisation has none of its own."""

    kind: str
    edition: str
    organisation_id: UUID | None
    issuer: str
    source: str
    valid_from: date
    valid_to: date | None
    value: dict[str, Any] | None
    set_by: UUID | None
    set_at: datetime


class PolicySaid(BaseModel):
    """A kind of policy: the edition in force, the next one, and past ones, the newest first."""

    kind: str
    title: str
    in_force: EditionSaid | None
    next: EditionSaid | None
    past: list[EditionSaid]
    more_past: bool
    """Whether there are older ones, which are not given."""


class PoliciesSaid(BaseModel):
    policies: list[PolicySaid]


class NextSet(BaseModel):
    kind: str
    edition: str


class TakenBack(BaseModel):
    kind: str
    next: str
