"""The words for notifications' codes, as people read them."""

from collections.abc import Mapping
from datetime import datetime

from schemas.waiting import WORDS
from services.chassis.base.wording import hours as hours
from services.chassis.base.wording import many, moment, short_day
from services.notifications.domain.contact import Contact
from services.notifications.domain.kinds import AGREE_AGAIN as AGREE_AGAIN
from services.notifications.domain.kinds import ASKS as ASKS
from services.notifications.domain.kinds import MESSAGE_WRITTEN as MESSAGE_WRITTEN
from services.notifications.domain.monthly import Mine
from services.notifications.store.round_ups import Answered
from services.notifications.words_of_homes import AS_ROLE as AS_ROLE
from services.notifications.words_of_homes import HOURS as HOURS
from services.notifications.words_of_homes import JOINING as JOINING
from services.notifications.words_of_homes import JOINING_NEXT as JOINING_NEXT
from services.notifications.words_of_homes import LISTS as LISTS
from services.notifications.words_of_homes import TOLD_OF as TOLD_OF
from services.notifications.words_of_homes import WEEKDAYS as WEEKDAYS
from services.notifications.words_of_homes import counted as counted
from services.notifications.words_of_homes import how_soon as how_soon
from services.notifications.words_of_homes import list_of as list_of
from services.notifications.words_of_homes import map_of as map_of
from services.notifications.words_of_homes import quiet as quiet
from services.notifications.words_of_homes import waits_there as waits_there
from services.notifications.words_of_homes import ways_to_tell as ways_to_tell

TEXT_HINT = "The text says only that there is something new, and how to read it or whom to ring."
WORDS_IN_MAIL: dict[str, str] = {
    "no": "Only that there is a message. I read it on my page",
    "yes": "What was written, too",
}
FIRST_WAY: dict[str, str] = {
    "phone": "Ring me",
    "sms": "Text me",
    "text": "Text me",
    "post": "Write to me, on paper",
    "meet": "Meet me",
    "email": "Send me an e-mail",
}
"""How somebody who begins to join can be reached."""
WAY: dict[str, str] = {
    "email": "By e-mail",
    "sms": "Text me",
    "phone": "Ring me",
    "text": "By text, which one of us writes",
    "post": "Send me a letter",
    "meet": "Meet me",
    "page": "Do not send me anything: I look at my home page",
}
THEIR_WAY: dict[str, str] = {
    "phone": "Ring them",
    "sms": "Text them that there is something, and to ring us",
    "text": "Text them, by hand",
    "post": "Send them a letter",
    "meet": "Meet them",
}
"""As staff enter it for somebody who cannot sign in."""
REACHED: dict[str, str] = {
    "email": "We send you e-mail, to",
    "phone": "We ring you, on",
    "sms": "We send you a text, to",
    "text": "We send you a text, or ring you, on",
    "post": "We send you letters, to",
    "meet": "We meet you:",
}
HOW_TO_TELL: dict[str, str] = {"phone": "Ring", "text": "Text or ring", "post": "Write", "meet": "Meet"}
ASKED_BY: dict[str, str] = {
    "email": "By e-mail",
    "sms": "By text",
    "text": "By text, which one of us writes",
    "post": "By letter",
    "phone": "By phone",
}
"""How people of a register are asked whether the network may keep them."""
WHERE_TO_TELL: dict[str, str] = {"phone": "Phone number", "post": "Address", "meet": "Where and when"}
"""On the list of whom to tell, by channel."""
RECEIPT_ON_ITS_WAY = "Thank you. Who answers you, and by when, will stand here in a few seconds."

SEVERAL: dict[str, str] = {
    "screen_application": "applications to join the pool to read",
    "get_in_touch": "people who asked to join to get in touch with",
    "decide_application": "people who asked to join to talk with and answer",
    "look_again": 'answers of "not now" to look at again',
    "one_or_two": "pairs of people who may be one person to look at",
    "say_more": "questions about joining to answer",
    "choose_talk": "times for a talk about joining to choose",
    "agree_to_code": "codes of conduct to read and say yes to",
    "agree_to_notice": "notices of what we keep about you to read and say yes to",
    "answer_interest": "people who showed interest to answer",
    "answer_question": "questions about roles to answer",
    "answer_message": "people who wrote to answer",
    "offer_reserve": "places that are free, to offer to the first of a reserve list",
    "answer_chat": "talks to pick a time for",
    "answer_offer": "places that you were offered to say yes or no to",
    "review_needs": "times to look again at what you need to take part",
    "answer_objection": "people to answer who object to how places were drawn",
    "find_who_answers": "objections to draws to find somebody for who may answer",
    "record_attendance": "sessions to record who came to",
    "record_outcome": "times to tell people what changed",
    "confirm_access": "things to confirm that people need at sessions that come soon",
    "say_was_it_there": "sessions to say of whether what you need was there",
    "look_at_access": "things to look at that people needed at a session and did not get",
    "give_payee_details": "claims that need your bank details before you can be paid",
    "send_claim": "claims to check and send",
    "approve_claim": "claims to approve",
    "pay_claim": "approved claims to put into a payment run",
    "approve_for_others": "claims to approve of organisations where nobody may",
    "pay_for_others": "claims to pay of organisations where nobody may",
    "be_in_touch": "people to be in touch with who wait for a word from you",
    "record_training": "training sessions to record who came to",
    "read_concern": "concerns to read",
    "answer_concern": "concerns to answer",
    "second_look": "answers of no to look at again",
    "acknowledge_complaint": "complaints about data to say that you have them",
    "settle_complaint": "complaints about data to settle",
    "ring_about_story": "people to ring or meet around a session at which they tell their own story",
    "look_at_record": "records of who came to look at, which people say are wrong",
    "look_at_correction": "claims to look at, whose sessions were recorded otherwise since",
    "settle_correction": "payments to look at, whose sessions were recorded otherwise since",
    "give_coordinator": "people to choose a coordinator for",
    "ring_back_details": "people to ring back about bank details",
    "release_list": "lists of people to look at and release",
    "decide_roles": "roles that were given to say yes or no to",
    "draft_what_was_asked": "roles to draft that organisations asked for",
    "approve_draft": "roles that were drafted for you, to say yes to",
    "read_why_not_drafted": "roles that you asked for, to read why they cannot be drafted",
    "contact_by_phone_or_post": "messages to tell people by phone or by letter",
}
"""The same of more than one, after their number."""


def ways(offered: Mapping[str, str], texts: bool) -> list[tuple[str, ...]]:
    """What can be chosen. `texts`: whether this network sends any by itself; if not, its staff do so by hand."""
    other = "text" if texts else "sms"
    return [(way, said, *([TEXT_HINT] if way == "sms" else [])) for way, said in offered.items() if way != other]


REACHED_HIDDEN = "As you told us. It is not shown any more, in case somebody else is here now"


def reached(contact: Contact) -> str:
    """How we reach somebody, in a sentence to them."""
    known = REACHED.get(contact.way)
    return f"{known} {contact.address}" if known else "We send you nothing: you look at your home page"


FORMAT: dict[str, str] = {
    "standard": "In 12 point letters",
    "large_print": "In large print (18 point letters)",
    "easy_read": "In Easy Read",
}
APART: dict[str, str] = {
    "audio": "They asked for sound, to listen to",
    "braille": "They asked for braille",
}
APART_HOW = "Have it made, or ring them and read it out. Do not send them print alone."
MINE_APART: dict[str, str] = {
    "audio": "You told us that you need letters as sound, to listen to.",
    "braille": "You told us that you need letters in braille.",
}
"""The same to themselves."""
RELAY: dict[str, str] = {
    "none": "By phone, as usual",
    "text_relay": "By text relay (Relay UK, 18001)",
    "bsl_video": "By an interpreter of British Sign Language, on video",
}
RELAY_TAG: dict[str, str] = {"text_relay": "Text relay", "bsl_video": "BSL interpreter"}
RELAY_HOW: dict[str, str] = {
    "text_relay": "They use text relay. Dial the number as it stands here. An assistant types what you say and reads"
    " out what they type: speak slowly, and say “go ahead” when you have finished.",
    "bsl_video": "They sign. Ring through the video relay service of your organisation: an interpreter of British Sign"
    " Language signs what you say. Speak to the person, and not to the interpreter.",
}
ROUND_UP: dict[str, str] = {
    "daily": "At 8am on working days, all together",
    "soon": "Soon after something comes in, at most once an hour",
    "never": "Never: I look at my home page",
}
RING_IN: dict[str, str] = {
    "any": "At any time",
    "morning": "In the morning",
    "afternoon": "In the afternoon",
    "evening": "In the evening",
}
UNREACHED: dict[str, str] = {
    "no_answer": "We rang you three times and nobody answered, so we have stopped ringing. Is the number right? Save it"
    " again and we ring you about what is new, or choose another way.",
    "wrong_number": "The number that we have does not reach you. Give us another one here, or choose another way.",
    "declined": "You told us that you do not want to be rung, so we do not. Choose another way here if you like.",
}
OUTCOME: dict[str, str] = {
    "told": "I told them",
    "no_answer": "Nobody answered",
    "wrong_number": "It is the wrong number",
    "later": "They want to be rung another time",
    "declined": "They do not want to be rung",
}
OUTCOME_THEN: dict[str, str] = {
    "told": "Told",
    "no_answer": "Nobody answered",
    "wrong_number": "Wrong number",
    "later": "Asked to be rung another time",
    "declined": "Did not want to be rung",
}


def several(code: str, count: int) -> str:
    """What is to be done so many times: "12 claims to approve"."""
    return f"{count:,} {SEVERAL.get(code, 'things to do')}"


def item(what: str, count: int, *about: str | None) -> str:
    """One line of what waits: what is to be done, and about whom and what it is, as far as it may be said here."""
    words = to_do(what) if count == 1 else several(what, count)
    known = ", ".join(one for one in about if one)
    return f"{words}: {known}" if known else words


def answered(since: Answered) -> tuple[str, ...]:
    """What people answered to an organisation, a line each: "2 people said yes to a place"."""
    counted = (
        (since.yes, "said yes to a place"),
        (since.late_yes, "said yes when no place was left, and are first on the reserve list"),
        (since.no, "said no to a place"),
        (since.given_back, "gave a place back"),
        (since.taken_back, "took back their interest"),
        (since.ran_out, "let an offer run out"),
        (since.talk_agreed, "picked a time for a talk"),
        (since.talk_none_suits, "said that no time for a talk suits them"),
        (since.talk_cancelled, "cancelled a talk"),
    )
    return tuple(f"{many(count, 'person', 'people')} {what}" for count, what in counted if count)


def when(since: datetime, until: datetime | None) -> str:
    """Since when it waits, and until when it was promised: "Since Tuesday 3 May 2026 at 5pm, until 24 May"."""
    return f"Since {moment(since)}{f', until {short_day(until)}' if until else ''}"


def to_do(code: str) -> str:
    """What is to be done. A code that is newer than our words still has its link."""
    return WORDS.get(code, "Something to do")


LIST_COMES: dict[str, str] = {
    "email": "By e-mail",
    "sms": "By a text, which says how many there are and where to read them",
    "post": "By letter",
}
"""How the monthly list of open roles comes to somebody."""


def gets_list(mine: Mine) -> str:
    """Whether somebody gets the monthly list of open roles."""
    if mine.says_yes and mine.standing == "break":
        return "Not during your break"
    if mine.gets_it:
        return "Yes"
    return "Not in the way in which we reach you" if mine.says_yes else "No"
