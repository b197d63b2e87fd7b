"""What follows for an engagement from what its neighbours say, and from time: who is left without an answer or a place.

Nobody waits for what cannot come any more.
"""

from datetime import datetime

from schemas.engagements import (
    Earlier,
    Engagement,
    EngagementCalledOff,
    InterestWithdrawn,
    OfferDayMoved,
    OfferRanOut,
    PersonNotChosen,
)
from schemas.matching import Opportunity
from schemas.recruitment import Leader
from services.engagements.domain.engagement import OPEN, following, is_in_pool, not_choose, withdraw
from services.engagements.domain.offers import last_moment
from services.engagements.domain.sessions import is_called_off

Followed = tuple[Engagement, InterestWithdrawn | PersonNotChosen | OfferRanOut | EngagementCalledOff]
TIME_GONE = "time_gone"
"""Why somebody was not chosen (NOT_CHOSEN_REASONS): nobody had answered them when the last session was over."""


def follow_neighbours(
    engagement: Engagement, opportunity: Opportunity, leader: Leader | None, *, now: datetime
) -> Followed | None:
    """What follows when the person left the pool, the opportunity was called off, or its last session is over.

    A place that was taken stays, as a promise of both, until it is called off before any session was held.
    """
    if engagement.status == "accepted" and is_called_off(opportunity):
        return call_off(engagement, now=now)
    if engagement.status not in OPEN:
        return None
    if leader is not None and not is_in_pool(leader):
        return withdraw(engagement, now=now)
    if opportunity.withdrawn is not None:
        return not_choose(engagement, now=now)
    return end_unanswered(engagement, now=now) if opportunity.has_ended(now) else None


def follow_last_session(
    engagement: Engagement, opportunity: Opportunity, *, now: datetime
) -> tuple[Engagement, OfferDayMoved] | None:
    """An open offer cannot be answered after the last session that takes place has started: its day is never later.
    None where it is not; what was moved earlier stays, when sessions are added again.
    """
    last, offer = last_moment(opportunity, now), engagement.offer
    if engagement.status != "offered" or offer is None or offer.reply_by is None:
        return None
    if last is None or offer.reply_by <= last:
        return None
    sooner = offer.with_changes(reply_by=last, earlier=Earlier(at=now, before=offer.reply_by))
    moved = following(engagement, offer=sooner)
    return moved, OfferDayMoved(moved)


def call_off(engagement: Engagement, *, now: datetime) -> tuple[Engagement, EngagementCalledOff]:
    """Somebody had a place, and no session of it takes place."""
    off = following(engagement, status="called_off", ended_at=now)
    return off, EngagementCalledOff(off)


def end_unanswered(engagement: Engagement, *, now: datetime) -> Followed:
    """The last session is over: an offer lapses that nobody answered, and no place is left to wait for."""
    if engagement.status == "offered":
        lapsed = following(engagement, status="lapsed", ended_at=now)
        return lapsed, OfferRanOut(lapsed)
    return not_choose(engagement, why=TIME_GONE, now=now)
