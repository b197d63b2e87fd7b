"""What one attended session earns."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from schemas.engagements import Attendance
from schemas.matching import Pay


@dataclass(frozen=True)
class Owed:
    """What one session earns. Pinned to the edition of the rate card that the offer named."""

    session_id: UUID
    activity_on: date
    unit: str
    units: Decimal
    rate_pence: int
    amount_pence: int
    rate_card_id: UUID
    source: str
    preparation_hours: Decimal = Decimal(0)
    """Those of `units` that are for preparing."""


def owed(session: Attendance, pay: Pay, *, on: date) -> Owed:
    """What a session earns: one unit, or its hours and those of preparation for a rate by the hour, rounded half up to
    a penny."""
    units, amount = pay.units(session.paid_hours), pay.earned_pence(session.paid_hours)
    prepared = Decimal(str(session.preparation_hours or 0)) if pay.unit == "hour" else Decimal(0)
    of_card = (pay.rate_card_id, pay.source)
    return Owed(session.session_id, on, pay.unit, units, pay.amount_pence, amount, *of_card, prepared)
