"""Tell who took part in a draw what came of it: that it is set aside, that they had no ticket in it, or that what they
have against it is answered. Whoever was drawn, or not, hears it with their offer or their place on the reserve list.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from schemas import links
from schemas.engagements import Engagement
from schemas.matching import Opportunity
from services.chassis.postgres.transaction import Transaction
from services.notifications.commands import composing
from services.notifications.domain import kinds
from services.notifications.domain.message import News, stage_of

ANSWERED, SET_ASIDE, LEFT_OUT = "objection_answered", "draw_set_aside", "left_out_of_draw"
KINDS = (ANSWERED, SET_ASIDE, LEFT_OUT)
OUT = "left_out"
"""The outcome of whoever had no ticket."""
AT_THE_SAME_TIME = timedelta(seconds=1)
"""A draw puts people on the reserve list a moment apart, in its order."""


def stages(of: Engagement) -> list[str]:
    """Under which what stands of a draw is told, once each; what waits under others is over."""
    return [stage for _, stage, _ in _what(of)]


def _what(of: Engagement) -> list[tuple[str, str, datetime]]:
    """Kind, stage, and since when. That theirs is set aside, whoever objected hears with the answer, and whoever is in
    the role no more does not.
    """
    found: list[tuple[str, str, datetime]] = []
    answered_at = of.objection.answered_at if of.objection else None
    if answered_at:
        found.append((ANSWERED, stage_of("objection", answered_at), answered_at))
    draw = of.draw if of.ended_at is None else None
    if draw and draw.set_aside_at and draw.set_aside_at != answered_at:
        found.append((SET_ASIDE, stage_of("set_aside", draw.set_aside_at), draw.set_aside_at))
    elif draw and draw.outcome == OUT and draw.confirmed_at and not draw.set_aside_at:
        found.append((LEFT_OUT, stage_of("left_out", draw.confirmed_at), draw.confirmed_at))
    return found


async def news(tx: Transaction, engagement: Engagement, opportunity: Opportunity) -> list[News]:
    """All of it that happened lately."""
    lately = [one for one in _what(engagement) if tx.now - one[2] <= kinds.NEWS_FOR]
    if not lately:
        return []
    facts = await composing.facts_of(tx, opportunity) | _facts(engagement)
    return [_news(engagement, one, facts) for one in lately]


def _news(of: Engagement, what: tuple[str, str, datetime], facts: dict[str, Any]) -> News:
    kind, stage, at = what
    until = of.draw.object_until if kind == LEFT_OUT and of.draw else None
    told = composing.about(of, (kind, stage), facts, good_until=until or composing.good_until(kind, at))
    return replace(told, link=links.MY_DRAW.format(id=of.id))


def _facts(of: Engagement) -> dict[str, Any]:
    objection, draw = of.objection, of.draw
    return {
        "upheld": objection is not None and objection.upheld,
        "draws_again": draw is not None and draw.set_aside_at is not None,
        "standing": of.status,
        "outcome": draw.outcome if draw else "",
        "object_until": draw.object_until if draw else None,
    }


def made_by_lot(of: Engagement, since: datetime | None) -> dict[str, Any]:
    """Facts of an offer, or of a place on the reserve list: what the draw was that made it, else nothing."""
    draw = of.draw
    confirmed_at = draw.confirmed_at if draw else None
    is_of_it = since is not None and confirmed_at is not None and since - confirmed_at < AT_THE_SAME_TIME
    made = draw if is_of_it else None
    return {"by_lot": made.outcome if made else "", "object_until": made.object_until if made else None}
