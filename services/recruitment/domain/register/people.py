"""Who is one person: several lines with the same name and the same way to reach them, or the same year of birth."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from services.recruitment.domain.register.lines import Past, Person

NOT_JOINED = "Line {} has the same name. They are two people to us: nothing else is the same"


@dataclass
class Joined:
    """One person, of one line or several; what the first of them says counts. `lines`: all of them, in order."""

    first: Person
    lines: list[Person] = field(default_factory=list[Person])
    same_name: int | None = None
    """An earlier line of somebody else with this name."""

    @property
    def called(self) -> str:
        return self.first.called

    @property
    def full_name(self) -> str | None:
        return next((one.full_name for one in self.lines if one.full_name), None)

    @property
    def birth_year(self) -> int | None:
        return next((one.birth_year for one in self.lines if one.birth_year), None)

    @property
    def district(self) -> str | None:
        return next((one.district for one in self.lines if one.district), None)

    @property
    def contacts(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for one in self.lines:
            found |= {name: text for name, text in one.contacts.items() if name not in found}
        return found

    @property
    def past(self) -> list[Past]:
        """Each piece once."""
        return list(dict.fromkeys(piece for one in self.lines for piece in one.past))

    @property
    def is_reachable(self) -> bool:
        return any(self.contacts.get(name) for name in ("email", "phone", "mobile", "address"))


def joined(people: Iterable[Person]) -> list[Joined]:
    """In the order of the list. Whoever shares something with two of an earlier line is the first of them."""
    found: list[Joined] = []
    first_called: dict[str, Joined] = {}
    known: dict[tuple[str, str, str], Joined] = {}
    for person in people:
        name = _name(person)
        keys = [(name, *key) for key in _keys(person)]
        same = min((known[key] for key in keys if key in known), key=lambda one: one.first.line, default=None)
        if same:
            same.lines.append(person)
        else:
            earlier = first_called.get(name)
            same = Joined(person, [person], earlier.first.line if earlier else None)
            first_called.setdefault(name, same)
            found.append(same)
        known |= dict.fromkeys(keys, same)
    return found


def remarks_of(one: Joined) -> dict[int, Sequence[str]]:
    """What is to be remarked of each of its lines."""
    said: dict[int, Sequence[str]] = {line.line: line.remarks for line in one.lines}
    if one.same_name:
        said[one.first.line] = (*one.first.remarks, NOT_JOINED.format(one.same_name))
    if not one.is_reachable:
        said[one.first.line] = (*said[one.first.line], "There is no way to reach them, so nobody can ask them")
    return said


def _name(person: Person) -> str:
    text = unicodedata.normalize("NFKD", person.full_name or person.called).casefold()
    return " ".join(re.sub(r"[^\w\s]", "", text).split())


def _keys(person: Person) -> set[tuple[str, str]]:
    """By what somebody of the same name is the same person."""
    keys: set[tuple[str, str]] = set()
    contacts: Mapping[str, str] = person.contacts
    if email := contacts.get("email"):
        keys.add(("email", email.casefold()))
    for name in ("phone", "mobile"):
        if digits := re.sub(r"\D", "", contacts.get(name, "")):
            keys.add(("phone", digits[-9:]))
    if person.birth_year:
        keys.add(("year", str(person.birth_year)))
    return keys
