"""The glossary: words that people should not have to know, what to say instead, and where they stand in a text. Pure.

No word is ever a pattern: text is compared letter by letter. A word is found only whole, never inside another or
between hyphens. Of two that overlap the longer one counts. One press replaces each place once, in one pass.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.chassis.base.refusals import Refused
from services.chassis.base.typed.text import Lines, Name

MOST = 1000
"""Words that the network keeps: all of them are looked for on each page of a draft."""
_JOINS = frozenset("-_\u2010\u2011")
_NO_MATTER = datetime(2000, 1, 1, tzinfo=UTC)
_ARTICLE = re.compile(r"(?<!\w)(a|an|the) $", re.IGNORECASE)
_OWN_ARTICLE = re.compile(r"(a|an|the) ", re.IGNORECASE)
_AS_YOU = re.compile("us|uni|eu|one", re.IGNORECASE)
"""It begins with a vowel and sounds as "you": a use, a union."""
_QUOTES = " \"'(\u2018\u201c"
_ENDS = frozenset(".!?\n")


class TermThere(Refused, slug="term-there", status=422, field="term"):
    """The glossary has this word already. Change the one that is there, or enter another word."""


class PlainHasTerm(Refused, slug="plain-has-term", status=422, field="plain"):
    """The plain words have the word itself in them. Say it in other words."""


class TooManyTerms(Refused, slug="too-many-terms", status=422, field="term"):
    """The glossary has 1,000 words already. Take out one that nobody needs any more."""


class NoSuchTerm(Refused, slug="no-such-term", title="This word is not in the glossary", status=404):
    """There is no such word in the glossary, or not any more. Go back to the list to see those that are kept now."""


class EntryWords(BaseModel):
    """What the network says of one word."""

    model_config = ConfigDict(extra="forbid")

    term: Name = Field(title="the word or abbreviation", min_length=2, max_length=60)
    plain: Name = Field(title="the plain words to say instead", max_length=120)
    explanation: Lines = Field(title="what it means", min_length=1, max_length=500)


@dataclass(frozen=True)
class Entry:
    """One word of the glossary. `since`: when it came in, or was last said otherwise, and `by` whom; None: it came with
    the network."""

    id: UUID
    term: str
    plain: str
    explanation: str
    since: datetime
    by: UUID | None = None

    @property
    def is_exact(self) -> bool:
        """Its capitals count: "OT" is not "ot", and "IT" not "it"."""
        return self.term[1:] != self.term[1:].lower()


@dataclass(frozen=True)
class Found:
    """Where a word stands in a text, and how it is written there."""

    entry: Entry
    start: int
    end: int
    written: str


class Glossary:
    """Looks for the words of the glossary in what is typed."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._by_first: dict[str, list[Entry]] = {}
        for one in sorted(entries, key=lambda one: len(one.term), reverse=True):
            self._by_first.setdefault(_first(one.term, 0), []).append(one)

    def found(self, text: str) -> list[Found]:
        """Each place, from the beginning on, in a text that is `composed`."""
        return list(self._each(text))

    def called(self, term: str) -> Entry | None:
        """The entry of exactly this word."""
        return next((one.entry for one in self.found(term) if one.written == term), None)

    def _each(self, text: str) -> Iterator[Found]:
        place = 0
        while place < len(text):
            candidates = self._by_first.get(_first(text, place), ())
            one = next((one for one in candidates if _stands(one, text, place)), None)
            if one:
                end = place + len(one.term)
                yield Found(one, place, end, text[place:end])
            place += len(one.term) if one else 1

    def replaced(self, text: str, id: UUID) -> str:
        """The text with the plain words in place of one word, at the beginning of a sentence with a capital."""
        kept, after = "", 0
        for one in self.found(text):
            if one.entry.id == id:
                kept = _joined(kept + text[after : one.start], _in_place(one, text))
                after = one.end
        return kept + text[after:]


def composed(text: str) -> str:
    """As it is kept once it is posted: the same letters are the same text (Unicode's NFC)."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n"))


def check(words: EntryWords) -> None:
    """Raises PlainHasTerm: what replaces a word must not ask to be replaced again."""
    loose = Entry(UUID(int=0), words.term.lower(), words.plain, words.explanation, _NO_MATTER)
    if Glossary([loose]).found(words.plain.lower()):
        raise PlainHasTerm


def is_explained(term: str, text: str) -> bool:
    """Whether the words of an abbreviation stand beside it: "team of all staff (MDT)", or "MDT (team of all staff)"."""
    return f"({term})" in text or f"{term} (" in text


def of_fields(glossary: Glossary, texts: Mapping[str, str]) -> list[tuple[str, Found]]:
    """The first place of each word in each text, by the name of its field."""
    firsts: dict[tuple[str, UUID], tuple[str, Found]] = {}
    for name, text in texts.items():
        for one in glossary.found(text):
            if not (one.entry.is_exact and is_explained(one.entry.term, text)):
                firsts.setdefault((name, one.entry.id), (name, one))
    return list(firsts.values())


def _first(text: str, place: int) -> str:
    """The first whole word from here on, or the sign that stands here; nothing inside a word. By it words are kept, so
    that a thousand of them cost no more than ten.
    """
    if not _is_letter(text[place]):
        return text[place]
    if place and _is_letter(text[place - 1]):
        return ""
    end = place
    while end < len(text) and _is_letter(text[end]):
        end += 1
    return text[place:end].casefold()


def _stands(entry: Entry, text: str, place: int) -> bool:
    end = place + len(entry.term)
    written = text[place:end]
    same = written == entry.term if entry.is_exact else written.casefold() == entry.term.casefold()
    return same and not (_goes_on(text, place - 1, place) or _goes_on(text, end, end - 1))


def _goes_on(text: str, outside: int, inside: int) -> bool:
    """Whether the sign outside belongs to the same word as the one inside. A mark over a letter always does."""
    if not 0 <= outside < len(text):
        return False
    if unicodedata.category(text[outside])[0] == "M" and outside > inside:
        return True
    return _is_letter(text[outside]) and _is_letter(text[inside])


def _is_letter(one: str) -> bool:
    return one.isalnum() or one in _JOINS or unicodedata.category(one)[0] == "M"


def _joined(before: str, plain: str) -> str:
    """With the article that the plain words take: "an MDT" becomes "a team meeting"; never two articles."""
    found = _ARTICLE.search(before)
    if found is None:
        return before + plain
    own = _OWN_ARTICLE.match(plain)
    if own:
        return before + plain[own.end() :]
    if found[1].lower() == "the":
        return before + plain
    article = found[1][0] + ("n" if plain[:1].lower() in "aeiou" and not _AS_YOU.match(plain) else "")
    return f"{before[: found.start(1)]}{article} {plain}"


def _in_place(found: Found, text: str) -> str:
    before = text[: found.start].rstrip(_QUOTES)
    begins = not before or before[-1] in _ENDS
    if begins or (not found.entry.is_exact and found.written[:1].isupper() and found.entry.term[:1].islower()):
        return found.entry.plain[:1].upper() + found.entry.plain[1:]
    return found.entry.plain
