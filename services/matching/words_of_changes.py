"""What was changed of a role, in words: which part, what it said before, and what it says now."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schemas.matching import ROLE_PARTS
from services.chassis.base.paid import rate
from services.chassis.base.wording import day, hours, moment
from services.matching import words, words_of_roles
from services.matching.domain.changing import PART_OF
from services.matching.domain.editions import CALLED_OFF
from services.matching.store.editions import RoleChanged

PART = {
    "words": "What it is, and why",
    "sessions": "How much time it takes",
    "place": "Where and how it takes place",
    "access": "What is there for you",
    "people": "Who is looked for, and how they are chosen",
    "places": "How many places there are",
    "pay": "Pay",
    "expenses": "Expenses",
    "closing_day": "The last day to show interest",
    "decision_day": "The day by which you hear who was chosen",
    "feedback_day": "The day by which you are told what changed",
    "who_answers": "Whom you can ask",
    "closed_early": "It closed early",
    "opened_again": "It was opened again",
    CALLED_OFF: "It was called off",
}
OF_A_JOB = {"words": "What it is", "pay": "Salary, or where people apply", "closing_day": "The last day to apply"}
assert {*PART} == {*ROLE_PARTS, CALLED_OFF}
NOTHING = "Nothing was said"
SHORT = 120
"""So many letters of what was said before, and after, stand in the list; all of it on the page of one change."""


@dataclass(frozen=True)
class Difference:
    """What one thing said before, and says since."""

    what: str
    before: str
    after: str


def _codes(of: Mapping[str, str]) -> Callable[[Any], str]:
    return lambda codes: ", ".join(of.get(code, code) for code in codes)


def _code(of: Mapping[str, str]) -> Callable[[Any], str]:
    return lambda code: of.get(code, code)


_SAID: dict[str, tuple[str, Callable[[Any], str]]] = {
    "title": ("Title", str),
    "summary": ("What it is", str),
    "role_type": ("What you are in it", _code(words_of_roles.ROLE_TYPE)),
    "strand": ("Kind of work", _code(words.STRAND)),
    "rung": ("Kind of role", _code(words_of_roles.KIND_OF_ROLE)),
    "purpose": ("Why you are asked", str),
    "what_will_change": ("What will change", str),
    "influence": ("How much say you have", _code(words_of_roles.INFLUENCE)),
    "cycle_stage": ("Where in the work it is", _code(words_of_roles.CYCLE_STAGE)),
    "work": ("The piece of work it is a part of", lambda work: work.title),
    "bring": ("What to bring", str),
    "sessions_planned": ("Sessions in all", str),
    "preparation_hours": ("Preparation for each session", hours),
    "time_commitment": ("Time it takes", str),
    "term_until": ("Last day of the role", day),
    "mode": ("How you take part", _code(words.MODE)),
    "place": ("Where", str),
    "district": ("First part of the postcode there", str),
    "getting_in": ("Getting there and in", str),
    "access": ("What is there for you", _codes(words.ACCESS)),
    "formats": ("Papers", _codes(words.FORMAT)),
    "support": ("Who helps you", str),
    "expertise_level": ("Experience", _code(words.EXPERTISE)),
    "lived_experience": ("For people who know about", _codes(words.AREA)),
    "languages": ("Languages: you speak one of them", _codes(words.LANGUAGE)),
    "training": ("Training to do first", lambda codes: ", ".join(words.training_called(code) for code in codes)),
    "steps": ("How people are chosen", _codes(words_of_roles.STEP)),
    "answer_ways": ("How to show interest", _codes(words_of_roles.ANSWER_WAY)),
    "places": ("Places", str),
    "pay": ("Pay", lambda pay: rate(pay.amount_pence, pay.unit)),
    "job": ("Salary, and where people apply", lambda job: f"{job.salary}. {job.link}"),
    "unpaid_why": ("Why nothing is paid but expenses", str),
    "status_decision": ("For tax", words_of_roles.status),
    "expenses": ("Expenses we pay", _codes(words_of_roles.EXPENSE)),
    "prepaid_travel": ("Travel", lambda booked: "Booked and paid for you, if you ask"),
    "apply_by": ("Show interest by", moment),
    "decide_by": ("You hear who was chosen by", day),
    "feedback_by": ("You are told what changed by", day),
    "desk_id": ("The desk that answers", lambda _: ""),
    "contact_id": ("Whom you can ask for", lambda _: ""),
    "talks_from_interest": ("Whoever shows interest can write to us", lambda _: "Yes"),
}
assert {*_SAID} == {*PART_OF}


def parts(codes: Sequence[str], *, job: object = None) -> list[str]:
    """`job`: what it says as one, if it is."""
    said = PART | OF_A_JOB if job else PART
    return [said.get(code, code) for code in codes]


def differences(change: RoleChanged) -> list[Difference]:
    """Of a role that was posted before editions were kept there may be no words of before."""
    if change.before is None:
        return []
    before, after = change.before, change.after
    names = [name for name in _SAID if getattr(before, name) != getattr(after, name)]
    if after.job and "feedback_by" in names:
        names.remove("feedback_by")  # a job has none; the contract's is its closing day
    return [
        Difference(
            "Apply by" if name == "apply_by" and after.job else _SAID[name][0],
            *(_in_words(name, getattr(of, name)) for of in (before, after)),
        )
        for name in names
    ]


def _in_words(name: str, value: Any) -> str:
    if name in ("desk_id", "contact_id"):
        return "Somebody" if value else "Nobody by name"
    if value is None or value is False or value == "" or value == ():
        said = {"pay": "Expenses only", "talks_from_interest": "No", "languages": "English is enough"}
        return said.get(name, NOTHING)
    return _SAID[name][1](value)
