"""Whoever's turn it is reads it on a home page: each status of each thing says whose it is, or why it is nobody's."""

import re
from pathlib import Path
from typing import get_args

import pytest

from schemas import engagements, payments, recruitment, training
from schemas.engagements_arrangement import ARRANGEMENT_STATUSES
from schemas.recruitment_duplicate import DUPLICATE_STATUSES
from schemas.waiting import WORDS
from services.matching.domain import asked
from services.recruitment.domain.register import imports
from tests.payments.support import a_claim

SERVICES = Path(__file__).parents[2] / "services"
OVER = "it is over"
HAPPENS = "what comes next comes with its day, or by the clock"
THEIRS_TO_BEGIN = "whoever began it goes on when they like; it is on their own page, and goes after its days"

TURNS: dict[str, dict[str, tuple[str, ...] | str]] = {
    "engagement": {
        "interested": ("answer_interest", "answer_chat", "answer_question"),
        "offered": ("answer_offer", "answer_question"),
        "reserve": ("offer_reserve", "answer_question"),
        "accepted": ("record_attendance", "look_at_record", "record_outcome", "answer_question"),
        "declined": OVER,
        "withdrawn": OVER,
        "not_chosen": OVER,
        "ended": ("look_at_record",),
        "lapsed": OVER,
        "called_off": OVER,
    },
    "arrangement": {
        "failed": ("confirm_access", "look_at_access"),
        "asked": ("confirm_access",),
        "booked": ("confirm_access",),
        "confirmed": ("say_was_it_there",),
        "not_needed": OVER,
    },
    "claim": {
        "needs_details": ("give_payee_details", "ring_back_details"),
        "ready": ("send_claim",),
        "sent": ("approve_claim", "approve_for_others", "look_at_correction"),
        "approved": ("pay_claim", "pay_for_others", "look_at_correction"),
        "returned": ("send_claim",),
        "declined": OVER,
        "cancelled": OVER,
        "paid": ("settle_correction",),
    },
    "application": {
        "asked": ("get_in_touch", "say_more", "choose_talk"),
        "sent": ("screen_application", "look_again", "say_more", "choose_talk"),
        "talked": ("decide_application", "look_again", "say_more", "choose_talk"),
        "approved": OVER,
        "declined": OVER,
        "withdrawn": OVER,
        "listed": "they are asked by a message, which waits where staff tell it (contact_by_phone_or_post)",
        "forgotten": OVER,
    },
    "leader": {
        "approved": ("give_coordinator", "be_in_touch", "agree_to_code", "agree_to_notice", "review_needs"),
        "left": OVER,
    },
    "duplicate": {"waiting": ("one_or_two",), "two_people": OVER, "closed": OVER},
    "list": {
        "read": THEIRS_TO_BEGIN,
        "checked": THEIRS_TO_BEGIN,
        "waits": ("release_list",),
        "running": HAPPENS,
        "done": "what is handed on to the other rooms is whoever's brought it in, when they like",
        "undoing": HAPPENS,
        "undone": OVER,
    },
    "enrolment": {"booked": ("record_training",), "attended": OVER, "absent": OVER},
    "roles that wait": {"waits": ("decide_roles",), "released": OVER, "refused": OVER},
    "conversation": {"written by its person": ("answer_message",), "answered": OVER, "needs no answer": OVER},
    "objection to a draw": {
        "made": ("answer_objection",),
        "made, and nobody there may answer": ("find_who_answers",),
        "answered": OVER,
    },
    "concern": {"not read": ("read_concern",), "read": ("answer_concern",), "closed": OVER},
    "no": {"asked about": ("second_look",), "closed": OVER},
    "complaint": {"came": ("acknowledge_complaint",), "acknowledged": ("settle_complaint",), "settled": OVER},
    "call": {"asked for": ("ring_about_story",), "spoke": OVER},
    "asked for": {
        "asked": ("draft_what_was_asked",),
        "drafting": ("draft_what_was_asked",),
        "to_approve": ("approve_draft",),
        "posted": OVER,
        "declined": ("read_why_not_drafted",),
        "taken_back": OVER,
        "organisation_closed": OVER,
    },
    "message": {
        "queued": ("contact_by_phone_or_post",),
        "sent": OVER,
        "failed": "its person reads it on their page, operators on theirs",
        "stale": OVER,
    },
}
STATUSES = {
    "engagement": engagements.ENGAGEMENT_STATUSES,
    "arrangement": ARRANGEMENT_STATUSES,
    "claim": payments.CLAIM_STATUSES,
    "application": recruitment.APPLICATION_STAGES,
    "leader": recruitment.LEADER_STATUSES,
    "asked for": get_args(asked.Status),
    "duplicate": DUPLICATE_STATUSES,
    "list": imports.STAGES,
    "enrolment": training.ENROLMENT_STATUSES,
}


@pytest.mark.parametrize("thing", STATUSES)
def test_each_status_says_whose_turn_it_is_or_why_it_is_nobodys(thing: str) -> None:
    assert {*TURNS[thing]} == {*STATUSES[thing]}


def test_every_turn_is_a_code_of_what_waits_and_every_code_is_somebodys_turn() -> None:
    named = {code for of in TURNS.values() for codes in of.values() if not isinstance(codes, str) for code in codes}
    assert named == {*WORDS}


def test_every_code_is_said_by_a_room_and_no_room_says_another() -> None:
    """Of each room the domain says what waits, or its store of what no other state says."""
    files = [*SERVICES.glob("*/domain/**/*.py"), *SERVICES.glob("*/store/to_do.py")]
    said = {word for path in files for word in re.findall(r'"([a-z_]+)"', path.read_text())}
    assert {*WORDS} <= said
    whats = {word for path in files for word in re.findall(r'what="([a-z_]+)"', path.read_text())}
    assert whats <= {*WORDS}


@pytest.mark.parametrize("status", payments.CLAIM_STATUSES)
def test_a_claim_says_by_its_status_whose_turn_it_is(status: str) -> None:
    codes = TURNS["claim"][status]
    plain = {one.what for one in a_claim(status=status).public().waiting}
    corrected = {one.what for one in a_claim(status=status, corrected_at=a_claim(status=status).since).public().waiting}
    by_job = {"ring_back_details", "approve_for_others", "pay_for_others"}
    named = set[str]() if isinstance(codes, str) else {*codes} - by_job
    assert plain | (corrected if status in ("sent", "approved", "paid") else set()) == named
