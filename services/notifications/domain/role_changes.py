"""What was changed of a role after it was posted, as it is told: each change once, while it matters, those that wait
together. The newest state has the last of them, so it does not matter which of its versions were heard."""

from collections.abc import Iterable, Sequence
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
    """One change of a role. `newest`: the moment of the last: whoever is told of that is told of all until then."""

    at: datetime
    parts: tuple[str, ...]
    why: str
    newest: datetime

    @property
    def stage(self) -> str:
        """With nothing after it, so that it sorts before each message that tells of it."""
        return stage_of(CHANGED, self.at)

    @property
    def until(self) -> str:
        return stage_of(CHANGED, self.newest)


def news_of(opportunity: Opportunity, now: datetime) -> list[RoleNews]:
    """Oldest first; none of a role that is over or called off: that is told instead."""
    if opportunity.withdrawn is not None or opportunity.has_ended(now):
        return []
    told = [
        (one, parts)
        for one in opportunity.changes
        if now - one.at <= NEWS_FOR and (parts := tuple(it for it in one.parts if it not in NEVER))
    ]
    return [RoleNews(one.at, parts, one.why, newest=told[-1][0].at) for one, parts in told]


def stage_for(last: RoleNews, parts: Iterable[str]) -> str:
    """Of the message that tells of all until `last`. Its parts are named there too, for a later one."""
    return _SEPARATOR.join((last.stage, *parts))


def parts_in(stage: str) -> tuple[str, ...]:
    """Of what was to be told and was not: it is told with what came after it."""
    return tuple(stage.split(_SEPARATOR)[1:])


def is_told_by(stage: str, news: RoleNews) -> bool:
    """Whether a message of that stage tells of it, or of a later one."""
    return stage >= news.stage


def that_concern(parts: Iterable[str], status: str) -> tuple[str, ...]:
    """Whoever has a place or an offer need not know how many others are chosen, and by when."""
    beside = _UNTIL_CHOSEN if status in ("accepted", "offered") else ()
    return tuple(dict.fromkeys(one for one in parts if one not in beside))


def kind_of(parts: Sequence[str]) -> str:
    return CHANGED if any(one in AT_ONCE for one in parts) else SAID_ANEW
