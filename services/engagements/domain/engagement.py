"""What an engagement is: one person and one opportunity, from interest to what changed.

Its row is its public state. What the person wrote is kept apart, and is never part of it.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from schemas import links
from schemas.engagements import (
    Attendance,
    AttendanceRecorded,
    Engagement,
    EngagementEnded,
    InterestShown,
    InterestWithdrawn,
    Offer,
    PersonNotChosen,
    PlaceAccepted,
    PlaceDeclined,
    PlaceOffered,
)
from schemas.event import Waiting
from schemas.matching import Opportunity, Session
from schemas.payments import RateCard
from schemas.recruitment import Leader
from services.chassis.base.periods import Period
from services.chassis.base.refusals import Refused

OPEN = ("interested", "offered")
"""The statuses of somebody who has no place yet and may still get one."""


class JoinFirst(Refused, slug="join-first", status=403, field=""):
    """Only people in the pool of patient leaders can do this. Join first: it is free, and you are told the answer."""


class PastClosing(Refused, slug="past-closing", status=409, field=""):
    """This opportunity is closed, so you can no longer show interest. Look at the others that are open."""


class AlreadyInterested(Refused, slug="already-interested", status=409, field=""):
    """You have shown interest in this already. You do not need to do it again."""


class NotApproved(Refused, slug="not-approved", status=409):
    """This person is not in the pool of patient leaders, so they cannot be offered a place."""


class RateNotInForce(Refused, slug="rate-not-in-force", status=409):
    """The pay rate of this opportunity is not in force today, so nobody can be offered a place with it."""


class AlreadyOffered(Refused, slug="already-offered", status=409):
    """This person was offered a place already."""


class NotOpen(Refused, slug="not-open", status=409):
    """This has changed since you opened the page, so it can no longer be done. Go back and load the page again."""


class OffTheFeed(Refused, slug="off-the-feed", status=409):
    """This opportunity was taken off the feed, so no more places can be offered."""


class NotOffered(Refused, slug="not-offered", status=409):
    """You have not been offered a place here yet, or the offer has gone."""


class AlreadyAccepted(Refused, slug="already-accepted", status=409):
    """You have this place already. You do not need to do anything more."""


class TooLateToGiveBack(Refused, slug="too-late-to-give-back", status=409):
    """A session of this was recorded already, so the place cannot be given back here. Please ring the organisation."""


class NotYourOwn(Refused, slug="not-your-own", status=403):
    """This is about yourself. Somebody else in your organisation has to do it."""


class TooEarly(Refused, slug="attendance-too-early", status=409, field=""):
    """This session has not begun. You can record who came from its start on."""


class NobodyNamed(Refused, slug="nobody-named", status=422, field=""):
    """Say for at least one person whether they came."""


class CameAndDidNot(Refused, slug="came-and-did-not", status=422, field=""):
    """Somebody is in both lists: a person either came or did not come."""


class NoPlace(Refused, slug="no-place", status=409, field=""):
    """Somebody in this list has no place any more. Load the page again."""


class InterestWords(BaseModel):
    """What a person writes with their interest. For the organisation only; never part of an event."""

    model_config = ConfigDict(extra="forbid")
    why: str = Field(min_length=1, max_length=1000, description="why they are interested")
    needs: str = Field(default="", max_length=500, description="on the day; shown once they have a place")


def show_interest(
    opportunity: Opportunity, leader: Leader | None, *, id: UUID, person_id: UUID, now: datetime
) -> tuple[Engagement, InterestShown]:
    """Raises JoinFirst or PastClosing."""
    if leader is None or leader.status != "approved":
        raise JoinFirst
    if opportunity.closed_at is not None or now >= opportunity.apply_by:
        raise PastClosing
    shown = Engagement(
        id=id,
        version=1,
        opportunity_id=opportunity.id,
        organisation_id=opportunity.organisation_id,
        ods_code=opportunity.ods_code,
        person_id=person_id,
        status="interested",
        interested_at=now,
    )
    shown = shown.with_changes(waiting=_waiting(shown))
    return shown, InterestShown(shown)


def offer(
    engagement: Engagement,
    opportunity: Opportunity,
    *,
    leader: Leader | None,
    rate: RateCard | None,
    now: datetime,
    on: date,
) -> tuple[Engagement, PlaceOffered]:
    """Offer a place with the opportunity's pay, pinned. `rate`: the card that the pay names; `on`: today, in London.

    Raises AlreadyOffered, NotOpen, OffTheFeed, NotApproved or RateNotInForce.
    """
    if engagement.status in ("offered", "accepted"):
        raise AlreadyOffered
    if engagement.status != "interested":
        raise NotOpen
    if opportunity.withdrawn is not None:
        raise OffTheFeed
    if leader is None or leader.status != "approved":
        raise NotApproved
    if opportunity.pay is not None and not _in_force(rate, on):
        raise RateNotInForce
    offered = _next(engagement, status="offered", offer=Offer(offered_at=now, pay=opportunity.pay))
    return offered, PlaceOffered(offered)


def _in_force(rate: RateCard | None, on: date) -> bool:
    return rate is not None and Period.of(rate).in_force_on(on)


def not_choose(engagement: Engagement, *, now: datetime) -> tuple[Engagement, PersonNotChosen]:
    """Choose others, or take back an offer that was not answered. Raises NotOpen."""
    if engagement.status not in OPEN:
        raise NotOpen
    others = _next(engagement, status="not_chosen", ended_at=now)
    return others, PersonNotChosen(others)


def accept(
    engagement: Engagement, opportunity: Opportunity, leader: Leader | None, *, now: datetime
) -> tuple[Engagement, PlaceAccepted]:
    """Take the place that was offered. Raises AlreadyAccepted, NotOffered or JoinFirst."""
    if engagement.status == "accepted":
        raise AlreadyAccepted
    if engagement.status != "offered":
        raise NotOffered
    if leader is None or leader.status != "approved":
        raise JoinFirst
    sessions = tuple(_to_come(session) for session in opportunity.sessions)
    accepted = _next(engagement, status="accepted", accepted_at=now, sessions=sessions)
    return accepted, PlaceAccepted(accepted)


def _to_come(session: Session) -> Attendance:
    return Attendance(session_id=session.id, starts_at=session.starts_at, hours=session.hours)


def decline(engagement: Engagement, *, now: datetime) -> tuple[Engagement, PlaceDeclined]:
    """Say no to an offer. Raises NotOffered."""
    if engagement.status != "offered":
        raise NotOffered
    declined = _next(engagement, status="declined", ended_at=now)
    return declined, PlaceDeclined(declined)


def withdraw(engagement: Engagement, *, now: datetime) -> tuple[Engagement, InterestWithdrawn]:
    """No longer want the role, or give the place back. Raises NotOpen or TooLateToGiveBack."""
    if engagement.status not in (*OPEN, "accepted"):
        raise NotOpen
    if any(one.recorded_at for one in engagement.sessions):
        raise TooLateToGiveBack
    withdrawn = _next(engagement, status="withdrawn", ended_at=now)
    return withdrawn, InterestWithdrawn(withdrawn)


def follow_neighbours(
    engagement: Engagement, opportunity: Opportunity, leader: Leader | None, *, now: datetime
) -> tuple[Engagement, InterestWithdrawn | PersonNotChosen] | None:
    """What follows for somebody without a place yet when the person left the pool or the opportunity its feed.

    A place that was taken stays: it is a promise of both.
    """
    if engagement.status not in OPEN:
        return None
    if leader is not None and leader.status != "approved":
        return withdraw(engagement, now=now)
    return not_choose(engagement, now=now) if opportunity.withdrawn is not None else None


def record(
    engagement: Engagement, session: Session, *, attended: bool, now: datetime
) -> tuple[Engagement, AttendanceRecorded] | None:
    """Whether the person was at a session; None when just that was recorded already. Raises TooEarly or NoPlace."""
    if session.starts_at > now:
        raise TooEarly
    if engagement.status != "accepted":
        raise NoPlace
    existing = {one.session_id: one for one in engagement.sessions}
    if session.id in existing and existing[session.id].attended is attended:
        return None
    existing[session.id] = _to_come(session).with_changes(attended=attended, recorded_at=now)
    recorded = _next(engagement, sessions=tuple(existing.values()))
    return recorded, AttendanceRecorded(recorded)


def end(engagement: Engagement, *, now: datetime) -> tuple[Engagement, EngagementEnded]:
    """What changed was recorded, for this person to read."""
    ended = _next(engagement, status="ended", ended_at=now, told_at=now)
    return ended, EngagementEnded(ended)


def _next(engagement: Engagement, **changes: Any) -> Engagement:
    changed = engagement.with_changes(**changes, version=engagement.version + 1)
    return changed.with_changes(waiting=_waiting(changed))


def _waiting(of: Engagement) -> tuple[Waiting, ...]:
    if of.status == "interested":
        waits = Waiting(
            organisation_id=of.organisation_id,
            role="coordinator",
            what="answer_interest",
            about=of.id,
            since=of.interested_at,
            link=links.STAFF_INTAKE.format(ods=of.ods_code, opportunity_id=of.opportunity_id),
        )
        return (waits,)
    if of.status == "offered" and of.offer:
        link = links.MY_ENGAGEMENT.format(id=of.id)
        since = of.offer.offered_at
        return (Waiting(person_id=of.person_id, what="answer_offer", about=of.id, since=since, link=link),)
    return ()
