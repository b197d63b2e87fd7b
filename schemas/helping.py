"""Where a helper does for a person what the person does for themselves: each address of one's own, and the helper's.

`/claims/mine/{id}` is `/claims/for/{ods}/people/{person_id}/{id}` for staff who help. A page that everybody sees, and
that leads on to pages of one's own (the feed, the training on offer), has such an address too, so that whoever helps
never falls out of helping. What is the person's alone stays theirs: see `ALONE`.
"""

import re
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from pydantic import Field

from schemas import links
from schemas.event import State

HELPER = "/for/{ods}/people/{person_id}"
"""What stands in a helper's address: the organisation that they act for, and the person whom they help."""

_RULES = (
    (re.compile(r"/home(?=[?#]|$)"), "/home" + HELPER),
    (
        re.compile(r"/(join|profile|training|matches|engagements|claims|payments|messages)/mine(?=[/?#]|$)"),
        r"/\1" + HELPER,
    ),
    (re.compile(r"/messages/concerns(?=[/?#]|$)"), "/messages" + HELPER + "/concerns"),
    (re.compile(r"/engagements/interest(?=/)"), "/engagements" + HELPER + "/interest"),
    (re.compile(r"/matches/roles(?=/)"), "/matches" + HELPER + "/roles"),
    (re.compile(r"/opportunities(?!/for/|/glossary)(?=[/?#]|$)"), "/opportunities" + HELPER),
    (re.compile(r"/training(?!/(?:for|mine)/)(?=[/?#]|$)"), "/training" + HELPER + "/offered"),
)


class Help(State):
    """What every room says of each thing that staff did there for a person: who, for whom, and what, never in words."""

    person_id: UUID
    helped_by: UUID = Field(description="the account whose hand it was")
    organisation_id: UUID = Field(description="the organisation for which that hand acted")
    what: str = Field(description="a code of schemas.helping.DONE; readers take any text")
    done_at: datetime


class Alone(NamedTuple):
    """A page that is the person's alone, and why, in words that a helper reads."""

    address: str
    why: str


ALONE: tuple[Alone, ...] = (
    Alone(
        "/messages/mine/confirm",
        "The link in a letter shows that the mailbox is theirs. Only whoever reads it can open it.",
    ),
    Alone(
        "/profile/mine/notes",
        "Notes about talks are for them and whoever looks after them. Their coordinator can read them out.",
    ),
    Alone(
        links.MY_CALENDAR,
        "Whoever has the address of a calendar reads it without signing in, so only they can make one, and see it. "
        "The file of a session you can give them: it is on the session’s page.",
    ),
    Alone(
        "/payments/mine/household",
        "Whom they live with is shown by a code that the two of them give each other. Nobody can do it for them.",
    ),
)
"""Besides the account itself (`/sign-in/mine`: how they sign in, where they are signed in, their name, forgetting)."""


def for_person(address: str, ods: str = "{ods}", person_id: UUID | str = "{person_id}") -> str:
    """The helper's address of a page of one's own, by its address or its pattern; any other address as it is."""
    for own, helpers in _RULES:
        if found := own.match(address):
            return found.expand(helpers).format(ods=ods, person_id=person_id) + address[found.end() :]
    return address


DONE: dict[str, str] = {
    "correct_past": "Put right what an organisation said about your past",
    "take_out_past": "Took out what an organisation said about your past",
    "show_interest": "Showed interest in an opportunity",
    "accept_offer": "Said yes to a place",
    "decline_offer": "Said no to a place",
    "undo_no": "Took back a no to a place",
    "tell_no": "Told the organisation of a no to a place at once",
    "take_back_question": "Took back a question about a role",
    "answer_talk": "Answered which time for a talk suits you",
    "cancel_talk": "Cancelled a talk",
    "say_there": "Said that they were at a session",
    "say_wrong": "Said that a record of a session is wrong",
    "say_was_it_there": "Said whether what you need was there at a session",
    "give_for_draw": "Said what the draw of a role may use of you",
    "object_to_draw": "Objected to how places of a role were drawn",
    "say_how_much": "Wrote down how much say you had in a role",
    "withdraw_interest": "Took back an interest, or gave a place back",
    "say_wishes": "Changed which opportunities you hear of",
    "take_training": "Took a place in training",
    "cancel_training": "Gave back a place in training",
    "correct_training": "Put right which training you have done",
    "remove_training": "Took training off your list",
    "send_claim": "Sent a claim",
    "decline_claim": "Said no to the pay for a session",
    "give_details": "Entered bank details",
    "confirm_details": "Confirmed bank details by ringing you back",
    "give_profile": "Changed the profile",
    "leave_pool": "Left the pool",
    "say_who_may_act": "Wrote down who may do things for you",
    "pause": "Began a break",
    "end_pause": "Ended a break",
    "say_needs": "Changed what you need to take part",
    "confirm_needs": "Said that what you need is still right",
    "apply": "Asked to join",
    "say_more": "Answered a question about the application",
    "choose_time": "Chose a time for a talk",
    "look_again": "Asked for a second look at the application",
    "agree": "Agreed to what joining asks",
    "withdraw_application": "Took an application back",
    "choose_contact": "Changed how you are reached",
    "write_message": "Wrote a message",
    "read_messages": "Said that you have read messages",
    "mute_conversation": "Stopped telling you of messages about one thing",
    "unmute_conversation": "Began to tell you again of messages about one thing",
    "end_conversation": "Ended a conversation",
    "open_conversation": "Opened a conversation again",
    "choose_how_told": "Changed how often you are told of what is new",
    "answer_still_wanted": "Said whether you still want to be told of roles that fit you",
    "choose_monthly_list": "Changed whether you get the monthly list of open roles",
    "say_day_number": "Said whether organisations may have a number of yours for the day",
    "write_down": "Wrote down something that you told them, and sent it where you said",
    "ask_for_call": "Asked for a call before or after a session, or took it back",
}
"""What a helper did for somebody, by its code (a growing list), as the person reads it in their list."""

SEEN_AT: dict[str, str] = {
    **dict.fromkeys(("correct_past", "take_out_past", "agree"), links.MY_PASSPORT),
    **dict.fromkeys(
        ("show_interest", "accept_offer", "say_there", "say_wrong", "decline_offer", "withdraw_interest"),
        links.MY_ENGAGEMENTS,
    ),
    **dict.fromkeys(
        (
            *("undo_no", "tell_no", "take_back_question", "say_was_it_there", "say_how_much"),
            *("give_for_draw", "object_to_draw"),
            *("answer_talk", "cancel_talk"),
        ),
        links.MY_ENGAGEMENTS,
    ),
    **dict.fromkeys(("take_training", "cancel_training", "correct_training", "remove_training"), links.MY_TRAINING),
    **dict.fromkeys(("send_claim", "decline_claim"), links.MY_CLAIMS),
    **dict.fromkeys(("give_details", "confirm_details"), links.MY_PAYEE_DETAILS),
    **dict.fromkeys(("apply", "say_more", "choose_time", "look_again", "withdraw_application"), links.MY_APPLICATION),
    **dict.fromkeys(("pause", "end_pause"), links.MY_PAUSE),
    **dict.fromkeys(("say_needs", "confirm_needs"), links.MY_NEEDS),
    **dict.fromkeys(
        (
            *("write_message", "read_messages", "mute_conversation", "unmute_conversation"),
            *("end_conversation", "open_conversation"),
        ),
        links.MY_CONVERSATIONS,
    ),
    "say_wishes": links.MY_MATCHES,
    "give_profile": links.MY_PROFILE,
    "leave_pool": links.MY_APPLICATION,
    "say_who_may_act": links.MY_HELPERS,
    "choose_contact": links.MY_MESSAGES,
    "choose_how_told": links.HOW_TOLD,
    "answer_still_wanted": links.MY_STILL_WANTED,
    "choose_monthly_list": links.MY_MONTHLY_LIST,
    "say_day_number": links.MY_DAY_NUMBER,
    "write_down": links.MY_ANSWERS,
    "ask_for_call": links.MY_ENGAGEMENTS,
}
"""The person's own page on which it stands as it is now, and where they can put it right, by the same codes."""
