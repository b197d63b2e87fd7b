"""What is told of what a person needs at the sessions of a role, by the newest state of each alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from schemas.engagements import Arrangement
from services.notifications.domain.message import stage_of

UNCONFIRMED, CONFIRMED, FAILED = "access_unconfirmed", "access_confirmed", "access_failed"
WAS_IT_THERE = "was_it_there"
KINDS = (UNCONFIRMED, CONFIRMED, FAILED, WAS_IT_THERE)


@dataclass(frozen=True)
class AccessNews:
    """What became so at one moment, of one or more sessions. By kind and moment it is told once."""

    kind: str
    at: datetime
    of: tuple[Arrangement, ...]

    @property
    def stage(self) -> str:
        return stage_of(self.kind, self.at)


def news_of(every: Iterable[Arrangement], now: datetime) -> dict[str, AccessNews]:
    """By stage, of all sessions of one place."""
    found: dict[str, AccessNews] = {}
    for one in every:
        if what := _what(one, now):
            news = AccessNews(*what, of=(one,))
            before = found.get(news.stage)
            found[news.stage] = AccessNews(*what, of=(*before.of, one)) if before else news
    return found


def _what(of: Arrangement, now: datetime) -> tuple[str, datetime] | None:
    """What of it its person has to hear, and when it became so. That it is confirmed only where they heard that it was
    not, or could not be had; of a session that is cancelled, or over, the role's own news says it."""
    if of.status == "not_needed":
        return None
    if of.starts_at <= now:
        waits = any(one.what == "say_was_it_there" for one in of.waiting)
        return (WAS_IT_THERE, of.asked_at) if waits and of.asked_at else None
    if of.status == "failed" and of.failed_at:
        return FAILED, of.failed_at
    if of.status == "confirmed":
        return (CONFIRMED, of.status_at) if of.unconfirmed_since or of.failed_at else None
    return (UNCONFIRMED, of.unconfirmed_since) if of.unconfirmed_since else None
