"""What may be written at the edges of what is allowed, and how clients are told of a refusal."""

import pytest
from pydantic import BaseModel, ValidationError

from services.chassis.base.refusals import Refused
from services.engagements.domain import (
    answering,
    attendance,
    comparing,
    engagement,
    hands,
    intake,
    offers,
    saying,
    session_page,
    sessions,
    talking,
)
from services.engagements.domain.answering import NotChosen
from services.engagements.domain.engagement import InterestWords
from services.engagements.domain.intake import WhatChanged


@pytest.mark.parametrize(
    ("form", "field", "most", "may_be_empty"),
    [
        (InterestWords, "why", 1000, False),
        (InterestWords, "needs", 500, True),
        (InterestWords, "conflict", 500, True),
        (WhatChanged, "what_changed", 2000, False),
        (NotChosen, "words", 500, True),
    ],
)
def test_the_shortest_and_the_longest_words_are_taken_and_nothing_beyond(
    form: type[BaseModel], field: str, most: int, may_be_empty: bool
) -> None:
    beside = {"InterestWords": {"why": "My mother"}, "NotChosen": {"why": "no_place_left"}}
    good = beside.get(form.__name__, {})
    for words in ("x", "x" * most, *([""] if may_be_empty else [])):
        assert getattr(form.model_validate(good | {field: words}), field) == words
    for beyond in ("x" * (most + 1), *([] if may_be_empty else [""])):
        with pytest.raises(ValidationError):
            form.model_validate(good | {field: beyond})


def test_whoever_needs_nothing_on_the_day_writes_nothing() -> None:
    assert InterestWords(why="My mother").needs == ""


REFUSALS: dict[str, tuple[int, str | None]] = {
    "apply-elsewhere": (409, ""),
    "attendance-too-early": (409, ""),
    "did-not-take-place": (409, ""),
    "came-or-did-not-come": (422, "came"),
    "wrong-hours": (422, "hours"),
    "hours-without-coming": (422, "hours"),
    "not-begun-yet": (409, None),
    "recorded-already": (409, None),
    "nothing-recorded": (409, None),
    "said-already": (409, None),
    "role-is-over": (409, None),
    "no-joining-link": (422, "joining_link"),
    "joining-link-with-password": (422, "joining_link"),
    "enough-papers": (409, "paper"),
    "no-paper": (422, "paper"),
    "nobody-named": (422, ""),
    "came-and-did-not": (422, ""),
    "no-place": (409, ""),
    "attendance-by-a-machine": (403, None),
    "role-from-them": (403, None),
    "join-first": (403, ""),
    "agree-first": (409, ""),
    "past-closing": (409, ""),
    "already-interested": (409, ""),
    "not-approved": (409, None),
    "rate-not-in-force": (409, None),
    "already-offered": (409, None),
    "not-open": (409, None),
    "off-the-feed": (409, None),
    "not-offered": (409, None),
    "already-accepted": (409, None),
    "too-late-to-give-back": (409, None),
    "not-your-own": (403, None),
    "helped-them": (403, None),
    "no-place-left": (409, None),
    "answered-already": (409, None),
    "nothing-to-undo": (409, None),
    "offer-is-over": (409, None),
    "reply-by-out-of-reach": (422, "reply_by"),
    "reply-by-too-late": (422, "reply_by"),
    "passes-over": (422, "passing_over"),
    "nobody-waits": (409, None),
    "more-than-asked": (422, "meets"),
    "nothing-to-mark": (409, None),
    "talk-is-agreed": (409, None),
    "talk-proposed-meanwhile": (409, ""),
    "times-too-early": (422, "times"),
    "times-too-late": (422, "times"),
    "no-talk-proposed": (409, None),
    "not-one-of-the-times": (422, "starts_at"),
    "no-talk-to-cancel": (409, None),
    "outcome-too-early": (409, "what_changed"),
    "attendance-first": (409, "what_changed"),
    "outcome-already-recorded": (409, None),
}


MODULES = (answering, attendance, comparing, engagement, hands, intake, offers, saying, session_page, sessions, talking)


def test_a_refusal_keeps_its_name_status_and_field_for_clients() -> None:
    found = {
        one.slug: (one.status, one.field)
        for module in MODULES
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, Refused) and one.__module__ == module.__name__
    }
    assert found == REFUSALS
