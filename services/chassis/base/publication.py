"""What may be published of what people said: the one rule for every count that leaves a room (DESIGN, DECISIONS 111).

Answers are published in batches. A batch is of at least FEWEST people, and of a number that is a multiple of
ROUNDED_TO; whoever is over waits for the next one. Each count of a batch is rounded up or down to a multiple of
ROUNDED_TO by chance, once, and what is published is the sum of the batches. So:

- Nobody is counted twice, and no batch is counted again: two tables, however often they are looked at, differ by whole
  batches. One more answer, one that is changed and one that is erased change nothing that was published.
- A batch says nothing of any one in it, not even to somebody who knows who is in it, how many they are, and what up to
  KNOWN of them said: where all said the same, the table still fits one who did not.
- What is published is right on average: rounding always to the nearest would hide for ever what few say each time.

A room counts only what is final, takes the people of each batch in the order in which they became final, and publishes
sums of batches and nothing finer: no other cut of the same people (how many of those to whom more was promised said
less was tried: of few of them it told what each had said), and no total over cells that are not published themselves.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

ROUNDED_TO = 5
FEWEST = 10
KNOWN = 3
"""Of how many people in a batch somebody may know the answer and still learn nobody else's."""

Code = TypeVar("Code")


def batch_of(waiting: int) -> int:
    """How many of those who wait are published now: none, or a batch."""
    return waiting - waiting % ROUNDED_TO if waiting >= FEWEST else 0


def rounded(count: int, chance: float) -> int:
    """`chance`: from 0 up to 1, drawn for this count alone. A multiple of ROUNDED_TO stays what it is."""
    over = count % ROUNDED_TO
    return count - over + (ROUNDED_TO if chance * ROUNDED_TO < over else 0)


def published(counts: Mapping[Code, int], people: int, draw: Callable[[], float]) -> dict[Code, int]:
    """What a batch adds to what is published. `counts`: how many of its people each thing is true of.

    Raises ValueError for what is no batch, or counts more than its people.
    """
    if people == 0 or batch_of(people) != people or any(not 0 <= count <= people for count in counts.values()):
        raise ValueError(f"{dict(counts)} of {people} people are no batch")
    return {code: rounded(count, draw()) for code, count in counts.items()}
