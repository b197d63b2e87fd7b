"""The words of home pages: what comes next for a person, and how much of what waits where they work."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import quote
from uuid import UUID

from schemas import links
from services.chassis.base.periods import london_day
from services.chassis.base.wording import days, many, short_day
from services.notifications.domain import how_told
from services.notifications.domain.how_told import CAN_STOP
from services.notifications.store.mine import WorksAt
from services.notifications.store.waiting import Kind

JOINING: dict[str, str] = {
    "asked": "We have your name",
    "sent": "Sent. We are reading it",
    "talk": "We talk with you",
    "talked": "We have talked with you",
    "more": "We have asked you something",
    "times": "We have offered you times for a talk",
    "again": "Somebody else looks at it again",
    "declined": "Not now",
}
JOINING_NEXT: dict[str, str] = {
    "asked": "Somebody from the welcome team gets in touch with you, in the way that you asked for.",
    "sent": "Somebody from the welcome team reads what you wrote, and gets in touch with you.",
    "talk": "We talk. After it, the welcome team answers you.",
    "talked": "The welcome team answers you.",
    "more": "You answer our question.",
    "times": "You choose a time for a talk.",
    "again": "Somebody else from the welcome team looks at it, and answers you.",
}
"""What comes next for whoever has not joined, in their own words and ours."""


COUNTED: dict[str, tuple[str, str]] = {
    "screen_application": ("application to join waits to be read", "applications to join wait to be read"),
    "get_in_touch": ("person who asked to join waits to hear from us", "people who asked to join wait to hear from us"),
    "decide_application": (
        "person who asked to join waits for a talk or an answer",
        "people who asked to join wait for a talk or an answer",
    ),
    "look_again": (
        'answer of "not now" waits to be looked at again',
        'answers of "not now" wait to be looked at again',
    ),
    "one_or_two": ("pair of people who may be one person waits", "pairs of people who may be one person wait"),
    "answer_interest": ("person who showed interest waits", "people who showed interest wait"),
    "answer_question": ("question about a role waits for an answer", "questions about roles wait for an answer"),
    "offer_reserve": ("free place waits for the reserve list", "free places wait for the reserve list"),
    "answer_objection": (
        "person who objects to how places were drawn waits for an answer",
        "people who object to how places were drawn wait for an answer",
    ),
    "find_who_answers": (
        "objection to how places were drawn waits, and nobody of its organisation may answer it",
        "objections to how places were drawn wait, and nobody of their organisations may answer them",
    ),
    "record_attendance": ("session waits for a record of who came", "sessions wait for a record of who came"),
    "look_at_record": (
        "record of who came that somebody says is wrong waits",
        "records of who came that people say are wrong wait",
    ),
    "record_outcome": ("role waits for word of what changed", "roles wait for word of what changed"),
    "confirm_access": (
        "thing that somebody needs at a session soon waits to be confirmed",
        "things that people need at sessions soon wait to be confirmed",
    ),
    "look_at_access": (
        "thing that somebody needed and did not get waits to be looked at",
        "things that people needed and did not get wait to be looked at",
    ),
    "approve_claim": ("claim waits to be approved", "claims wait to be approved"),
    "look_at_correction": (
        "claim waits whose session was recorded otherwise since",
        "claims wait whose sessions were recorded otherwise since",
    ),
    "settle_correction": (
        "payment waits whose session was recorded otherwise since",
        "payments wait whose sessions were recorded otherwise since",
    ),
    "pay_claim": ("approved claim waits to be paid", "approved claims wait to be paid"),
    "approve_for_others": (
        "claim of an organisation where nobody may approve it waits for you",
        "claims of organisations where nobody may approve them wait for you",
    ),
    "pay_for_others": (
        "claim of an organisation where nobody may pay it waits for you",
        "claims of organisations where nobody may pay them wait for you",
    ),
    "record_training": (
        "training session waits for a record of who came",
        "training sessions wait for a record of who came",
    ),
    "contact_by_phone_or_post": (
        "message waits to be told by phone or letter",
        "messages wait to be told by phone or letter",
    ),
    "answer_message": ("message waits for an answer", "messages wait for an answer"),
    "read_concern": ("concern waits to be read", "concerns wait to be read"),
    "answer_concern": ("concern waits for an answer", "concerns wait for an answer"),
    "second_look": ("answer of no waits to be looked at again", "answers of no wait to be looked at again"),
    "acknowledge_complaint": (
        "complaint about data waits for word that you have it",
        "complaints about data wait for word that you have them",
    ),
    "settle_complaint": ("complaint about data waits to be settled", "complaints about data wait to be settled"),
    "ring_about_story": (
        "person waits to be rung or met around their own story",
        "people wait to be rung or met around their own story",
    ),
    "give_coordinator": ("person waits for a coordinator", "people wait for a coordinator"),
    "ring_back_details": (
        "person waits to be rung back about bank details",
        "people wait to be rung back about bank details",
    ),
    "release_list": ("list of people waits to be released", "lists of people wait to be released"),
    "draft_what_was_asked": (
        "role that an organisation asked for waits for a draft",
        "roles that organisations asked for wait for a draft",
    ),
    "approve_draft": ("role that was drafted waits for your yes", "roles that were drafted wait for your yes"),
    "read_why_not_drafted": (
        "role that you asked for cannot be drafted: read why",
        "roles that you asked for cannot be drafted: read why",
    ),
    "decide_roles": ("role that was given waits for your yes or no", "roles that were given wait for your yes or no"),
}
"""What waits for staff, one and several, after their number: "3 people who showed interest wait"."""

LISTS: dict[str, str] = {
    "screen_application": links.STAFF_APPLICATIONS,
    "get_in_touch": links.STAFF_APPLICATIONS,
    "decide_application": links.STAFF_APPLICATIONS,
    "look_again": links.STAFF_APPLICATIONS,
    "one_or_two": links.STAFF_DUPLICATES,
    "answer_interest": links.STAFF_UNANSWERED,
    "answer_message": links.STAFF_CONVERSATIONS,
    "read_concern": links.STAFF_CONCERNS,
    "answer_concern": links.STAFF_CONCERNS,
    "second_look": links.STAFF_CONCERNS,
    "acknowledge_complaint": links.STAFF_COMPLAINTS,
    "settle_complaint": links.STAFF_COMPLAINTS,
    "ring_about_story": links.STAFF_CALLS_ASKED,
    "approve_claim": links.STAFF_CLAIMS,
    "pay_claim": links.STAFF_PAYMENTS,
    "approve_for_others": links.STAFF_CLAIMS_OF_OTHERS,
    "pay_for_others": links.STAFF_CLAIMS_OF_OTHERS,
    "contact_by_phone_or_post": links.STAFF_MESSAGES,
    "give_coordinator": f"{links.STAFF_MY_PEOPLE}?of={UUID(int=0)}",
    "ring_back_details": links.STAFF_RING_BACK,
    "release_list": links.STAFF_LISTS_TO_RELEASE,
    "decide_roles": links.STAFF_GRANTS,
    "draft_what_was_asked": links.STAFF_TO_DRAFT,
    "approve_draft": links.STAFF_ALL_ASKED,
    "read_why_not_drafted": links.STAFF_ALL_ASKED,
}
"""The page of an organisation that lists all that waits of a kind, where there is one; else its home lists it."""

AS_ROLE: dict[str, str] = {
    "coordinator": "As coordinator",
    "approver": "As approver",
    "finance": "In finance",
    "trainer": "As trainer",
    "screener": "In the welcome team",
    "operator": "As operator",
    "admin": "As administrator",
    "helper": "As helper",
    "": "For everybody",
}
"""The heading above what waits for a role, in their order."""


def quiet(roles: Sequence[str]) -> str:
    """For which of their roles nothing waits: "as approver or in finance"."""
    each = [AS_ROLE[role][:1].lower() + AS_ROLE[role][1:] for role in roles]
    return f"{', '.join(each[:-1])} or {each[-1]}" if len(each) > 1 else each[0]


def list_of(what: str, ods: str) -> str:
    """Where all that waits of a kind is listed."""
    return LISTS[what].format(ods=ods) if what in LISTS else f"{links.STAFF_HOME.format(ods=ods)}?what={what}"


def counted(kind: Kind, now: datetime) -> str:
    """How many of a kind wait and for how long: "3 people who showed interest wait, the longest 6 days"."""
    one, more = COUNTED.get(kind.what, ("thing waits", "things wait"))
    waits, since = many(kind.count, one, more), _longest(kind.count, kind.since, now)
    if kind.until is None:
        return f"{waits}, {since}"
    which, late = ("It" if kind.count == 1 else "The first"), kind.until <= now
    return (
        f"{waits}, {since}. {which} {'was' if late else 'is'} due by {short_day(kind.until)}{': late' if late else ''}"
    )


def map_of(place: str) -> str:
    """Where a place is looked for on a map: another website, which hears of it when the link is followed."""
    return f"https://www.openstreetmap.org/search?query={quote(place, safe='')}"


def how_soon(starts_at: datetime, hours: float, now: datetime) -> str:
    """In how many days it begins: "today", "tomorrow", "in 5 days"; or that it goes on."""
    if starts_at <= now < starts_at + timedelta(hours=hours):
        return "now"
    ahead = (london_day(starts_at) - london_day(now)).days
    return {0: "today", 1: "tomorrow"}.get(ahead, f"in {days(ahead)}")


def _longest(count: int, since: datetime, now: datetime) -> str:
    """For how long the oldest of some has waited: "since today", "the longest 6 days"."""
    passed = (london_day(now) - london_day(since)).days
    if passed:
        return f"the longest {days(passed)}" if count > 1 else f"for {days(passed)}"
    return "all since today" if count > 1 else "since today"


def waits_there(at: WorksAt, now: datetime) -> str:
    if not at.waiting or at.since is None:
        return "nothing waits for you there"
    return f"{many(at.waiting, 'thing waits', 'things wait')} for you, {_longest(at.waiting, at.since, now)}"


TOLD_OF: dict[str, tuple[str, str]] = {
    "fitting": ("Roles that fit you", "When a role is posted that fits what you told us."),
    "roles": (
        "Your roles",
        "That your interest arrived, a place is yours, others were chosen, new meetings, the reminder a week before,"
        " what was recorded, what changed because of you.",
    ),
    "pay": ("Your pay", "That a claim is ready or came back, and that money went to payroll."),
    "training": ("Your training", "What you have completed."),
    "you": (
        "Everything else about you",
        "Joining, who looks after you, what staff did for you, what you agreed to, and what we ask again after a year.",
    ),
}
"""What people choose how often they are told of, and what they are sent then. In the order of the page."""
_TOLD: dict[str, str] = {"at_once": "At once", "daily": "Once a day"}
_OF_ROLES: dict[str, str] = {
    "at_once": "At once",
    "daily": "Once a day, Monday to Friday",
    "weekly": "Once a week",
    "page": "Not at all: I look at my pages",
}
WEEKDAYS: dict[str, str] = {day: day.capitalize() for day in how_told.WEEKDAYS}
HOURS: dict[int, str] = {
    hour: f"{hour % 12 or 12}{'am' if hour < 12 else 'pm'}"
    for hour in range(how_told.FIRST_HOUR, how_told.LAST_HOUR + 1)
}
"""At which hour somebody hears of what is told together."""


def ways_to_tell(group: str) -> dict[str, str]:
    return _OF_ROLES if group in CAN_STOP else _TOLD
