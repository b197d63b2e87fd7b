"""A few facts that go from one service's page to another's through the browser, unchanged and for a short time."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast


def seal(secret: bytes, data: Mapping[str, Any], until: datetime) -> str:
    """The data as text for a hidden field: base64url JSON with its end (`until`, Unix seconds), a dot, its signature.

    It can be read by whoever holds it, but not changed.
    """
    body = json.dumps({**data, "until": int(until.timestamp())}, separators=(",", ":"))
    text = base64.urlsafe_b64encode(body.encode()).decode().rstrip("=")
    return f"{text}.{_signature(secret, text)}"


def unseal(secret: bytes, text: str, now: datetime) -> dict[str, Any]:
    """The data, `until` included. Raises ValueError when it was changed, is not ours or is out of date."""
    body, _, signature = text.partition(".")
    if not hmac.compare_digest(signature.encode(), _signature(secret, body).encode()):
        raise ValueError("the seal is broken")
    data = cast("dict[str, Any]", json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))
    if now.timestamp() >= data["until"]:
        raise ValueError("the seal is out of date")
    return data


def _signature(secret: bytes, text: str) -> str:
    return hmac.new(secret, b"sealed:" + text.encode(), hashlib.sha256).hexdigest()
