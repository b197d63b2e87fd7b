"""Of which news somebody is told at once, once a day, or on their home page alone. Pure.

What runs out, what was cancelled and what keeps them safe is told at once, whatever they chose.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from services.notifications.domain import kinds
from services.notifications.domain.kinds import LONDON, MONTHLY, Hours, Rank

How = Literal["at_once", "daily", "page"]
GROUPS: Mapping[str, tuple[str, ...]] = {
    "fitting": ("match_made",),
    "roles": (
        *("interest_received", "on_reserve", "place_accepted", "not_chosen", "answer_late", "offer_ran_out"),
        *("session_in_a_week", "sessions_added", "attendance_recorded", "record_corrected", "what_changed"),
        "role_said_anew",
        *("access_confirmed", "access_unconfirmed", "was_it_there", "talk_agreed"),
    ),
    "pay": ("claim_needs_details", "claim_ready", "claim_returned", "claim_paid"),
    "training": ("credential_awarded",),
    "you": (
        *("application_approved", "application_declined", "application_more", "application_times", "name_received"),
        *("new_coordinator", "helped", "look_again", kinds.AGREE_AGAIN),
        "application_talk_off",
        *("record_alone", "record_closed", "record_kept", "record_opened_again"),
    ),
}
"""What can be chosen together. Each is a field's name, so none may be one that a form has as an element (`matches`):
scripts ask forms for it. In no group: what is urgent, and what has a place of its own (`APART`)."""
APART = (*kinds.ASKS, MONTHLY, "round_up", "daily", "confirm_address")
"""Asks whether somebody may be kept, the monthly list, the two mails of several things, and a link to a mailbox."""
CAN_STOP = ("fitting",)
"""Of these somebody need not be told at all: they find them when they look."""
OF_KIND = {kind: group for group, some in GROUPS.items() for kind in some}
DAILY = "daily"
HOURS = Hours(8, 12)


def is_urgent(kind: str) -> bool:
    return kinds.of(kind).rank == Rank.FIRST


def how(kind: str, chosen: Mapping[str, str]) -> How:
    """`chosen`: by group. What is newer than the groups is told at once."""
    said = chosen.get(OF_KIND.get(kind, ""), "at_once")
    return "page" if said == "page" else "daily" if said == "daily" else "at_once"


def may_be_sent(now: datetime) -> bool:
    """In the morning, on every day: what it tells is somebody's own."""
    return HOURS.first <= now.astimezone(LONDON).hour < HOURS.last


def good_until(now: datetime) -> datetime:
    return now + timedelta(hours=12)
