"""The words for recruitment's codes, as people read them."""

from schemas.words import ACCESS, AREA, MODE, RUNG, STRAND

__all__ = ["ACCESS", "AREA", "ASK_AGAIN", "MODE", "RUNG", "STAGE", "STAGE_FOR_STAFF", "STRAND"]

STAGE = {
    "sent": "Sent. We are reading it",
    "approved": "Approved",
    "declined": "We said no",
    "withdrawn": "You took it back",
}
ASK_AGAIN = {"approved": "You left the pool. You can come back at any time."}
STAGE_FOR_STAFF = {
    "sent": "Waits for an answer",
    "approved": "Approved",
    "declined": "Declined",
    "withdrawn": "Taken back",
}
