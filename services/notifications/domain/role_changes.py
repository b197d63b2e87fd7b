"""What was changed of a role after it was posted, as it is told: by its newest state alone, once, while it matters."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from schemas.matching import Opportunity
from services.notifications.domain.kinds import NEWS_FOR
from services.notifications.domain.message import stage_of

CHANGED, SAID_ANEW = "role_changed", "role_said_anew"
KINDS = (CHANGED, SAID_ANEW)
AT_ONCE = ("place", "sessions")
"""Whoever does not hear of it in time goes to the wrong place."""
NEVER = ("who_answers",)
"""It stands on every page and in every message by itself."""
_UNTIL_CHOSEN = ("places", "closing_day", "decision_day", "closed_early", "opened_again")
_SEPARATOR = "|"


@dataclass(frozen=True)
class RoleNews:
    """The last change of a role. By its moment it is told once; its parts are named there too, for a later one."""

    at: datetime
    parts: tuple[str, ...]
    why: str

    @property
    def stage(self) -> str:
        return _SEPARATOR.join((stage_of(CHANGED, self.at), *self.parts))


def news_of(opportunity: Opportunity, now: datetime) -> RoleNews | None:
    """None of a role that is over or called off: that is told instead."""
    changed = opportunity.changed
    if changed is None or opportunity.withdrawn is not None or opportunity.has_ended(now):
        return None
    parts = tuple(one for one in changed.parts if one not in NEVER)
    return RoleNews(changed.at, parts, changed.why) if parts and now - changed.at <= NEWS_FOR else None


def parts_in(stage: str) -> tuple[str, ...]:
    """Of what was to be told and was not: it is told with what came after it."""
    return tuple(stage.split(_SEPARATOR)[1:])


def that_concern(parts: Iterable[str], status: str) -> tuple[str, ...]:
    """Whoever has a place or an offer need not know how many others are chosen, and by when."""
    beside = _UNTIL_CHOSEN if status in ("accepted", "offered") else ()
    return tuple(dict.fromkeys(one for one in parts if one not in beside))


def kind_of(parts: Iterable[str]) -> str:
    return CHANGED if any(one in AT_ONCE for one in parts) else SAID_ANEW
