"""An address at which somebody's calendar program reads what they have booked, without signing in."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.chassis.base.refusals import Refused

MOST = 5
"""One for each device or program, so that one that is lost is stopped without the others."""
SHOWN_FOR = timedelta(minutes=10)
"""So long the person sees an address that they made: nothing is kept by which it could be shown again later."""
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


class TooManyAddresses(Refused, slug="too-many-calendars", title="You have five calendar addresses", status=409):
    """You have five calendar addresses, the most there can be. Stop one that you do not use, then make a new one."""


class NoSuchCalendar(Refused, slug="no-such-calendar", title="This calendar address does not work", status=404):
    """This calendar address does not work, or no longer. Make a new one on your own page of calendars."""


@dataclass(frozen=True)
class Address:
    """One that stands. `hash`: what its secret is known again by; the secret itself is kept nowhere."""

    id: UUID
    person_id: UUID
    hash: bytes
    made_at: datetime

    def is_shown(self, now: datetime) -> bool:
        return now - self.made_at < SHOWN_FOR


def check_another(standing: Sequence[Address]) -> None:
    """Raises TooManyAddresses."""
    if len(standing) >= MOST:
        raise TooManyAddresses


def is_secret(text: str) -> bool:
    """Whether it looks as our secrets do: 256 bits in 43 letters. What does not is not looked for."""
    return _SECRET.fullmatch(text) is not None


def hash_of(secret: str) -> bytes:
    """It has 256 bits that nobody can guess, so a plain hash will do."""
    return hashlib.sha256(secret.encode()).digest()
