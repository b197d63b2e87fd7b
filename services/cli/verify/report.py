"""What the checker promises to find, what it counted, and what it found broken, by ids and never by names."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

PROMISES = {
    "acknowledged": "Every command that was acknowledged is in the database",
    "mirrors": "Every mirror, and Kafka, equals its owner's newest public state",
    "due": "Nothing is due and older than a minute",
    "reactions": "Every reaction's effect is there, once",
    "versions": "No version ever went back",
    "paid": "Every person is paid once for what they did",
    "ledger": "The ledger comes to zero",
    "hands": "Four people have a hand in each claim, and none of them belongs to the claimant",
    "looked after": "Everybody in the pool is on one list, with what they need as they said it",
    "roles": "Every open role says what it has to, each change of it is kept, and nobody alone says yes to their draft",
    "draws": "Every draw comes out the same when it is done again, and nobody had a hand in one that they were in",
    "published": "Nothing is left unpublished",
    "parked": "Nothing is parked that should not be",
    "places": "Places are never exceeded",
}
PATIENCE_SECONDS = 20.0
"""What is under way may take so long to come to its end."""
MOST_SHOWN = 20


@dataclass(frozen=True)
class Acknowledged:
    """A write that was answered with success: the service, the key that it carried, and who it was, where known."""

    service: str
    key: str
    account_id: UUID | None = None


@dataclass(frozen=True)
class Expected:
    """What the caller knows: acknowledged writes, and how many records of a topic (its whole name) may be parked."""

    acknowledged: Sequence[Acknowledged] = ()
    parked_allowed: Mapping[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True, order=True)
class Broken:
    """One thing that breaks a promise: which, in which service, and the ids by which it is found again."""

    promise: str
    where: str
    about: str
    words: str

    def __str__(self) -> str:
        return f"{PROMISES[self.promise]}. Not so in {self.where}: {self.words} ({self.about})"


@dataclass
class Tally:
    """What one look at everything has counted and found broken."""

    counted: Counter[str] = field(default_factory=Counter[str])
    broken: set[Broken] = field(default_factory=set[Broken])
    listed: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def count(self, what: str, number: int) -> None:
        self.counted[what] += number

    def lists(self, words: str, abouts: list[str]) -> None:
        """What breaks no promise and is worth a look."""
        if abouts:
            self.listed[words] = abouts

    def breaks(self, promise: str, where: str, words: str, abouts: Iterable[object]) -> None:
        """`words` are the same for each of `abouts`, which are ids, or ids and versions as text."""
        assert promise in PROMISES
        self.broken |= {Broken(promise, where, str(about), words) for about in abouts}


@dataclass(frozen=True)
class Report:
    """What the checker found. Broken is what was broken in the same way in each look."""

    counted: dict[str, int]
    broken: tuple[Broken, ...]
    looks: int
    seconds: float
    listed: Mapping[str, Sequence[str]] = field(default_factory=dict[str, list[str]])

    @property
    def ok(self) -> bool:
        return not self.broken

    def promises_broken(self) -> set[str]:
        return {one.promise for one in self.broken}

    def line(self) -> str:
        """What was counted, in one line."""
        return ", ".join(f"{number:,} {what}" for what, number in self.counted.items())

    def in_words(self) -> list[str]:
        """For a person: what was counted, then what is broken, at most twenty things of each promise."""
        lines = [f"Counted: {self.line()}."]
        for promise, sentence in PROMISES.items():
            of_it = [one for one in self.broken if one.promise == promise]
            if of_it:
                lines.append(f"BROKEN: {sentence}. {len(of_it):,} times not:")
                lines += [f"  {one.where}: {one.words}: {one.about}" for one in of_it[:MOST_SHOWN]]
        for words, abouts in self.listed.items():
            lines.append(f"{words}: {len(abouts):,}.")
            lines += [f"  {about}" for about in abouts[:MOST_SHOWN]]
        if self.ok:
            lines.append(f"All {len(PROMISES)} promises hold.")
        return lines

    def as_json(self) -> dict[str, Any]:
        return {
            "ok": self.ok,
            "counted": self.counted,
            "broken": [asdict(one) for one in self.broken],
            "listed": {words: list(abouts) for words, abouts in self.listed.items()},
            "looks": self.looks,
            "seconds": self.seconds,
        }
