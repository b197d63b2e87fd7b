"""A few facts that go from one service's page to another's through the browser, unchanged and for a short time."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer

from services.chassis.base.keys import Secrets
from services.chassis.base.purposes import LISTS

LEEWAY_SECONDS = 30
"""So far ahead may the clock be of the machine that signed, as for tokens."""


def sign(secret: Secrets, data: Mapping[str, Any], *, purpose: str) -> str:
    """The data as URL-safe text for a hidden field, with the time and a signature.

    It can be read by whoever holds it, but not changed, nor used for another purpose.
    """
    return str(_serializer(secret, purpose).dumps(dict(data)))


def read_signed(secret: Secrets, text: str, *, purpose: str, max_age_seconds: int) -> dict[str, Any]:
    """The data. Raises ValueError when it was changed, is not ours, for another purpose or too old."""
    try:
        data, signed_at = _serializer(secret, purpose).loads(text, return_timestamp=True)
    except BadData as error:
        raise ValueError(str(error)) from None
    age = (datetime.now(UTC) - signed_at).total_seconds()
    if not -LEEWAY_SECONDS <= age <= max_age_seconds:
        raise ValueError(f"its age is {age:.0f} seconds")
    return data


def _serializer(secret: Secrets, purpose: str) -> URLSafeTimedSerializer:
    if purpose.startswith(LISTS):
        raise ValueError(f"{purpose}: lists have a salt of their own that begins so")
    return URLSafeTimedSerializer(
        list(reversed(secret)),
        salt=purpose,
        signer_kwargs={"digest_method": hashlib.sha256},
        # What an older version signed is still good while it runs beside this one; the next edition takes it away.
        fallback_signers=[{"digest_method": hashlib.sha1}],
    )
