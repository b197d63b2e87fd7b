"""What an engagement is, from interest to what changed. Its row is its public state, without what the person wrote."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from schemas import links
from schemas.engagements import (
    Attendance,
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
from services.chassis.base.choices import Choice, Choices, unless
from services.chassis.base.periods import Period
from services.chassis.base.refusals import Refused
from services.chassis.base.typed.text import Lines
from services.engagements.domain.hands import HelpedThem, NotYourOwn
from services.engagements.domain.intake import Intake, NoPlaceLeft

OPEN = ("interested", "offered")
"""The statuses of somebody who has no place yet and may still get one."""


class JoinFirst(Refused, slug="join-first", status=403, field=""):
    """Only people who have joined can do this. Join first: it is free, and you are told the answer."""


class AgreeFirst(Refused, slug="agree-first", title="Say yes to the code of conduct first", status=409, field=""):
    """Before a first role everybody reads the code of conduct and says yes to it, once. Your offer stays."""


class PastClosing(Refused, slug="past-closing", status=409, field=""):
    """This opportunity is closed, so you can no longer show interest. Look at the others that are open."""


class AlreadyInterested(Refused, slug="already-interested", status=409, field=""):
    """You have shown interest in this already. You do not need to do it again."""


class NotApproved(Refused, slug="not-approved", title="This person is not in the pool", status=409):
    """This person is not in the pool, so they cannot be offered a place."""


class RateNotInForce(Refused, slug="rate-not-in-force", title="The rate is not in force", status=409):
    """The pay rate of this opportunity is not in force today, so nobody can be offered a place with it."""


class AlreadyOffered(Refused, slug="already-offered", title="A place was offered already", status=409):
    """This person was offered a place already."""


class NotOpen(Refused, slug="not-open", title="This has changed meanwhile", status=409):
    """This has changed since you opened the page, so it can no longer be done. Go back and load the page again."""


class OffTheFeed(Refused, slug="off-the-feed", title="This opportunity was taken off the feed", status=409):
    """This opportunity was taken off the feed, so no more places can be offered."""


class NotOffered(Refused, slug="not-offered", title="You have no offer here", status=409):
    """You have not been offered a place here yet, or the offer has gone."""


class AlreadyAccepted(Refused, slug="already-accepted", title="You have this place already", status=409):
    """You have this place already. You do not need to do anything more."""


class TooLateToGiveBack(Refused, slug="too-late-to-give-back", status=409):
    """A session of this was recorded already, so the place cannot be given back here. Please ring the organisation."""


class InterestWords(BaseModel):
    """What a person writes with their interest. For the organisation only; never part of an event."""

    model_config = ConfigDict(extra="forbid")
    why: Lines = Field(title="why you are interested", min_length=1, max_length=1000)
    needs: Lines = Field(default="", title="what you need on the day", max_length=500)


@dataclass(frozen=True)
class PersonChoices(Choices):
    """What may be done with an engagement for its person."""

    accept: Choice
    decline: Choice
    withdraw: Choice


def choices_of_person(engagement: Engagement, leader: Leader | None, *, is_full: bool) -> PersonChoices:
    return PersonChoices(
        accept=may_accept(engagement, leader, is_full=is_full),
        decline=may_decline(engagement),
        withdraw=may_withdraw(engagement),
    )


@dataclass(frozen=True)
class StaffChoices(Choices):
    """What a coordinator may do with an engagement."""

    offer: Choice
    not_choose: Choice


@dataclass(frozen=True)
class Terms:
    """The opportunity, the card that its pay names, today in London; in whose name whoever asks did things here."""

    opportunity: Opportunity
    rate: RateCard | None
    on: date
    helped: frozenset[UUID] = frozenset()


def choices_of_staff(engagement: Engagement, leader: Leader | None, terms: Terms, *, by: UUID) -> StaffChoices:
    offer, not_choose = may_offer(engagement, leader, terms, by=by), may_not_choose(engagement, by=by)
    return StaffChoices(offer=offer, not_choose=not_choose)


def may_show_interest(
    opportunity: Opportunity, leader: Leader | None, *, existing: Engagement | None, now: datetime
) -> Choice:
    """`existing`: what this person has with the opportunity already."""
    return unless(
        (existing is not None, AlreadyInterested),
        (opportunity.closed_at is not None or now >= opportunity.apply_by, PastClosing),
        (not _in_pool(leader), JoinFirst),
    )


def show_interest(
    opportunity: Opportunity,
    leader: Leader | None,
    *,
    existing: Engagement | None,
    id: UUID,
    person_id: UUID,
    now: datetime,
) -> tuple[Engagement, InterestShown]:
    may_show_interest(opportunity, leader, existing=existing, now=now).must()
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


def may_offer(engagement: Engagement, leader: Leader | None, terms: Terms, *, by: UUID) -> Choice:
    opportunity, rate, on = terms.opportunity, terms.rate, terms.on
    return unless(
        (engagement.status in ("offered", "accepted"), AlreadyOffered),
        (engagement.status != "interested", NotOpen),
        (engagement.person_id == by, NotYourOwn),
        (engagement.person_id in terms.helped, HelpedThem),
        (opportunity.withdrawn is not None, OffTheFeed),
        (not _in_pool(leader), NotApproved),
        (opportunity.pay is not None and not _in_force(rate, on), RateNotInForce),
    )


def offer(
    engagement: Engagement, leader: Leader | None, terms: Terms, *, by: UUID, now: datetime
) -> tuple[Engagement, PlaceOffered]:
    """Offer a place with the opportunity's pay, pinned."""
    may_offer(engagement, leader, terms, by=by).must()
    pinned = Offer(offered_at=now, offered_by=by, pay=terms.opportunity.pay)
    offered = following(engagement, status="offered", offer=pinned)
    return offered, PlaceOffered(offered)


def _in_force(rate: RateCard | None, on: date) -> bool:
    return rate is not None and Period.of(rate).in_force_on(on)


def _in_pool(leader: Leader | None) -> bool:
    return leader is not None and leader.status == "approved"


def may_not_choose(engagement: Engagement, *, by: UUID | None) -> Choice:
    return unless((engagement.status not in OPEN, NotOpen), (engagement.person_id == by, NotYourOwn))


def not_choose(engagement: Engagement, *, by: UUID | None, now: datetime) -> tuple[Engagement, PersonNotChosen]:
    """Choose others, or take back an offer that was not answered. `by`: None where it follows for everybody."""
    may_not_choose(engagement, by=by).must()
    others = following(engagement, status="not_chosen", ended_at=now)
    return others, PersonNotChosen(others)


def may_accept(engagement: Engagement, leader: Leader | None, *, is_full: bool) -> Choice:
    return unless(
        (engagement.status == "accepted", AlreadyAccepted),
        (engagement.status != "offered", NotOffered),
        (not _in_pool(leader), JoinFirst),
        (is_full, NoPlaceLeft),
        (leader is not None and leader.code_agreed is None, AgreeFirst),
    )


def accept(
    engagement: Engagement, intake: Intake, leader: Leader | None, *, now: datetime
) -> tuple[Engagement, PlaceAccepted]:
    """Take the place that was offered. The caller holds the intake's lock, and counts the place on it."""
    may_accept(engagement, leader, is_full=intake.is_full).must()
    sessions = tuple(to_come(session) for session in intake.opportunity.sessions)
    accepted = following(engagement, status="accepted", accepted_at=now, sessions=sessions)
    return accepted, PlaceAccepted(accepted)


def to_come(session: Session) -> Attendance:
    return Attendance(session_id=session.id, starts_at=session.starts_at, hours=session.hours)


def may_decline(engagement: Engagement) -> Choice:
    return unless((engagement.status != "offered", NotOffered))


def decline(engagement: Engagement, *, now: datetime) -> tuple[Engagement, PlaceDeclined]:
    """Say no to an offer."""
    may_decline(engagement).must()
    declined = following(engagement, status="declined", ended_at=now)
    return declined, PlaceDeclined(declined)


def may_withdraw(engagement: Engagement) -> Choice:
    return unless(
        (engagement.status not in (*OPEN, "accepted"), NotOpen),
        (any(one.recorded_at for one in engagement.sessions), TooLateToGiveBack),
    )


def withdraw(engagement: Engagement, *, now: datetime) -> tuple[Engagement, InterestWithdrawn]:
    """No longer want the role, or give the place back."""
    may_withdraw(engagement).must()
    withdrawn = following(engagement, status="withdrawn", ended_at=now)
    return withdrawn, InterestWithdrawn(withdrawn)


def follow_neighbours(
    engagement: Engagement, opportunity: Opportunity, leader: Leader | None, *, now: datetime
) -> tuple[Engagement, InterestWithdrawn | PersonNotChosen] | None:
    """What follows for somebody without a place yet when the person left the pool or the opportunity its feed.

    A place that was taken stays: it is a promise of both.
    """
    if engagement.status not in OPEN:
        return None
    if leader is not None and not _in_pool(leader):
        return withdraw(engagement, now=now)
    return not_choose(engagement, by=None, now=now) if opportunity.withdrawn is not None else None


def end(engagement: Engagement, *, now: datetime) -> tuple[Engagement, EngagementEnded]:
    """What changed was recorded, for this person to read."""
    ended = following(engagement, status="ended", ended_at=now, told_at=now)
    return ended, EngagementEnded(ended)


def following(engagement: Engagement, **changes: Any) -> Engagement:
    """Its next version, with whom it waits for then."""
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
        link, since = links.MY_ENGAGEMENT.format(id=of.id), of.offer.offered_at
        return (Waiting(person_id=of.person_id, what="answer_offer", about=of.id, since=since, link=link),)
    return ()
