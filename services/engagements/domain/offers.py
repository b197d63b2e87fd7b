"""A place that is offered: until when it is kept, what a yes and a no do, and what happens if nobody answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from schemas.engagements import (
    Engagement,
    Offer,
    OfferRanOut,
    PlaceAccepted,
    PlaceDeclined,
    PlaceOffered,
    PutOnReserveList,
    Reserve,
)
from schemas.matching import Opportunity, Session
from schemas.payments import RateCard
from schemas.recruitment import Leader
from services.chassis.base.choices import Choice, unless
from services.chassis.base.periods import Period
from services.chassis.base.refusals import Refused
from services.chassis.base.typed.days import Moment
from services.chassis.base.typed.rules import judged
from services.chassis.base.working_days import end_of_working_day
from services.engagements.domain.engagement import (
    AgreeFirst,
    JoinFirst,
    NotOpen,
    following,
    is_in_pool,
)
from services.engagements.domain.hands import HelpedThem, NotYourOwn
from services.engagements.domain.intake import Intake
from services.engagements.domain.refused_draws import DrawFirst
from services.engagements.domain.sessions import RoleIsOver

OFFERED_FROM = ("interested", "reserve", "lapsed")
"""The statuses of somebody to whom a place can be offered."""
WORKING_DAYS_TO_ANSWER = 5
"""A week, where nobody says otherwise."""
LONGEST = timedelta(days=60)
PassingOver = Literal["cannot_be_reached", "asked_to_wait", "needs_this_person", "mix_of_people"]
"""Why somebody on the reserve list comes later than their turn."""


class AlreadyOffered(Refused, slug="already-offered", title="A place was offered already", status=409):
    """This person was offered a place already."""


class NotApproved(Refused, slug="not-approved", title="This person is not in the pool", status=409):
    """This person is not in the pool, so they cannot be offered a place."""


class RateNotInForce(Refused, slug="rate-not-in-force", title="The rate is not in force", status=409):
    """The pay rate of this opportunity is not in force today, so nobody can be offered a place with it."""


class OffTheFeed(Refused, slug="off-the-feed", title="This opportunity was taken off the feed", status=409):
    """This opportunity was taken off the feed, so no more places can be offered."""


class NotOffered(Refused, slug="not-offered", title="You have no offer here", status=409):
    """You have not been offered a place here yet, or the offer has gone."""


class OfferIsOver(Refused, slug="offer-is-over", title="The time to answer is over", status=409):
    """The time to answer this offer is over, so the place is not kept any more. Show interest again if you want to."""


class AlreadyAccepted(Refused, slug="already-accepted", title="You have this place already", status=409):
    """You have this place already. You do not need to do anything more."""


class ReplyByOutOfReach(Refused, slug="reply-by-out-of-reach", status=422, field="reply_by"):
    """The time to answer by has to be still to come, and within 60 days. Check the day, the year and the time."""


class ReplyByTooLate(Refused, slug="reply-by-too-late", status=422, field="reply_by"):
    """They have to answer before the last session starts. Choose an earlier day or time."""


class PassesOver(Refused, slug="passes-over", status=422, field="passing_over"):
    """Others wait on the reserve list before this person. Say why they come later, or offer it to the first of them."""


class NobodyWaits(Refused, slug="nobody-waits", title="Nobody waits for a place", status=409):
    """Nobody is on the reserve list any more. Load the page again."""


class Offering(BaseModel):
    """With what a place is offered; all of it can be left out, by programs too."""

    model_config = ConfigDict(extra="forbid")
    reply_by: Moment | None = Field(
        default=None,
        title="the day and the time to answer by",
        description="None: a week, but before the last session.",
    )
    beyond: bool = Field(default=False, title="whether it is one more than there are places, for the first to answer")
    passing_over: PassingOver | None = Field(default=None, title="why others on the reserve list come later")

    @field_validator("reply_by", mode="after")
    @classmethod
    def still_to_come(cls, given: datetime | None) -> datetime | None:
        return given and judged(given, lambda moment, clock: check_reach(moment, now=clock.now))


AS_USUAL = Offering()


@dataclass(frozen=True)
class Terms:
    """The opportunity, the card that its pay names, today in London; in whose name whoever asks did things here; and at
    which of its sessions to come somebody has something else.
    """

    opportunity: Opportunity
    rate: RateCard | None
    on: date
    helped: frozenset[UUID] = frozenset()
    busy: Mapping[UUID, frozenset[UUID]] = field(default_factory=dict[UUID, frozenset[UUID]])
    is_over: bool = False
    waits_for_draw: bool = False
    is_drawn: bool = False
    """By a draw that nobody has confirmed."""

    def busy_at(self, person_id: UUID, now: datetime) -> tuple[Session, ...]:
        """In the order of time."""
        sessions = self.busy.get(person_id, frozenset())
        return tuple(one for one in self.opportunity.to_come(now) if one.id in sessions)


def may_offer(engagement: Engagement, leader: Leader | None, terms: Terms, *, by: UUID) -> Choice:
    opportunity, rate, on = terms.opportunity, terms.rate, terms.on
    return unless(
        (engagement.status in ("offered", "accepted"), AlreadyOffered),
        (engagement.status not in OFFERED_FROM, NotOpen),
        (engagement.person_id == by, NotYourOwn),
        (engagement.person_id in terms.helped, HelpedThem),
        (opportunity.withdrawn is not None, OffTheFeed),
        (terms.is_over, RoleIsOver),
        (terms.waits_for_draw, DrawFirst),
        (not is_in_pool(leader), NotApproved),
        (opportunity.pay is not None and not _in_force(rate, on), RateNotInForce),
    )


def offer(
    engagement: Engagement,
    leader: Leader | None,
    terms: Terms,
    offering: Offering = AS_USUAL,
    *,
    by: UUID,
    now: datetime,
) -> tuple[Engagement, PlaceOffered]:
    """Offer a place with the opportunity's pay, pinned. It holds the place until answered or run out; one beyond the
    places holds none. The caller counts it on the intake.
    """
    may_offer(engagement, leader, terms, by=by).must()
    reply_by = offering.reply_by or usual_reply_by(terms.opportunity, now)
    check_reply_by(reply_by, terms.opportunity, now=now)
    pinned = Offer(
        offered_at=now,
        offered_by=by,
        pay=terms.opportunity.pay,
        reply_by=reply_by,
        holds_place=not offering.beyond,
    )
    again = {"ended_at": None, "reserve": None}
    offered = following(engagement, status="offered", offer=pinned, **again)
    return offered, PlaceOffered(offered)


def usual_reply_by(opportunity: Opportunity, now: datetime) -> datetime:
    """A week, to the end of a working day; sooner where the last session starts sooner."""
    week, last = end_of_working_day(now, WORKING_DAYS_TO_ANSWER), last_moment(opportunity, now)
    return min(week, last) if last else week


def last_moment(opportunity: Opportunity, now: datetime) -> datetime | None:
    """Nobody can be given longer than this to answer: the last session starts, or the one under way ends."""
    if starts := [one.starts_at for one in opportunity.to_come(now)]:
        return max(starts)
    ends_at = opportunity.ends_at
    return ends_at if ends_at and ends_at > now else None


def check_reach(reply_by: datetime, *, now: datetime) -> None:
    """Raises ReplyByOutOfReach."""
    if not now < reply_by <= now + LONGEST:
        raise ReplyByOutOfReach


def check_reply_by(reply_by: datetime, opportunity: Opportunity, *, now: datetime) -> None:
    """Raises ReplyByOutOfReach or ReplyByTooLate."""
    check_reach(reply_by, now=now)
    last = last_moment(opportunity, now)
    if last and reply_by > last:
        raise ReplyByTooLate


def _in_force(rate: RateCard | None, on: date) -> bool:
    return rate is not None and Period.of(rate).in_force_on(on)


def may_accept(engagement: Engagement, leader: Leader | None, *, now: datetime, role_is_over: bool = False) -> Choice:
    return unless(
        (engagement.status == "accepted", AlreadyAccepted),
        (engagement.status != "offered", NotOffered),
        (role_is_over, RoleIsOver),
        (is_over(engagement, now), OfferIsOver),
        (not is_in_pool(leader), JoinFirst),
        (leader is not None and leader.code_agreed is None, AgreeFirst),
    )


def accept(
    engagement: Engagement, intake: Intake, leader: Leader | None, *, now: datetime
) -> tuple[Engagement, PlaceAccepted | PutOnReserveList]:
    """Say yes. The offer's own place is taken, or one that is left; where none is, they are first on the reserve list.

    The caller holds the intake's lock, and counts the place on it.
    """
    may_accept(engagement, leader, now=now, role_is_over=intake.opportunity.has_ended(now)).must()
    if is_late_yes(engagement, is_full=intake.is_full):
        waits = following(engagement, status="reserve", reserve=Reserve(since=now, said_yes=True))
        return waits, PutOnReserveList(waits)
    accepted = following(engagement, status="accepted", accepted_at=now)
    return accepted, PlaceAccepted(accepted)


def is_late_yes(engagement: Engagement, *, is_full: bool) -> bool:
    """Whether a yes now comes after the last place has gone: the offer holds none, and none is left."""
    holds = engagement.offer is not None and engagement.offer.holds_place
    return engagement.status == "offered" and is_full and not holds


def is_over(engagement: Engagement, now: datetime) -> bool:
    """Whether the day to answer its offer by has come."""
    reply_by = engagement.offer.reply_by if engagement.offer else None
    return reply_by is not None and now >= reply_by


def stands_until(engagement: Engagement) -> datetime | None:
    """Until when its offer can be answered; None where none is open, or it has no day."""
    return engagement.offer.reply_by if engagement.offer and engagement.status == "offered" else None


def may_decline(engagement: Engagement) -> Choice:
    return unless((engagement.status != "offered", NotOffered))


def decline(engagement: Engagement, *, now: datetime) -> tuple[Engagement, PlaceDeclined]:
    """The person's no to an offer, which the organisation hears now."""
    may_decline(engagement).must()
    declined = following(engagement, status="declined", ended_at=now)
    return declined, PlaceDeclined(declined)


def run_out(engagement: Engagement, *, now: datetime) -> tuple[Engagement, OfferRanOut] | None:
    """The day to answer by has passed; None where there is no such offer, or not yet."""
    if engagement.status != "offered" or not is_over(engagement, now):
        return None
    lapsed = following(engagement, status="lapsed", ended_at=now)
    return lapsed, OfferRanOut(lapsed)


def put_on_reserve(
    engagement: Engagement, *, by: UUID, helped: frozenset[UUID], now: datetime, waits_for_draw: bool = False
) -> tuple[Engagement, PutOnReserveList]:
    """They wait for a place, after those who wait already."""
    may_put_on_reserve(engagement, by=by, helped=helped, waits_for_draw=waits_for_draw).must()
    waits = following(engagement, status="reserve", reserve=Reserve(since=now))
    return waits, PutOnReserveList(waits)


def may_put_on_reserve(
    engagement: Engagement, *, by: UUID, helped: frozenset[UUID] = frozenset(), waits_for_draw: bool = False
) -> Choice:
    return unless(
        (engagement.status != "interested", NotOpen),
        (waits_for_draw, DrawFirst),
        (engagement.person_id == by, NotYourOwn),
        (engagement.person_id in helped, HelpedThem),
    )
