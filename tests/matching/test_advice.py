"""Advice on a draft: what makes it hard to read or unfair, and what one press makes of it. Warnings, never walls."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.chassis.base.refusals import Refused
from services.matching.domain import glossary as glossaries
from services.matching.domain.advice import advice, taken
from services.matching.domain.cost import Cost, NotYet, cost
from services.matching.domain.glossary import Entry, EntryWords, Glossary, PlainHasTerm
from services.matching.domain.plain import abbreviations, long_sentences
from services.matching.domain.said import read
from tests.matching import world
from tests.matching.posting import typed
from tests.support import organisation

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


def entry(number: int, term: str, plain: str) -> Entry:
    return Entry(UUID(int=number), term, plain, "What it means", NOW)


MDT = entry(1, "MDT", "team meeting")
STAKEHOLDER = entry(2, "stakeholder", "person it matters to")
GLOSSARY = Glossary([MDT, STAKEHOLDER, entry(3, "reference", "note"), entry(4, "terms of reference", "rules")])


def kinds(**values: Any) -> set[tuple[str, str]]:
    """Without what everybody is told who ticks nothing for access, or was not asked how people can answer."""
    found = advice({"answer_ways": ["web", "post"], **values}, GLOSSARY, now=NOW)
    return {(one.kind, one.field) for one in found} - {("nothing_for_access", "access")}


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        (
            "MDT members plan. MDT is on Monday; an MDT is long",
            "Team meeting members plan. Team meeting is on Monday; a team meeting is long",
        ),
        ("The MDT, an MDT", "The team meeting, a team meeting"),
        ("mdt, MDTs and MDT-led stay", "mdt, MDTs and MDT-led stay"),
        ("\u201cMDT\u201d (see the MDT)", "\u201cTeam meeting\u201d (see the team meeting)"),
        ("an MDT\r\nMDT", "a team meeting\nTeam meeting"),
        ("\u0130MDT MDT\u0301 \u00dfMDT _MDT", "\u0130MDT MDT\u0301 \u00dfMDT _MDT"),
    ],
)
def test_a_word_is_replaced_where_it_stands_alone_and_with_a_capital_where_a_sentence_begins(
    text: str, becomes: str
) -> None:
    assert GLOSSARY.replaced(glossaries.composed(text), MDT.id) == becomes


def test_words_that_are_no_abbreviation_are_found_in_any_case_and_keep_their_own() -> None:
    text = "Stakeholder talks: each stakeholder, not stakeholders, a STAKEHOLDER's view"
    assert GLOSSARY.replaced(text, STAKEHOLDER.id) == (
        "Person it matters to talks: each person it matters to, not stakeholders, a Person it matters to's view"
    )


def test_the_article_follows_the_plain_words_and_never_stands_twice() -> None:
    glossary = Glossary(
        [entry(7, "CQC", "the inspectors"), entry(8, "utilise", "use"), entry(9, "FFT", "evening talk")]
    )
    assert glossary.replaced("the CQC, with CQC", UUID(int=7)) == ("the inspectors, with the inspectors")
    assert (
        glossary.replaced("A FFT or an FFT, the FFT", UUID(int=9))
        == "An evening talk or an evening talk, the evening talk"
    )
    assert glossary.replaced("an utilise", UUID(int=8)) == "a use"


def test_of_two_words_that_overlap_the_longer_counts_and_signs_are_only_letters() -> None:
    text = "Our terms of reference name a reference."
    assert GLOSSARY.replaced(text, UUID(int=3)) == "Our terms of reference name a note."
    assert GLOSSARY.replaced(text, UUID(int=4)) == "Our rules name a reference."
    signs = Glossary([entry(5, "(a+)+$", "\\1 <b>x</b> {0}"), entry(6, "A&E", "emergency department")])
    assert signs.replaced("we use (a+)+$ or A&E, not aaaa or A&E2", UUID(int=5)) == (
        "we use \\1 <b>x</b> {0} or A&E, not aaaa or A&E2"
    )
    assert [one.written for one in signs.found("A&E. " + "a" * 10_000 + "(a+)+$")] == ["A&E", "(a+)+$"]
    many = Glossary([entry(number, f"word{number:04}", "x") for number in range(1000)])
    assert len(many.found("word0999 " * 500)) == 500


@pytest.mark.parametrize(
    ("term", "plain"), [("MDT", "meeting (mdt)"), ("reference", "Terms of Reference"), ("C++", "a C++")]
)
def test_plain_words_do_not_have_the_word_itself_in_them(term: str, plain: str) -> None:
    with pytest.raises(PlainHasTerm):
        glossaries.check(EntryWords(term=term, plain=plain, explanation="x"))
    glossaries.check(EntryWords(term="art", plain="start of a party", explanation="x"))


def test_long_sentences_and_unknown_abbreviations_are_named() -> None:
    long = "one " * 26
    assert long_sentences("one " * 25 + ". Short.") is None
    found = long_sentences(f"Short. {long}. {long}")
    assert found and (found.how_many, found.words) == (2, 26)
    said = "NHS, GP and BSL are known, QoL and MDTs are not, nor XYZ in X7 or SO16 6YD. Anna McDonald, iPad, Phase II"
    assert abbreviations(said) == ["QoL", "MDTs", "XYZ"]
    assert abbreviations("A quality group (QXG) meets. The QXG decides") == []
    assert abbreviations("PLEASE COME AND TELL US") == []
    assert kinds(title="PLEASE COME AND TELL US") == {("capitals", "title")}
    assert kinds(title="The MDT and the ICB", support=f"{long} MDT") == {
        *(("jargon", "title"), ("abbreviation", "title"), ("jargon", "support"), ("long_sentence", "support")),
    }
    assert kinds(criteria=["Knows the MDT", "Has used this service"]) == {("jargon", "criteria")}


def test_several_of_an_abbreviation_are_looked_up_as_one_of_them() -> None:
    ward = Glossary([MDT, entry(10, "A&E", "emergency department"), entry(11, "QRSs", "rounds")])
    said = {
        "title": "MDTs\u2019 seats and QRSs",
        "purpose": "Two A&Es, TVs, GPs\u2019 letters, XYZs. The MDT\u2019s plan",
    }
    found = {one.id: one for one in advice({**said, "answer_ways": "post"}, ward, now=NOW)}
    assert found.keys() - {"nothing_for_access.access"} == {
        *("abbreviation.title.MDTs", f"jargon.title.{UUID(int=11)}", "abbreviation.purpose.A&Es"),
        *("abbreviation.purpose.XYZs", f"jargon.purpose.{MDT.id}"),
    }
    mdts = found["abbreviation.title.MDTs"]
    each = "Each is \u201cteam meeting\u201d: say it of several, in words that fit."
    assert mdts.words == f"Not all know \u201cMDTs\u201d. What it means. {each}"
    assert not mdts.mend, "only they know how to say it of several"
    assert "Say what \u201cXYZs\u201d stands for" in found["abbreviation.purpose.XYZs"].words
    assert found[f"jargon.purpose.{MDT.id}"].instead == said["purpose"].replace("MDT\u2019s", "team meeting\u2019s")
    assert abbreviations("Team meetings (MDTs) and quality groups (QXG): MDTs, and all QXGs") == []


def test_each_advice_says_what_to_do_about_its_field_and_what_one_press_makes_of_it() -> None:
    day = NOW + timedelta(days=3)
    values: dict[str, Any] = {
        "title": "Seat in the\u00a0MDT",
        "criteria": ["An MDT member", "Has professional experience"],
        "places": "1",
        "mode": "in_person",
        "expenses": ["travel"],
        "answer_ways": "web",
        "rung": "senior",
        "pay": "expenses_only",
        "expertise_level": "none",
        "sessions_planned": "6",
        "time_commitment": "Flexible",
        "apply_by": day.isoformat(),
        "session_at": (day - timedelta(days=1)).isoformat(),
        "decide_by": day.isoformat(),
        "feedback_by": "no day",
    }
    found = {one.id: one for one in advice(values, GLOSSARY, now=NOW)}
    mdt = f".{MDT.id}"
    assert {id: one.instead for id, one in found.items() if one.mend} == {
        f"jargon.title{mdt}": "Seat in the team meeting",
        f"jargon.criteria{mdt}": ["A team meeting member", "Has professional experience"],
        "one_seat.places": "2",
        "web_only.answer_ways": ["web", "phone", "post"],
        "pay_first.prepaid_travel": "yes",
    }
    assert set(found) - {id for id, one in found.items() if one.mend} == {
        "short_notice.apply_by",
        "session_before_closing.apply_by",
        "decision_after_session.decide_by",
        "nothing_for_access.access",
        "unpaid_decider.pay",
        "experience_asked.criteria",
        "time_not_said.time_commitment",
    }
    for one in found.values():
        assert one.words.endswith((".", "?")) and "{" not in one.words
        assert taken(values, one.id, GLOSSARY, now=NOW) == ({one.field: one.instead} if one.mend else None)
        if one.mend:
            mended = values | {one.field: one.instead}
            assert one.id not in {left.id for left in advice(mended, GLOSSARY, now=NOW)}, "and then it stands no more"
    fair = {"criteria": "Has lived experience of pain\nHas experience of using the service", "expertise_level": "none"}
    assert kinds(**fair, sessions_planned=6, time_commitment="2 hours each month", places=2) == set()
    assert kinds(mode="remote", pay="expenses_only", rung="feedback", answer_ways=["web", "phone"]) == set()
    assert kinds(answer_ways=[]) == kinds(answer_ways="web") == {("web_only", "answer_ways")}, (
        "the website is always there"
    )


@pytest.mark.parametrize(
    "value", [None, "", "\u202eTDM", "x" * 200_000, ["MDT", 7, None], {"a": 1}, 10**400, True, float("nan"), "\x00"]
)
def test_whatever_is_typed_into_whatever_field_advice_never_fails(value: Any) -> None:
    names = {
        name for page in ("role", "change", "when", "people", "choosing", "places", "days") for name in typed(page)
    }
    values = dict.fromkeys({*names, "apply_by", "session_at", "term_until"}, value)
    assert isinstance(advice(values, GLOSSARY, now=NOW), list)
    assert isinstance(cost(read(values), {}), Cost | NotYet)


def test_a_page_and_a_program_that_say_the_same_are_told_the_same() -> None:
    days = {
        "apply_by": "2026-12-04T17:00:00Z",
        "session_at": "2026-12-03T14:30:00Z",
        "decide_by": "2026-12-05T17:00:00Z",
    }
    parts: dict[str, Any] = {"session_time": "2:30pm"}
    for name, at in days.items():
        parts |= {f"{name}_day": at[8:10], f"{name}_month": "Dec", f"{name}_year": "2026"}
    assert kinds(**days) == kinds(**parts)
    assert len(kinds(**days)) == 3


def test_what_it_costs_is_reckoned_in_whole_pence_with_all_sessions_and_places() -> None:
    trust = organisation()
    hour, half = world.rate(trust, unit="hour", amount_pence=1533), world.rate(trust, amount_pence=7500)
    rates = {str(one.id): one for one in (hour, half)}
    values = {"session_hours": "2.5", "preparation_hours": "1", "sessions_planned": "6", "places": "3"}
    by_hour = cost(read(values | {"pay": str(hour.id)}), rates)
    assert isinstance(by_hour, Cost) and by_hour.by_the_hour
    assert (by_hour.session_pence, by_hour.person_pence, by_hour.total_pence) == (5366, 32196, 96588)  # 53.655 up
    a_session = cost(read(values | {"pay": str(half.id)}), rates)
    assert isinstance(a_session, Cost) and (a_session.session_pence, a_session.total_pence) == (7500, 135_000)
    most = {"session_hours": 24, "preparation_hours": 24, "sessions_planned": 150, "places": 500}
    dear = world.rate(trust, unit="hour", amount_pence=99_999_999)
    largest = cost(read(most | {"pay": str(dear.id)}), {str(dear.id): dear})
    assert isinstance(largest, Cost) and largest.total_pence == 99_999_999 * 48 * 150 * 500
    unpaid = cost(read(values | {"pay": "expenses_only"}), rates)
    assert isinstance(unpaid, Cost) and (unpaid.unpaid, unpaid.total_pence) == (True, 0)
    wrong = {
        "pay": "not a rate",
        "session_hours": "-1",
        "places": "501",
        "sessions_planned": "1,5",
        "preparation_hours": "x",
    }
    assert cost(read(wrong), rates) == NotYet(
        ("pay", "session_hours", "preparation_hours", "sessions_planned", "places")
    )
    assert cost(read({"pay": str(half.id), "places": 2, "session_hours": 2}), rates) == NotYet(("sessions_planned",))


def test_every_refusal_about_the_glossary_names_its_field() -> None:
    for refusal in (glossaries.TermThere, glossaries.PlainHasTerm, glossaries.TooManyTerms):
        assert issubclass(refusal, Refused) and refusal.field in EntryWords.model_fields
