"""The words for the codes that engagements' pages show, as people read them."""

from collections.abc import Sequence
from typing import get_args

from schemas.matching import Pay, Session
from schemas.words import ACCESS, FORMAT, LANGUAGE, TIME, WAY_TO_TALK, in_words
from services.chassis.base.paid import what_is_paid
from services.chassis.base.wording import hours
from services.engagements.domain.answering import Why
from services.engagements.domain.engagement import (
    AlreadyInterested,
    JoinFirst,
    PastClosing,
    TooLateToGiveBack,
)
from services.engagements.domain.hands import HelpedThem, NotYourOwn
from services.engagements.domain.offers import NotApproved, OfferIsOver, RateNotInForce

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
    "NOT_CHOSEN",
    "NO_INTEREST",
    "PASSED_OVER",
    "SAID_WHY",
    "SAY_WHY",
    "SHOW_AGAIN",
    "STATUS",
    "TIME",
    "WAY_TO_TALK",
    "WHY_LATER",
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
    "lapsed": "The time to answer is over",
    "reserve": "On the reserve list",
    "called_off": "It does not take place",
}
STATUS = {
    "interested": "Waits for your answer",
    "offered": "Offered a place",
    "accepted": "Has a place",
    "declined": "Said no",
    "withdrawn": "No longer takes part",
    "not_chosen": "Not chosen",
    "ended": "Took part",
    "lapsed": "Did not answer in time",
    "reserve": "On the reserve list",
    "called_off": "Called off",
}
NO_INTEREST = {
    AlreadyInterested.slug: "You have shown interest",
    PastClosing.slug: "This is closed",
    JoinFirst.slug: "Join first",
}
NOT_CHOOSE = {"interested": "Not this time", "offered": "Take the offer back", "reserve": "Take them off the list"}
NOT_CHOSEN = {
    "others_know_this_better": "others know more about just this",
    "others_were_asked_less": "others have been asked less often",
    "mix_of_people": "we wanted people of different kinds together",
    "no_place_left": "there were more people than places",
    "needs_something_else": "it needs something else than we wrote at first",
    "role_changed": "the role has changed",
    "outcome_recorded": "the work is done",
}
"""After "We chose others because …"."""
SAID_WHY = {code: NOT_CHOSEN[code].capitalize() for code in get_args(Why)}
"""Those that an organisation can choose from."""
PASSED_OVER = {
    "cannot_be_reached": "They could not be reached in time",
    "asked_to_wait": "They asked to wait",
    "needs_this_person": "The work needs what just this person knows",
    "mix_of_people": "We want people of different kinds together",
}
WHY_LATER = {
    "cannot_be_reached": "it could not reach you in time",
    "asked_to_wait": "you asked to wait",
    "needs_this_person": "it needed what somebody else knows",
    "mix_of_people": "it wanted people of different kinds together",
}
"""The same to whoever waits: "a place went to somebody else, because …"."""
WITHDRAW = {
    "interested": "Take my interest back",
    "accepted": "Give my place back",
    "reserve": "Take me off the reserve list",
}
AFTER_WITHDRAWING = {
    "interested": "The organisation then no longer thinks of you for this.",
    "accepted": "Your place then goes to somebody else.",
    "reserve": "You are then not told when a place is free.",
}
SHOW_AGAIN = "You can show interest again while the role is open. Then the organisation answers anew."
SAY_WHY = {
    refusal.slug
    for refusal in (NotYourOwn, HelpedThem, NotApproved, RateNotInForce, JoinFirst, OfferIsOver, TooLateToGiveBack)
}
"""Refusals that a page shows where the button would be: the status on it does not say them already."""
YES_ON_ITS_WAY = "It reaches this page in a few seconds. Then you can take the place."
COLOUR = {"interested": "blue", "offered": "yellow", "accepted": "green", "ended": "green", "reserve": "purple"}
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
