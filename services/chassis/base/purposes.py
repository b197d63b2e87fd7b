"""What the network's one secret for forms signs, each with a key of its own: what is good for one is good for no other.

Pages and mail hold what is signed, so whoever has one such value could otherwise show it where another is asked for.
Values and cursors (`signed_values.py`, `cursors.py`) are kept apart by itsdangerous, which makes a key for each salt.
"""

import hashlib
import hmac
from enum import StrEnum

LISTS = "list:"
"""How the salt of every cursor begins; no signed value is for a purpose that begins so."""


class Purpose(StrEnum):
    """What a key is for. A purpose is never used again for something else."""

    SESSION_FORM = "form of a session"
    VISIT_FORM = "form of a visit"
    SAW = "what a form saw"
    LIMIT = "whose requests are counted"
    CONFIRMATION = "which note of a confirmation"
    CALENDAR = "address of a calendar"


def sealed(secret: bytes, purpose: Purpose, *parts: str) -> bytes:
    """32 bytes that only this network makes, of these parts in this order, for this purpose."""
    key = hmac.digest(secret, f"pln: {purpose}".encode(), hashlib.sha256)
    whole = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
    return hmac.digest(key, whole, hashlib.sha256)
