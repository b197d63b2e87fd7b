"""Words that mean the same, as the network keeps them for searches. Pure."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from services.chassis.base.refusals import Refused
from services.chassis.base.typed.text import Line, lines
from services.chassis.base.typed.wrong import Wrong
from services.matching.domain.looking import words_of

MOST = 300
"""Groups that the network keeps: all of them are looked for in each search."""
MOST_WORDS, LONGEST = 12, 60


class SynonymThere(Refused, slug="synonym-there", status=422, field="words"):
    """One of these words stands in another group already. Add what is new to that one, or leave the word out here."""


class TooManySynonyms(Refused, slug="too-many-synonyms", status=422, field="words"):
    """There are 300 groups already. Take out one that nobody needs any more."""


class NoSuchSynonyms(Refused, slug="no-such-synonyms", title="These words are not kept", status=404):
    """There is no such group of words, or not any more. Go back to the list to see those that are kept now."""


def _by_line(given: Any) -> Any:
    """One for each line of a text; of a list its own. Empty ones and those said twice are left out. Raises Wrong."""
    each: Any = lines(given).split("\n") if isinstance(given, str) else given
    if not isinstance(each, list | tuple) or not all(isinstance(one, str) for one in cast("list[Any]", each)):
        return given
    said: dict[tuple[str, ...], str] = {}
    for place, one in enumerate(cast("list[str]", each)):
        kept = " ".join(lines(one).split())
        key = tuple(words_of(kept))
        if kept and (len(kept) > LONGEST or len("".join(key)) < 2):
            words = f"Write each of {{asked}} with two letters at least and {LONGEST} at most"
            raise Wrong(words, item=None if isinstance(given, str) else place)
        if key:
            said.setdefault(key, kept)
    if not 2 <= len(said) <= MOST_WORDS:
        raise Wrong(f"Write at least two of {{asked}} and at most {MOST_WORDS}, each on a line of its own")
    return [*said.values()]


class SynonymWords(BaseModel):
    """Words that mean the same: a list, or a text with one on each line."""

    model_config = ConfigDict(extra="forbid")
    words: Annotated[list[Line], BeforeValidator(_by_line)] = Field(title="the words that mean the same")


def check(words: Sequence[str], others: Iterable[Sequence[str]]) -> None:
    """Raises SynonymThere: a search would not know which of two groups is meant."""
    ours = {tuple(words_of(one)): one for one in words}
    for one in (said for group in others for said in group):
        if found := ours.get(tuple(words_of(one))):
            raise SynonymThere(f"“{found}” stands in another group already. Add to that one, or leave it out here.")
