"""How soon people are promised their pay: what one edition of the promise says."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import BaseModel, Field

from services.chassis.base.typed.numbers import Whole


class PayPromise(BaseModel):
    """Whoever pays keeps to it; the network's holds for every organisation that promises nothing of its own."""

    days: Whole = Field(
        ge=1, le=366, title="the number of days", description="From the day on which a claim is sent until it is paid."
    )


@dataclass(frozen=True)
class Promise:
    """Within how many days of being sent a claim is to be paid, and whose promise that is."""

    days: int
    source: str


def promised_by(sent_at: datetime | None, days: int | None) -> datetime | None:
    """The moment by which a claim that was sent then is to be paid; None where nothing was promised."""
    return sent_at + timedelta(days=days) if sent_at and days else None
