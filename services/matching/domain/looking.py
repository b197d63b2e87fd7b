"""Words that somebody looks for: what they are taken for, and what means the same. Pure.

Whatever is typed becomes words alone: no sign in it is ever an operator. All have to be found, and the last may be the
beginning of a longer one, as it is typed. A word that means the same, or an area of life that is called so, counts too.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

MOST_LOOKED_FOR = 12
"""Words of one search; what comes after them is left out."""
LEAST_BEGINNING = 2
"""So many letters may be the beginning of a longer word."""
PARTS_OF_WEEK: Mapping[str, tuple[str, ...]] = {
    "daytime": tuple(
        f"{day}_{part}" for day in ("mon", "tue", "wed", "thu", "fri") for part in ("morning", "afternoon")
    ),
    "evenings": tuple(f"{day}_evening" for day in ("mon", "tue", "wed", "thu", "fri")),
    "weekend": tuple(f"{day}_{part}" for day in ("sat", "sun") for part in ("morning", "afternoon", "evening")),
}
"""Several parts of the week at once, by a name of their own."""
USUAL_MILES = 25
"""So near is meant where nobody says how near."""
_WORD = re.compile(r"[^\W_]+")
_SMALL = frozenset({"a", "an", "and", "for", "having", "of", "other", "the"})
"""Words that PostgreSQL leaves out of a search, of those that areas are called by: alone they are about none."""


@dataclass(frozen=True)
class Looked:
    """A search as PostgreSQL is asked. `whole`, and `before`, without its last word: texts for `to_tsquery`.

    `begins`: a tsquery of what begins with the last. `also`: what else is looked for, as people read it.
    """

    whole: str
    before: str
    begins: str
    also: tuple[str, ...] = ()


def words_of(typed: str) -> list[str]:
    """The words in it, without capitals and accents; nothing but letters and digits, as the texts are kept."""
    apart = unicodedata.normalize("NFKD", typed)
    return _WORD.findall("".join(one for one in apart if not "\u0300" <= one <= "\u036f").lower())


@lru_cache(maxsize=5000)
def _kept(said: str) -> list[str]:
    """Of what the network keeps: the same in each search."""
    return words_of(said)


def looked_for(typed: str, groups: Iterable[Sequence[str]], areas: Mapping[str, str]) -> Looked:
    """`groups`: words that mean the same, each as the network keeps it. `areas`: code → what it is called."""
    words = words_of(typed)[:MOST_LOOKED_FOR]
    known = [[(said, _kept(said)) for said in group] for group in groups]
    parts: list[str] = []
    also: dict[str, None] = {}
    taken: list[str] = []
    place = 0
    while place < len(words):
        length, others = _same_as(words, place, known)
        taken = words[place : place + length]
        is_last = place + length == len(words)
        parts.append(_part(taken, others, areas, is_last=is_last))
        also |= dict.fromkeys(said for said, _ in others)
        place += length
    whole = " & ".join(parts)
    if not words or len(words[-1]) < LEAST_BEGINNING:
        return Looked(whole, whole, "", tuple(also))
    before = [*parts[:-1], *([_all_of(taken[:-1])] if taken[:-1] else [])]
    return Looked(whole, " & ".join(before), f"'{words[-1]}':*", tuple(also))


def called_part(parts: Sequence[str]) -> str:
    """The choice that stands for these parts of the week."""
    return next((code for code, its in PARTS_OF_WEEK.items() if its == tuple(parts)), next(iter(parts), ""))


def parts_of_week(code: str) -> tuple[str, ...]:
    """The parts of the week that a choice stands for."""
    return PARTS_OF_WEEK.get(code, (code,))


_Known = Sequence[Sequence[tuple[str, list[str]]]]


def _same_as(words: Sequence[str], place: int, known: _Known) -> tuple[int, list[tuple[str, list[str]]]]:
    """How many words from here on are one that the network keeps, the longest one, and what means the same; 1 and
    nothing where none is."""
    longest, others = 0, []
    for group in known:
        for said, its in group:
            if longest < len(its) and _is_there(words, place, its):
                longest, others = len(its), [one for one in group if one[0] != said and one[1]]
    return (longest, others) if longest else (1, [])


def _is_there(words: Sequence[str], place: int, its: Sequence[str]) -> bool:
    there = words[place : place + len(its)]
    return len(there) == len(its) and all(map(_same, there, its))


def _same(one: str, other: str) -> bool:
    """A plural is the same word."""
    return one == other or (len(one) > 3 and len(other) > 3 and one.removesuffix("s") == other.removesuffix("s"))


def _part(
    taken: Sequence[str], others: Sequence[tuple[str, list[str]]], areas: Mapping[str, str], *, is_last: bool
) -> str:
    """All that counts as one thing that was typed: any of it."""
    each = [_all_of(taken, begins=is_last)]
    each += [f"'{' '.join(its)}'" for _, its in others]
    named = [list(taken), *(its for _, its in others)]
    about = (code for code, called in areas.items() if _is_about(f"{called} {code}", named, begins=is_last))
    each += [f"areax{code.replace('_', '')}" for code in about]
    return f"({' | '.join(each)})"


def _is_about(called: str, named: Sequence[Sequence[str]], *, begins: bool) -> bool:
    """Whether an area is called by one of these, or by a longer word that begins as what was typed last."""
    words = [word for word in _kept(called) if word not in _SMALL]
    first = next(iter(named))
    for its in named:
        if any(_is_there(words, place, its) for place in range(len(words))):
            return True
    typed = first[-1]
    return begins and len(first) == 1 and len(typed) > LEAST_BEGINNING and any(one.startswith(typed) for one in words)


def _all_of(words: Sequence[str], *, begins: bool = False) -> str:
    each = [f"'{one}'" for one in words]
    if begins and len(words[-1]) >= LEAST_BEGINNING:
        each[-1] += ":*"
    return f"({' & '.join(each)})" if each else ""
