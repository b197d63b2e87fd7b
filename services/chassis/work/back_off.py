"""When something that was refused for now is tried again. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

LAST_TRY_BEFORE = timedelta(minutes=1)
"""So long before it is no longer worth sending, something is tried for the last time."""
MOST_JITTER = 0.2
"""A wait is up to a fifth longer, by the id: what was refused together is not tried again together."""


@dataclass(frozen=True)
class BackOff:
    """The waits after the first, second … try; the last one is repeated until `most_tries` were made."""

    waits: tuple[timedelta, ...]
    most_tries: int = 28

    def next_try(self, id: UUID, *, tries: int, now: datetime, good_until: datetime) -> datetime | None:
        """When it is tried again after so many tries; None when this was the last."""
        if tries >= self.most_tries or good_until - now <= LAST_TRY_BEFORE:
            return None
        wait = self.waits[min(tries, len(self.waits)) - 1]
        jitter = MOST_JITTER * (id.int % 1000) / 1000
        return min(now + wait * (1 + jitter), good_until - LAST_TRY_BEFORE)


FOUR_DAYS = BackOff(waits=tuple(timedelta(minutes=n) for n in (1, 5, 15, 60, 240)))
"""As mail servers do among themselves (RFC 5321, 4.5.4.1): a mailbox that is full over a weekend loses nothing."""
