"""The words for recruitment's codes, as people read them."""

from datetime import datetime

from schemas.words import ACCESS, AREA, MODE, RUNG, STRAND
from services.chassis.base.access import london_day

__all__ = ["ACCESS", "AREA", "MODE", "RUNG", "STAGE", "STAGE_FOR_STAFF", "STRAND", "days_waiting"]

STAGE = {
    "sent": "Sent. We are reading it",
    "approved": "Approved",
    "declined": "We said no",
    "withdrawn": "You took it back",
}
STAGE_FOR_STAFF = {
    "sent": "Waits for an answer",
    "approved": "Approved",
    "declined": "Declined",
    "withdrawn": "Taken back",
}


def days_waiting(sent_at: datetime, now: datetime) -> int:
    """Whole days on the calendar in London; 0 on the day on which it was sent."""
    return (london_day(now) - london_day(sent_at)).days
