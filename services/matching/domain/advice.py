"""What would make a draft better, said before it is posted: warnings, not walls. Pure.

Each is about one answer, says what to do, and where one press can do it, what that answer would then be. Nothing here
refuses: what a posting must say is in `draft`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal, cast, get_args

from pydantic import BaseModel

from services.matching.domain import plain
from services.matching.domain.draft import EXPENSES_ONLY, Draft
from services.matching.domain.glossary import Entry, Glossary, of_fields
from services.matching.domain.said import Said, read, text_of

Kind = Literal[
    "one_seat",
    "jargon",
    "abbreviation",
    "capitals",
    "long_sentence",
    "short_notice",
    "session_before_closing",
    "decision_after_session",
    "web_only",
    "pay_first",
    "nothing_for_access",
    "unpaid_decider",
    "experience_asked",
    "time_not_said",
]
KINDS: tuple[str, ...] = get_args(Kind)
MOST_OF_A_FIELD = 10
"""Words and abbreviations that are named of one answer."""
SHORTEST_NOTICE = timedelta(days=7)
_EXPERIENCE = re.compile(r"\b(experienced?|qualifi\w+|degrees?|professional\w*|expertise)\b", re.IGNORECASE)
_OF_LIFE = re.compile(
    r"\b(lived|own|personal|life)\s+experience|experience\s+(of|with)\s+(living|using|caring|being)", re.I
)
_HOW_MUCH = re.compile(
    r"\b(\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|half|each|every|once|twice)\b.{0,30}"
    r"\b(hours?|minutes?|mins?|days?|half.days?|weeks?|months?|years?|mornings?|afternoons?|evenings?)\b",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class Advice:
    """One thing to look at. `about`: the id of the glossary's word, or the abbreviation. `mend`: words on the button
    that does it, and `instead` what the answer then is (of `field`); "" and None where nobody but they can tell."""

    kind: Kind
    field: str
    words: str
    about: str = ""
    mend: str = ""
    instead: Any = None

    @property
    def id(self) -> str:
        """The same advice again, whenever it is worked out."""
        return ".".join(one for one in (self.kind, self.field, self.about) if one)


@dataclass(frozen=True)
class _Asked:
    values: Mapping[str, Any]
    said: Said
    glossary: Glossary
    now: datetime
    is_job: bool = False


def advice(
    values: Mapping[str, Any], glossary: Glossary, *, now: datetime, of: type[BaseModel] = Draft
) -> list[Advice]:
    """Of what is typed, right or wrong: what is missing says nothing here, but that nothing is ticked.

    `of`: what is filled in, a role or a job. Of a job what it does not ask says nothing: it hides from nobody, and
    whoever employs somebody sees to what they need.
    """
    said, is_job = read(values), of is not Draft
    said = replace(said, texts={name: text for name, text in said.texts.items() if name in of.model_fields})
    asked = _Asked(values, said, glossary, now, is_job)
    return [one for rule in (_OF_A_JOB if is_job else _RULES) for one in rule(asked)]


def taken(
    values: Mapping[str, Any], id: str, glossary: Glossary, *, now: datetime, of: type[BaseModel] = Draft
) -> dict[str, Any] | None:
    """The values with one advice taken, and what it changed; None where it does not stand any more."""
    for one in advice(values, glossary, now=now, of=of):
        if one.id == id and one.mend:
            return {one.field: one.instead}
    return None


def _one_seat(asked: _Asked) -> Iterator[Advice]:
    if asked.said.places == 1:
        yield Advice(
            "one_seat",
            "places",
            "There is one place, so whoever takes it is the only one. Offer two or more, so that nobody sits alone.",
            mend="Make it 2 places",
            instead="2",
        )


def _jargon(asked: _Asked) -> Iterator[Advice]:
    named: dict[str, int] = {}
    for field, found in of_fields(asked.glossary, asked.said.texts):
        named[field] = named.get(field, 0) + 1
        if named[field] > MOST_OF_A_FIELD:
            continue
        entry = found.entry
        say = f"Say \u201c{entry.plain}\u201d"
        yield Advice(
            "jargon",
            field,
            f"Not all know \u201c{entry.term}\u201d. {_sentence(entry.explanation)} {say} instead.",
            about=str(entry.id),
            mend=say,
            instead=_replaced(asked.values.get(field), asked.glossary, entry),
        )


def _abbreviations(asked: _Asked) -> Iterator[Advice]:
    for field, text in asked.said.texts.items():
        listed = {one.written for one in asked.glossary.found(text)}
        parts = {part for one in listed for part in re.split(r"\W+", one)}
        for one in [one for one in plain.abbreviations(text) if one not in listed | parts][:MOST_OF_A_FIELD]:
            yield Advice("abbreviation", field, _stands_for(one, asked.glossary.called(plain.singular(one))), about=one)


def _stands_for(several: str, entry: Entry | None) -> str:
    """Of "MDTs" what the glossary says of one. No press does it: only they know how to say it of several."""
    if entry is None:
        return f"Say what \u201c{several}\u201d stands for, or use other words: not everybody knows it."
    each = f"Each is \u201c{entry.plain}\u201d: say it of several, in words that fit."
    return f"Not all know \u201c{several}\u201d. {_sentence(entry.explanation)} {each}"


def _sentences(asked: _Asked) -> Iterator[Advice]:
    for field, text in asked.said.texts.items():
        if plain.is_shouted(text):
            yield Advice("capitals", field, "Write it in small letters: words in capitals are hard to read.")
        if found := plain.long_sentences(text):
            first = f"has {found.words} words: \u201c{found.begins} \u2026\u201d."
            many = f"{found.how_many} sentences are long. The first" if found.how_many > 1 else "A sentence"
            words = f"{many} {first} Make two of it, with at most {plain.MOST_WORDS} words each."
            yield Advice("long_sentence", field, words)


def _notice(asked: _Asked) -> Iterator[Advice]:
    closes = asked.said.moments.get("apply_by")
    if closes and asked.now < closes < asked.now + SHORTEST_NOTICE:
        act = "to apply" if asked.is_job else "to show interest"
        words = f"People have less than a week {act}. Choose a later last day, so that everybody hears of it."
        yield Advice("short_notice", "apply_by", words)


def _days(asked: _Asked) -> Iterator[Advice]:
    closes, decides = asked.said.moments.get("apply_by"), asked.said.moments.get("decide_by")
    starts = asked.said.moments.get("session_at")
    if closes and starts and starts < closes:
        words = (
            "The first session is before the last day to show interest. Choose a later session, or an earlier last day."
        )
        yield Advice("session_before_closing", "apply_by", words)
    if decides and starts and decides > starts:
        words = "People hear who was chosen after the first session. Choose an earlier day, so that they can plan."
        yield Advice("decision_after_session", "decide_by", words)


def _ways_in(asked: _Asked) -> Iterator[Advice]:
    said = asked.said
    if said.several("answer_ways") <= {"web"}:
        yield Advice(
            "web_only",
            "answer_ways",
            "People can show interest on this website only. Some have no internet: let them ring or write too.",
            mend="Add phone and post",
            instead=["web", "phone", "post"],
        )
    if said.one("mode") in ("in_person", "hybrid") and not said.several("prepaid_travel"):
        pays = "travel" in said.several("expenses")
        words = "People come to you, and have to pay for travel first. Not everybody can: book it for whoever asks."
        mend = {"mend": "Book travel for people", "instead": "yes"} if pays else {}
        yield Advice("pay_first", "prepaid_travel", words, **cast("dict[str, Any]", mend))
    if not said.several("access"):
        words = (
            "You ticked nothing that is there for people. Tick what you provide, so that whoever needs it finds you."
        )
        yield Advice("nothing_for_access", "access", words)


def _fairness(asked: _Asked) -> Iterator[Advice]:
    said = asked.said
    decides = said.one("rung") in ("governance", "senior") or said.one("influence") == "decided"
    if said.one("pay") == EXPENSES_ONLY and decides:
        words = (
            "People decide or lead in this role, and are not paid. Others at the table are: choose a rate, if you can."
        )
        yield Advice("unpaid_decider", "pay", words)
    criteria = said.texts.get("criteria", "").splitlines()
    asks = next((one for one in criteria if _EXPERIENCE.search(one) and not _OF_LIFE.search(one)), "")
    if said.one("expertise_level") == "none" and asks:
        words = f"You say that no experience is needed, and choose by \u201c{asks}\u201d. Take one of the two back."
        yield Advice("experience_asked", "criteria", words)


def _time(asked: _Asked) -> Iterator[Advice]:
    said, written = asked.said, asked.said.texts.get("time_commitment", "")
    if (said.sessions or 0) > 1 and written and not _HOW_MUCH.search(written):
        words = f"You plan {said.sessions} sessions. Say how long each takes and how often they are, in numbers."
        yield Advice("time_not_said", "time_commitment", words)


_RULES: tuple[Callable[[_Asked], Iterator[Advice]], ...] = (
    _jargon,
    _abbreviations,
    _sentences,
    _one_seat,
    _notice,
    _days,
    _ways_in,
    _fairness,
    _time,
)
_OF_A_JOB = (_jargon, _abbreviations, _sentences, _notice)


def _sentence(text: str) -> str:
    """A text as one sentence on one line: what stands after it begins another."""
    line = " ".join(text.split())
    return line if line[-1:] in ".!?" else f"{line}."


def _replaced(value: Any, glossary: Glossary, entry: Entry) -> Any:
    """The answer with the plain words in it, as clean as it is kept once it is posted."""
    if isinstance(value, list | tuple):
        return [glossary.replaced(text_of(one), entry.id) for one in cast("list[Any]", value)]
    return glossary.replaced(text_of(value), entry.id)
