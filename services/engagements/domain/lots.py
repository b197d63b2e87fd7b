"""A draw by lot that anybody can do again: the same tickets, places, rules and seed always give the same result.

1. The lot of a ticket is the SHA-256 of the seed, a colon and the ticket's number, in hexadecimal.
2. The tickets stand in the order of their lots, the smallest first.
3. Without rules, the first tickets in that order get the places, as many as there are.
4. A rule says: at least so many of those with a place gave this answer; or at most so many of them gave the same area.
   Who gave no area is not counted by the second.
5. With rules, go through the order from the front and take each ticket, unless the places that are left could then not
   be given so that every rule holds. So where the first ones meet the rules, they have the places.
6. Where this is not found in STEPS steps, the rules cannot be met. Nothing is drawn, unless the organisation wants it
   as near to them as can be. Then no rule asks for more people than gave that answer, and the last of the rules is
   left out until those before it can be met; "at most from one area" stays longest.
7. Everybody else is on the reserve list, in the same order.

It needs nothing but Python: the page of a draw gives this file and its data.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

STEPS = 5_000
"""Tickets taken, passed or put back, before the rules count as such that cannot be met."""
AREA = "area"


@dataclass(frozen=True)
class Ticket:
    """A number, and what its person said for this draw, by what was asked; nothing where they did not."""

    number: int
    said: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class AtLeast:
    """So many of those with a place gave this answer to what was asked."""

    asked: str
    said: str
    people: int


@dataclass(frozen=True)
class Rules:
    """`at_least`: the most important first."""

    at_least: tuple[AtLeast, ...] = ()
    most_from_one_area: int | None = None


@dataclass(frozen=True)
class Drawn:
    """`order`: all tickets, as the lot has it. `kept`: the rules that it was drawn by."""

    chosen: tuple[int, ...]
    order: tuple[int, ...]
    kept: Rules

    @property
    def reserve(self) -> tuple[int, ...]:
        return tuple(number for number in self.order if number not in set(self.chosen))


def lot(seed: str, number: int) -> str:
    return sha256(f"{seed}:{number}".encode()).hexdigest()


def draw(
    tickets: Sequence[Ticket], places: int, rules: Rules, *, seed: str, as_near_as_can_be: bool = False
) -> Drawn | None:
    """None: the rules cannot be met."""
    ordered = sorted(tickets, key=lambda one: lot(seed, one.number))
    places = min(places, len(ordered))
    order = tuple(one.number for one in ordered)
    for kept in _nearer(ordered, rules) if as_near_as_can_be else [rules]:
        taken = _Search(ordered, places, kept).first()
        if taken is not None:
            return Drawn(tuple(order[place] for place in taken), order, kept)
    return None


def _nearer(tickets: Sequence[Ticket], rules: Rules) -> list[Rules]:
    """The rules, then what is left of them, down to none."""
    gave = Counter(answer for one in tickets for answer in one.said.items())
    fewer = [replace(one, people=min(one.people, gave[one.asked, one.said])) for one in rules.at_least]
    within = Rules(tuple(one for one in fewer if one.people), rules.most_from_one_area)
    shorter = [Rules(within.at_least[:most], within.most_from_one_area) for most in range(len(within.at_least), -1, -1)]
    return [rules, *shorter, Rules()]


class _Search:
    """Goes through the order, and turns back where the places that are left can no longer be given by the rules."""

    def __init__(self, tickets: Sequence[Ticket], places: int, rules: Rules) -> None:
        self._tickets, self._places, self._rules = tickets, places, rules
        self._taken: list[int] = []
        self._needed = [one.people for one in rules.at_least]
        self._here: Counter[str] = Counter()
        """How many are taken of each area."""
        self._coming = self._count_coming()

    def first(self) -> list[int] | None:
        at = 0
        for _ in range(STEPS + len(self._tickets)):
            if not self._can_be_met(at):
                if not self._taken:
                    return None
                at = self._put_back() + 1
            elif len(self._taken) == self._places:
                return self._taken
            else:
                if self._area_has_room(at):
                    self._take(at)
                at += 1
        return None

    def _meets(self, place: int) -> list[int]:
        """Which of the rules this ticket helps to meet."""
        said = self._tickets[place].said
        return [nth for nth, one in enumerate(self._rules.at_least) if said.get(one.asked) == one.said]

    def _count_coming(self) -> list[list[int]]:
        """From each place of the order on, how many help to meet each rule."""
        coming = [[0] * len(self._rules.at_least)]
        for place in reversed(range(len(self._tickets))):
            meets = self._meets(place)
            coming.append([many + (nth in meets) for nth, many in enumerate(coming[-1])])
        return coming[::-1]

    def _can_be_met(self, at: int) -> bool:
        """False where it is certain that they cannot: the search goes on only where it may be."""
        left = self._places - len(self._taken)
        short = [max(0, many) for many in self._needed]
        if any(many > there for many, there in zip(short, self._coming[at], strict=True)):
            return False
        together: Counter[str] = Counter()
        for rule, many in zip(self._rules.at_least, short, strict=True):
            together[rule.asked] += many
        if any(many > left for many in together.values()):
            return False
        return left <= self._can_come(at)

    def _can_come(self, at: int) -> int:
        """How many can still be taken, by the room in each area."""
        most, coming = self._rules.most_from_one_area, self._tickets[at:]
        if most is None:
            return len(coming)
        areas = Counter(one.said.get(AREA, "") for one in coming)
        return sum(many if not area else min(many, most - self._here[area]) for area, many in areas.items())

    def _area_has_room(self, at: int) -> bool:
        area, most = self._tickets[at].said.get(AREA, ""), self._rules.most_from_one_area
        return most is None or not area or self._here[area] < most

    def _take(self, at: int) -> None:
        self._taken.append(at)
        self._change(at, 1)

    def _put_back(self) -> int:
        at = self._taken.pop()
        self._change(at, -1)
        return at

    def _change(self, at: int, by: int) -> None:
        self._here[self._tickets[at].said.get(AREA, "")] += by
        for nth in self._meets(at):
            self._needed[nth] -= by
