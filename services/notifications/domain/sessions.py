"""What is told of a role's sessions, by its newest state alone: added, moved or cancelled, and reminders before each.

A session is told of as it is now: what was moved twice is one move, what was cancelled is no longer moved, and what is
over is not told.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from schemas.matching import Opportunity, Session
from services.notifications.domain.kinds import LONDON, NEWS_FOR
from services.notifications.domain.message import stage_of

ADDED, CHANGED, CANCELLED = "sessions_added", "sessions_changed", "sessions_cancelled"
IN_A_WEEK, TOMORROW = "session_in_a_week", "session_tomorrow"
KINDS = (ADDED, CHANGED, CANCELLED, IN_A_WEEK, TOMORROW)
REMINDERS = {IN_A_WEEK: 7, TOMORROW: 1}
"""So many days before a session somebody who has a place is reminded of it."""
EARLIEST, LATEST = time(9), time(18)
"""In London: a reminder of a session at night is due in the day."""


@dataclass(frozen=True)
class SessionNews:
    """What one press did to some sessions, as far as it still stands. By its moment it is told once."""

    kind: str
    at: datetime
    sessions: tuple[Session, ...]

    @property
    def stage(self) -> str:
        return stage_of(self.kind, self.at)

    @property
    def until(self) -> str:
        """It is told by itself."""
        return ""

    @property
    def good_until(self) -> datetime:
        """The last of them begins, or was to begin: whoever would still go there has to hear of it."""
        return max(_worth_until(one) for one in self.sessions)


@dataclass(frozen=True)
class Reminder:
    """That a session comes soon. `at`: when it is due; whoever has their place since later knows it."""

    kind: str
    at: datetime
    session: Session
    known_since: datetime

    @property
    def stage(self) -> str:
        """Of a session that is moved there is another reminder."""
        return stage_of(f"{self.kind}:{self.session.id}", self.known_since)


def is_called_off(opportunity: Opportunity) -> bool:
    """Withdrawn, and no session takes place any more. (Once a role could be withdrawn and its sessions still held.)"""
    gone = opportunity.withdrawn
    return gone is not None and not opportunity.to_come(gone.at)


def news_of(opportunity: Opportunity, now: datetime) -> list[SessionNews]:
    """Oldest first. Of a role that was called off nothing: that is told instead, and says the same of all of them."""
    if opportunity.withdrawn is not None:
        return []
    found: dict[tuple[datetime, str], list[Session]] = {}
    for one in sorted(opportunity.sessions, key=lambda one: one.starts_at):
        kind, at = _last(one)
        if at is not None and now - at <= NEWS_FOR and now < _worth_until(one):
            found.setdefault((at, kind), []).append(one)
    return [SessionNews(kind, at, tuple(some)) for (at, kind), some in sorted(found.items())]


def stage_of_last(one: Session) -> str:
    """Under which the last that happened to it is told."""
    kind, at = _last(one)
    return stage_of(kind, at)


def _last(one: Session) -> tuple[str, datetime | None]:
    """The last that happened to it, and when; nothing to one that was posted with its role."""
    if one.cancelled is not None:
        return CANCELLED, one.cancelled.at
    if one.changed is not None:
        return CHANGED, one.changed.at
    return ADDED, one.added_at


def _worth_until(one: Session) -> datetime:
    return max((one.starts_at, *times_before(one)))


def times_before(one: Session) -> tuple[datetime, ...]:
    """When somebody may still think that it begins, who did not hear of its last moves: the first time, the last one
    before this. In the order of its moves."""
    if one.changed is None:
        return ()
    each = (one.changed.starts_at_first, one.changed.starts_before)
    return tuple(dict.fromkeys(at for at in each if at is not None and at != one.starts_at))


def reminders_due(opportunity: Opportunity, now: datetime) -> list[Reminder]:
    """Of each session that is to come the one whose time has come: never both."""
    found: list[Reminder] = []
    for session in opportunity.to_come(now):
        passed = [one for one in reminders(opportunity, session) if one.at <= now]
        found += [max(passed, key=lambda one: one.at)] if passed else []
    return found


def reminders(opportunity: Opportunity, session: Session) -> list[Reminder]:
    """Those that it has: none that would be due before people could know it as it is, for they are told of that."""
    known = _known_since(opportunity, session)
    both = (Reminder(kind, _due(session, days), session, known) for kind, days in REMINDERS.items())
    return [one for one in both if one.at > known]


def next_reminder_at(opportunity: Opportunity, now: datetime) -> datetime | None:
    """When the next of any of its sessions is due."""
    each = (one.at for session in opportunity.to_come(now) for one in reminders(opportunity, session))
    return min((at for at in each if at > now), default=None)


def _known_since(opportunity: Opportunity, session: Session) -> datetime:
    changed = session.changed.at if session.changed else None
    moments: Iterable[datetime | None] = (opportunity.posted_at, session.added_at, changed)
    return max(one for one in moments if one is not None)


def _due(session: Session, days: int) -> datetime:
    """So many days of the calendar before it, at its time of day; in the day where that is at night."""
    local = session.starts_at.astimezone(LONDON)
    at = min(max(local.time(), EARLIEST), LATEST)
    return datetime.combine(local - timedelta(days=days), at, LONDON)
