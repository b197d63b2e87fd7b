"""What is compared of two people, and what of it is alike. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

POST = "post"
"""The same address for letters, as a household has it: said beside a name that is alike; alone nobody is asked."""
NAME, NAME_AND_YEAR = "name", "name_and_year"
"""What recruitment finds alike. A name without the year is many people's: it is said beside something else, and alone
nobody is asked about it."""


@dataclass(frozen=True)
class Known:
    """What is compared of somebody. `here`: recruitment knows them; `active`: they are in the pool or ask to join;
    `not_for`: who entered what is known of them, or said that they are close to them.
    """

    id: UUID
    name_key: str | None = None
    birth_year: int | None = None
    here: bool = False
    active: bool = False
    not_for: frozenset[UUID] = frozenset()

    def nor_for(self, more: Sequence[UUID]) -> "Known":
        return replace(self, not_for=self.not_for.union(more))


def likeness(one: Known, other: Known, reached: Sequence[str]) -> tuple[str, ...]:
    """What is alike, as codes in order; nothing where only a name or a household is.

    `reached`: what notifications says of the two.
    """
    if not (one.here and other.here):
        return ()
    found = set(reached) - {POST}
    if one.name_key and one.name_key == other.name_key:
        if one.birth_year and one.birth_year == other.birth_year:
            found.add(NAME_AND_YEAR)
        elif reached and None in (one.birth_year, other.birth_year):
            found.add(NAME)
    if POST in reached and found & {NAME, NAME_AND_YEAR}:
        found.add(POST)
    return tuple(sorted(found))
