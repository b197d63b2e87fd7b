"""The words for the codes that engagements' pages show, as people read them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import get_args
from uuid import UUID

from schemas import links
from schemas.engagements import Attendance, Chat
from schemas.matching import Opportunity, Pay, Session
from schemas.words import (
    ACCESS,
    CALLED_OFF_BECAUSE,
    CHANGED_BECAUSE,
    FORMAT,
    LANGUAGE,
    MODE,
    TIME,
    WAY_TO_TALK,
    in_words,
)
from services.chassis.base.paid import what_is_paid
from services.chassis.base.wording import day, hours, lasts, many, moment, with_preparation
from services.engagements.domain.answering import Why
from services.engagements.domain.comparing import Mark
from services.engagements.domain.engagement import (
    AlreadyInterested,
    JoinFirst,
    PastClosing,
    TooLateToGiveBack,
)
from services.engagements.domain.hands import HelpedThem, NotYourOwn
from services.engagements.domain.offers import NotApproved, OfferIsOver, RateNotInForce
from services.engagements.domain.sessions import RoleIsOver

__all__ = [
    "ACCESS",
    "AFTER_WITHDRAWING",
    "CALLED_OFF_BECAUSE",
    "CLAIM",
    "CLASH",
    "COLOUR",
    "FAIR",
    "FORMAT",
    "LANGUAGE",
    "MARK",
    "MARKS",
    "MARK_COLOUR",
    "MODE",
    "MY_STATUS",
    "NEEDED",
    "NOT_CHOOSE",
    "NOT_CHOSEN",
    "NO_CONDITION",
    "NO_INTEREST",
    "PASSED_OVER",
    "SAID_WHY",
    "SAY_WHY",
    "SHOW_AGAIN",
    "STATUS",
    "TALK_BY",
    "TALK_MODES",
    "TIME",
    "WAY_TO_TALK",
    "WHY_LATER",
    "WITHDRAW",
    "YES_ON_ITS_WAY",
    "became",
    "busy",
    "came",
    "clash_link",
    "hours",
    "in_words",
    "lasts",
    "my_talk_ended",
    "next_sessions",
    "pay",
    "talk_ended",
    "when",
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
TALK_MODES = {"phone": "By phone", "video": "By video", "in_person": "In person"}
TALK_BY = {"phone": "by phone", "video": "by video", "in_person": "in person"}
NO_CONDITION = (
    "Whether you are chosen does not depend on a talk. You can say that no time suits you, and nobody asks why."
)
TALK_ENDED = {
    "none_suits": "None of the times suited them. You can propose others, or choose without a talk.",
    "by_person": "They cancelled the talk. You can propose other times, or choose without a talk.",
    "by_organisation": "The talk was cancelled by your organisation.",
    "time_gone": "They did not pick a time, and the times have gone. You can propose others, or choose without a talk.",
    "role": "The talk does not take place any more.",
}
MY_TALK_ENDED = {
    "none_suits": "You said that none of the times for a talk suits you. {organisation} may propose others.",
    "by_person": "You cancelled the talk.",
    "by_organisation": "{organisation} cancelled the talk. It says nothing about whether you are chosen.",
    "time_gone": "The times for a talk have gone, and you had picked none. That is fine.",
    "role": "The talk does not take place any more.",
}
MARKS = {"shows": "Shows it", "partly": "Partly", "not_yet": "Not yet", "": "No mark"}
MARK = {code: MARKS[code] for code in get_args(Mark)}
MARK_COLOUR = {"shows": "green", "partly": "yellow", "not_yet": "grey"}
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
    for refusal in (
        *(NotYourOwn, HelpedThem, NotApproved, RateNotInForce),
        *(JoinFirst, OfferIsOver, RoleIsOver, TooLateToGiveBack),
    )
}
"""Refusals that a page shows where the button would be: the status on it does not say them already."""
YES_ON_ITS_WAY = "It reaches this page in a few seconds. Then you can take the place."
CLASH = {
    "place": "You have a place in",
    "talk": "You agreed to talk about",
    "training": "You booked",
}
"""Before the title of what somebody has at the same time as something else."""
FAIR = timedelta(days=1)
"""Whoever has less time than this to answer is told so, and whom to ring."""
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


def talk_ended(chat: Chat) -> str:
    """Why a talk does not take place, as staff read it."""
    why = chat.ended.why if chat.ended else ""
    return TALK_ENDED.get(why, TALK_ENDED["role"])


def my_talk_ended(chat: Chat, organisation: str) -> str:
    """The same for its person."""
    why = chat.ended.why if chat.ended else ""
    return MY_TALK_ENDED.get(why, MY_TALK_ENDED["role"]).format(organisation=organisation)


def pay(of: Pay | None, sessions: Sequence[Session]) -> str:
    """What somebody gets who comes: "£75 for this meeting (the policy it comes from)"."""
    return what_is_paid(of, sessions) + (f" ({of.source})" if of else "")


def when(session: Session) -> str:
    """When a session is: "Tuesday 24 November 2026 at 2pm, for 3 hours". Europe/London."""
    return f"{moment(session.starts_at)}, for {hours(session.hours)}"


def came(record: Attendance, session: Session) -> str:
    """What is recorded of somebody, as their organisation reads it: "Came, for 1.5 hours."."""
    differs = record.hours != session.hours or record.preparation_hours
    lasted = f", for {with_preparation(record.hours, record.preparation_hours)}" if record.attended and differs else ""
    return ("Came" if record.attended else "Did not come") + lasted + "."


def next_sessions(of: Opportunity, now: datetime) -> str:
    """The next session, and how many come after it: "Tuesday 24 November 2026 at 2pm, and 3 sessions after that"."""
    to_come = of.to_come(now)
    more = f", and {many(len(to_come) - 1, 'session')} after that" if len(to_come) > 1 else ""
    return moment(to_come[0].starts_at) + more if to_come else ""


def became(session: Session, came: Attendance | None = None) -> str:
    """What became of a session, or of when it was to be; for a person, whether they came. Empty: no news."""
    if session.cancelled:
        return f"This session does not take place: {CHANGED_BECAUSE.get(session.cancelled.why, session.cancelled.why)}."
    if came is not None and came.recorded_at:
        differs = came.hours != session.hours or came.preparation_hours
        lasted = f" For {with_preparation(came.hours, came.preparation_hours)}." if came.attended and differs else ""
        return ("You came." if came.attended else "You did not come.") + lasted
    change = session.changed
    if change is None:
        return f"Added on {day(session.added_at)}." if session.added_at else ""
    why = CHANGED_BECAUSE.get(change.why, change.why)
    if change.starts_before != session.starts_at:
        return f"Moved from {moment(change.starts_before)}: {why}."
    return f"How long it is, how or where was changed on {day(change.at)}: {why}."


def clash_link(what: str, about: UUID) -> str:
    """Where a person finds what they have at that time."""
    return f"{links.TRAINING}/{about}" if what == "training" else links.MY_ENGAGEMENT.format(id=about)


def busy(at: Sequence[Session], of: Opportunity, now: datetime, *, most: int) -> str:
    """When somebody has something else: "at 2 of 12 sessions to come: Tuesday 24 November 2026 at 2pm, …".

    Of more than `most` only how many.
    """
    named = ": " + ", ".join(moment(one.starts_at) for one in at) if len(at) <= most else ""
    return f"at {len(at)} of {many(len(of.to_come(now)), 'session')} to come{named}"
