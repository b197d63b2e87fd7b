"""What makes a text hard to read: sentences that are long, and abbreviations that do not say what they stand for. Pure.

No formula of readability is used: those count syllables of English prose of a hundred words and more, and say nothing
of three lines (DECISIONS 109). Words in a sentence are counted, and can be counted again by whoever reads it.
"""

import re
from dataclasses import dataclass

from services.matching.domain.glossary import is_explained

MOST_WORDS = 25
"""In a sentence; GOV.UK's own limit (Content design: writing for GOV.UK, 2016)."""
SHOWN_WORDS = 8
MOST_SHORT = 10
"""Letters of an abbreviation; longer ones are names in capitals."""
KNOWN = frozenset(
    {
        *(
            "NHS",
            "GP",
            "GPS",
            "BSL",
            "UK",
            "EU",
            "USA",
            "PDF",
            "TV",
            "CD",
            "DVD",
            "USB",
            "SMS",
            "PIN",
            "ID",
            "OK",
            "PC",
        ),
        *("IT", "HIV", "AIDS", "DNA", "MRI", "ADHD", "BBC", "RNIB", "RNID", "MP", "VAT", "AM", "PM", "FAQ", "CV", "WC"),
        *("II", "III", "IV", "VI", "VII", "VIII", "PC", "IX", "XI", "XII"),
    }
)
"""What people know without its words; and Roman numbers."""
_SENTENCE_ENDS = re.compile(r"(?<=[.!?])[\"'\u2019\u201d)]*\s+|\n+|[;:]\s+")
_TOKEN = re.compile(r"[^\W_]+(?:&[^\W_]+)*")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class Long:
    """Sentences of a text that are long: how many, and the first, with how many words and how it begins."""

    how_many: int
    words: int
    begins: str


def long_sentences(text: str) -> Long | None:
    found = [words for one in _SENTENCE_ENDS.split(text) if len(words := _words(one)) > MOST_WORDS]
    if not found:
        return None
    return Long(len(found), len(found[0]), " ".join(found[0][:SHOWN_WORDS]))


def _words(sentence: str) -> list[str]:
    return [one for one in sentence.split() if any(sign.isalnum() for sign in one)]


def abbreviations(text: str) -> list[str]:
    """Those in capitals that are not explained where they stand, each once; none of a text that is all capitals. Of
    several, such as "MDTs", it is enough that one of them is known, or explained.
    """
    if is_shouted(text):
        return []
    found = dict.fromkeys(one.group() for one in _TOKEN.finditer(text))
    return [one for one in found if _is_short(one) and not any(_is_said(each, text) for each in (one, singular(one)))]


def singular(abbreviation: str) -> str:
    """ "MDT" of "MDTs"; any other as it is."""
    one = abbreviation.removesuffix("s")
    return one if _is_short(one) else abbreviation


def _is_said(abbreviation: str, text: str) -> bool:
    return abbreviation in KNOWN or is_explained(abbreviation, text)


def _is_short(token: str) -> bool:
    letters = [one for one in token if one.isalpha()]
    capitals = sum(one.isupper() for one in letters)
    return capitals >= 2 and capitals * 2 > len(letters) and len(token) <= MOST_SHORT and not _DIGIT.search(token)


def is_shouted(text: str) -> bool:
    """Whether most words are in capitals: they are no abbreviations then, and hard to read."""
    words = [one for one in _TOKEN.findall(text) if len(one) > 1 and one.isalpha()]
    return len(words) >= 4 and sum(one.isupper() for one in words) * 2 > len(words)
