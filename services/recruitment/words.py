"""The words for recruitment's codes, as people read them."""

from schemas.words import ACCESS, AREA, MODE, RUNG, STRAND

__all__ = ["ACCESS", "AREA", "MODE", "RUNG", "STAGE", "STAGE_FOR_STAFF", "STRAND"]

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
