"""What finance is answered: rates, payment runs, and what they paid."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from schemas.payments import RateCard
from services.chassis.base.choices import Choice
from services.chassis.http.lists import OnePage
from services.payments.store.restored import PaidSince
from services.payments.store.runs import Line


class RateCards(OnePage):
    rate_cards: list[RateCard]


class ClosedRate(BaseModel):
    """`valid_to`: its last day."""

    id: UUID
    valid_to: date


class ARun(BaseModel):
    """A payment run. `left_out`: why a claim was not paid, by its id."""

    id: UUID
    made_at: datetime
    made_by: UUID
    claims: int
    total_pence: int
    left_out: dict[UUID, str]


class NextRun(BaseModel):
    """What a payment run would pay, as of a moment. `make`: whether it may be made, or why not."""

    claims: int
    total_pence: int
    left_out: dict[str, int]
    make: Choice
    seen: str
    as_of: datetime


class Runs(OnePage):
    runs: list[ARun]


class RunDetails(ARun):
    """A run with its ledger, which comes to zero, and the name and SHA-256 of its file."""

    ledger: list[Line]
    more_ledger: bool
    """Whether there are more lines, which are not given; they count in the sum."""
    ledger_sum_pence: int
    file: str
    sha256: str


class Together(BaseModel):
    """A claim of which two hands belong together, and why."""

    id: UUID
    why: tuple[str, ...]
    by_network: bool


class ClaimsTogether(OnePage):
    claims: list[Together]


class PaidSinceRestore(BaseModel):
    """`more`: so many others come up once these are compared."""

    payments: list[PaidSince]
    more: int
    seen: str


class Compared(BaseModel):
    compared: str
