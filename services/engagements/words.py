"""The words for the codes that engagements' pages show, as people read them."""

from collections.abc import Sequence

from schemas.matching import Pay, Session
from schemas.words import ACCESS, FORMAT, LANGUAGE, TIME, WAY_TO_TALK, in_words
from services.chassis.base.paid import what_is_paid
from services.chassis.base.wording import hours
from services.engagements.domain.engagement import (
    AlreadyInterested,
    JoinFirst,
    NotApproved,
    PastClosing,
    RateNotInForce,
    TooLateToGiveBack,
)
from services.engagements.domain.hands import HelpedThem, NotYourOwn
from services.engagements.domain.intake import NoPlaceLeft

__all__ = [
    "ACCESS",
    "AFTER_WITHDRAWING",
    "CLAIM",
    "COLOUR",
    "FORMAT",
    "LANGUAGE",
    "MY_STATUS",
    "NEEDED",
    "NOT_CHOOSE",
    "NOT_CHOOSE_SURELY",
    "NO_INTEREST",
    "SAY_WHY",
    "STATUS",
    "TIME",
    "WAY_TO_TALK",
    "WITHDRAW",
    "YES_ON_ITS_WAY",
    "hours",
    "in_words",
    "pay",
]

NEEDED = {**FORMAT, **ACCESS, **WAY_TO_TALK}
"""Every need that can be met."""
MY_STATUS = {
    "interested": "Waiting for an answer",
    "offered": "You are offered a place",
    "accepted": "You have a place",
    "declined": "You said no",
    "withdrawn": "You no longer take part",
    "not_chosen": "Not this time",
    "ended": "Done: read what changed",
}
STATUS = {
    "interested": "Waits for your answer",
    "offered": "Offered a place",
    "accepted": "Has a place",
    "declined": "Said no",
    "withdrawn": "No longer takes part",
    "not_chosen": "Not chosen",
    "ended": "Took part",
}
NO_INTEREST = {
    AlreadyInterested.slug: "You have shown interest",
    PastClosing.slug: "This is closed",
    JoinFirst.slug: "Join first",
}
NOT_CHOOSE = {"interested": "Not this time", "offered": "Take the offer back"}
NOT_CHOOSE_SURELY = {"interested": "Say no to them", "offered": "Take it back and tell them"}
WITHDRAW = {"interested": "Take my interest back", "accepted": "Give my place back"}
AFTER_WITHDRAWING = {
    "interested": "The organisation then no longer thinks of you for this.",
    "accepted": "Your place then goes to somebody else.",
}
SAY_WHY = {
    refusal.slug
    for refusal in (NotYourOwn, HelpedThem, NotApproved, RateNotInForce, JoinFirst, NoPlaceLeft, TooLateToGiveBack)
}
"""Refusals that a page shows where the button would be: the status on it does not say them already."""
YES_ON_ITS_WAY = "It reaches this page in a few seconds. Then you can take the place."
COLOUR = {"interested": "blue", "offered": "yellow", "accepted": "green", "ended": "green"}
CLAIM = {
    "needs_details": "Waits for your bank details",
    "ready": "Ready for you to check and send",
    "sent": "Sent",
    "approved": "Approved",
    "returned": "Sent back to you",
    "declined": "You said no to the pay",
    "paid": "Sent to payroll",
}


def pay(of: Pay | None, sessions: Sequence[Session]) -> str:
    """What somebody gets who comes: "£75 for this meeting (the policy it comes from)"."""
    return what_is_paid(of, sessions) + (f" ({of.source})" if of else "")
