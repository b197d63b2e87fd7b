"""Of which news somebody is told at once, once a day, once a week, or on their home page alone. Pure.

What runs out, what was cancelled and what keeps them safe is told at once, whatever they chose.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from services.notifications.domain import kinds
from services.notifications.domain.kinds import DAY, LONDON, MONTHLY, Rank

How = Literal["at_once", "daily", "weekly", "page"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
FIRST_HOUR, LAST_HOUR = DAY.first, DAY.last - 1
"""Between these somebody may choose: a text wakes people."""


@dataclass(frozen=True)
class At:
    """When somebody hears of several things together: at which hour, and of what comes once a week on which day."""

    weekday: Weekday = "monday"
    hour: int = 9

    @property
    def day(self) -> int:
        """By ISO 8601: 1 is Monday."""
        return WEEKDAYS.index(self.weekday) + 1


USUAL = At()
FITTING = "fitting"
GROUPS: Mapping[str, tuple[str, ...]] = {
    FITTING: kinds.ALERTS,
    "roles": (
        *("interest_received", "on_reserve", "place_accepted", "not_chosen", "answer_late", "offer_ran_out"),
        *("session_in_a_week", "sessions_added", "attendance_recorded", "record_corrected", "what_changed"),
        *("role_said_anew", "draw_set_aside", "left_out_of_draw"),
        *("access_confirmed", "access_unconfirmed", "was_it_there", "talk_agreed"),
    ),
    "pay": ("claim_needs_details", "claim_ready", "claim_returned", "claim_paid"),
    "training": ("credential_awarded",),
    "you": (
        *("application_approved", "application_declined", "application_more", "application_times", "name_received"),
        *("new_coordinator", "helped", "look_again", kinds.AGREE_AGAIN, kinds.NOW_WEEKLY),
        "application_talk_off",
        *("record_alone", "record_closed", "record_kept", "record_opened_again"),
    ),
}
"""What can be chosen together. Each is a field's name, so none may be one that a form has as an element (`matches`):
scripts ask forms for it. In no group: what is urgent, and what has a place of its own (`APART`)."""
APART = (*kinds.ASKS, MONTHLY, "round_up", "daily", "confirm_address", kinds.STILL_WANTED)
"""Asks whether somebody may be kept or wants to be told, the monthly list, two mails of several things, and a link to a
mailbox."""
CAN_STOP = (FITTING,)
"""Of these somebody need not be told at all: they find them when they look."""
OF_KIND = {kind: group for group, some in GROUPS.items() for kind in some}
DAILY = "daily"
GOES_BY = ("email", "sms")
"""What is new of a day: all others are told of each thing by somebody."""
ANSWERS: Mapping[str, str] = {"at_once": "yes", "daily": "yes", "weekly": "weekly", "page": "stop"}
"""What a choice says to whoever was asked whether they still want to be told of roles."""


def is_urgent(kind: str) -> bool:
    return kinds.of(kind).rank == Rank.FIRST


def how(kind: str, chosen: Mapping[str, str]) -> How:
    """`chosen`: by group. What is newer than the groups is told at once."""
    said = chosen.get(OF_KIND.get(kind, ""), "at_once")
    return said if said in ("page", "daily", "weekly") else "at_once"


def may_be_sent(now: datetime) -> bool:
    """By day, on every day: whatever hour somebody chose, what is late wakes nobody."""
    return DAY.first <= now.astimezone(LONDON).hour < DAY.last


def good_until(now: datetime) -> datetime:
    return now + timedelta(hours=12)
