"""The kinds of message: until when each is worth telling, and at which hours of the day it may be sent."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from zoneinfo import ZoneInfo

from schemas.matching import Opportunity

LONDON = ZoneInfo("Europe/London")
NEWS_FOR = timedelta(days=30)
"""What happened longer ago is history: a new reaction, which sees all of it, tells nobody of it."""
CONFIRMATION = timedelta(days=1)
"""So long the link works that shows that an address is one's own."""

ANSWERED_WITHIN = timedelta(days=60)
"""Whoever an organisation listed has so long to say whether the network may keep them; then they are forgotten."""

Until = Callable[[Opportunity, datetime], datetime | None]
"""Until when it is worth telling, by the opportunity and when it happened; None when that has no such time."""


@dataclass(frozen=True)
class Hours:
    """From one hour of the day in London to another."""

    first: int
    last: int


class Rank(IntEnum):
    """Which of those that wait is sent first, however long the others have waited."""

    FIRST = 0
    """Somebody waits for it now, it runs out, or it may be that somebody else acts in their name."""
    NEWS = 1
    LIST = 2
    """The same for a great many at once."""


@dataclass(frozen=True)
class Kind:
    """`good_for`: counted from its sending hour, unless `until` names a time. `hours`: at any time where None.

    `rung`: whether staff ring somebody with it who cannot be reached otherwise.
    """

    good_for: timedelta = timedelta(days=14)
    until: Until | None = None
    hours: Hours | None = None
    rank: Rank = Rank.NEWS
    rung: bool = True


def _its_closing(opportunity: Opportunity, since: datetime) -> datetime | None:
    return opportunity.apply_by


def _its_last_session(opportunity: Opportunity, since: datetime) -> datetime | None:
    """Of those that were still to come."""
    return max((one.starts_at for one in opportunity.sessions if one.starts_at > since), default=None)


def _its_last_that_is_held(opportunity: Opportunity, since: datetime) -> datetime | None:
    return max((one.starts_at for one in opportunity.to_come(since)), default=None)


DAY = Hours(8, 21)
"""For kinds that are not urgent, and for all texts."""
NOTICE = Kind()
AGREE_AGAIN = "agree_again"
URGENT = Kind(rank=Rank.FIRST)
BY_DAY = Kind(hours=DAY)
"""What a clock of ours says, and nobody did: it wakes nobody."""
SOON = Kind(hours=DAY, rank=Rank.FIRST)
MESSAGE_WRITTEN = "message_written"
"""There is something new in a conversation."""
MATCH_MADE, ROLES_FIT = "match_made", "roles_fit"
"""A role that fits, told alone, and several in one message."""
ALERTS = (MATCH_MADE, ROLES_FIT)
STILL_WANTED, NOW_WEEKLY = "still_wanted", "now_weekly"
"""Whether somebody still wants to be told of roles; and that nobody answered, so they are told once a week."""
MONTHLY = "monthly_list"
"""The list of open roles, which nobody is rung with."""
KINDS = {
    "access_confirmed": NOTICE,
    "access_failed": URGENT,
    "access_unconfirmed": BY_DAY,
    AGREE_AGAIN: Kind(good_for=NEWS_FOR),
    "answer_for_you": URGENT,
    "answer_late": BY_DAY,
    "application_approved": NOTICE,
    "application_declined": NOTICE,
    "application_more": NOTICE,
    "application_talk": URGENT,
    "application_talk_off": NOTICE,
    "application_times": NOTICE,
    "asked_to_join": Kind(good_for=ANSWERED_WITHIN),
    "asked_to_join_again": Kind(good_for=ANSWERED_WITHIN),
    "attendance_recorded": NOTICE,
    "claim_needs_details": NOTICE,
    "claim_paid": NOTICE,
    "claim_ready": NOTICE,
    "claim_returned": NOTICE,
    "confirm_address": Kind(good_for=CONFIRMATION, rank=Rank.FIRST),
    "contact_changed": URGENT,
    "credential_awarded": NOTICE,
    "daily": Kind(good_for=timedelta(hours=12)),
    "details_changed": URGENT,
    "draw_set_aside": NOTICE,
    "helped": NOTICE,
    "interest_received": NOTICE,
    "question_answered": URGENT,
    "record_alone": NOTICE,
    "record_closed": NOTICE,
    "record_corrected": NOTICE,
    "record_kept": NOTICE,
    "record_opened_again": NOTICE,
    "look_again": NOTICE,
    "left_out_of_draw": NOTICE,
    "objection_answered": URGENT,
    MESSAGE_WRITTEN: URGENT,
    MATCH_MADE: Kind(until=_its_closing),
    NOW_WEEKLY: Kind(hours=DAY, rank=Rank.LIST, rung=False),
    ROLES_FIT: Kind(good_for=timedelta(days=6), hours=DAY),
    STILL_WANTED: Kind(good_for=NEWS_FOR, hours=DAY, rank=Rank.LIST),
    MONTHLY: Kind(rank=Rank.LIST, rung=False),
    "name_received": NOTICE,
    "new_coordinator": NOTICE,
    "not_chosen": NOTICE,
    "offer_earlier": Kind(until=_its_last_that_is_held, rank=Rank.FIRST),
    "offer_ends": SOON,
    "offer_made": Kind(until=_its_last_that_is_held, rank=Rank.FIRST),
    "offer_ran_out": BY_DAY,
    "on_reserve": Kind(until=_its_last_that_is_held),
    "opportunity_withdrawn": Kind(until=_its_last_session, rank=Rank.FIRST),
    "place_accepted": Kind(until=_its_last_that_is_held),
    "place_called_off": Kind(until=_its_last_session, rank=Rank.FIRST),
    "place_free": Kind(until=_its_last_that_is_held, rank=Rank.FIRST),
    "role_changed": Kind(until=_its_last_that_is_held, rank=Rank.FIRST),
    "role_said_anew": NOTICE,
    "round_up": Kind(good_for=timedelta(hours=12)),
    "session_in_a_week": BY_DAY,
    "session_tomorrow": SOON,
    "sessions_added": NOTICE,
    "sessions_cancelled": URGENT,
    "sessions_changed": URGENT,
    "talk_agreed": NOTICE,
    "talk_cancelled": URGENT,
    "talk_proposed": URGENT,
    "talk_tomorrow": SOON,
    "was_it_there": BY_DAY,
    "what_changed": NOTICE,
}


WAITS_FOR = {
    "application_more": "say_more",
    "application_times": "choose_talk",
    "claim_needs_details": "give_payee_details",
    "claim_ready": "send_claim",
    "claim_returned": "send_claim",
    "offer_earlier": "answer_offer",
    "offer_ends": "answer_offer",
    "offer_made": "answer_offer",
    "place_free": "answer_offer",
    "talk_proposed": "answer_chat",
}
"""What kinds ask of their person, as a code of schemas/waiting: once it waits no more about the same, it is over."""

ASKED, ASKED_AGAIN = "asked_to_join", "asked_to_join_again"
ASKS = (ASKED, ASKED_AGAIN)
"""All that is ever said to somebody whom an organisation listed, before they have said yes."""


def of(code: str) -> Kind:
    """What an older version queued under a code that is gone is a notice."""
    return KINDS.get(code, NOTICE)


def sending_time(kind: Kind, at: datetime) -> datetime:
    """The first moment from `at` on at which it may be sent."""
    if kind.hours is None:
        return at
    local = at.astimezone(LONDON)
    opens = local.replace(hour=kind.hours.first, minute=0, second=0, microsecond=0)
    if local < opens:
        return opens
    return at if local.hour < kind.hours.last else opens + timedelta(days=1)


def good_until(kind: Kind, *, happened_at: datetime, about: Opportunity | None = None) -> datetime:
    """From then on it is not sent any more: the person's page has it, and no mail comes about what is over."""
    until = kind.until(about, happened_at) if kind.until and about else None
    return until or sending_time(kind, happened_at) + kind.good_for
