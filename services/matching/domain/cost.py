"""What a role costs at the rate that was chosen, with all its sessions and places, before it is posted. Pure.

Each session is paid by the rate's own unit (`Pay.units`). A rate by the hour pays the preparation too, which a rate for
a session has in it already. What people spend to come is paid on top, and nobody knows it before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from schemas.payments import RateCard
from services.matching.domain.draft import EXPENSES_ONLY
from services.matching.domain.opportunity import pay_by
from services.matching.domain.said import Said

Part = Literal["pay", "session_hours", "preparation_hours", "sessions_planned", "places"]


@dataclass(frozen=True)
class Cost:
    """In whole pence. `by_the_hour`: preparation is paid as time; `hours`: what is paid of each session, with it."""

    session_pence: int
    person_pence: int
    total_pence: int
    places: int
    sessions: int
    hours: float
    by_the_hour: bool
    unpaid: bool = False


@dataclass(frozen=True)
class NotYet:
    """It cannot be worked out before these are filled in, or put right."""

    missing: tuple[Part, ...]


def cost(said: Said, rates: Mapping[str, RateCard]) -> Cost | NotYet:
    """`rates`: those that can be chosen, by id."""
    chosen = said.one("pay")
    rate = rates.get(chosen)
    parts: dict[Part, object] = {
        "pay": rate or (chosen == EXPENSES_ONLY or None),
        "session_hours": said.hours,
        "preparation_hours": said.preparation,
        "sessions_planned": said.sessions,
        "places": said.places,
    }
    missing: list[Part] = [name for name, known in parts.items() if known is None]
    if missing:
        return NotYet(tuple(missing))
    assert said.hours is not None and said.preparation is not None and said.sessions and said.places
    hours = float(Decimal(str(said.hours)) + Decimal(str(said.preparation)))
    each = pay_by(rate).earned_pence(hours) if rate else 0
    return Cost(
        session_pence=each,
        person_pence=each * said.sessions,
        total_pence=each * said.sessions * said.places,
        places=said.places,
        sessions=said.sessions,
        hours=hours,
        by_the_hour=rate is not None and rate.unit == "hour",
        unpaid=rate is None,
    )
