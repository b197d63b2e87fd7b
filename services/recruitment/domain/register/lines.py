"""What one line of a list says about one person, or why it cannot be taken, in words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from services.chassis.base.typed.text import line as one_line
from services.chassis.base.typed.text import lines as several_lines
from services.chassis.base.typed.wrong import Wrong
from services.recruitment.domain.district import district
from services.recruitment.domain.register.columns import CONTACTS, TRAINING
from services.recruitment.domain.register.when import when, year

LONGEST_CALLED = 80
LONGEST_FULL_NAME = 120
LONGEST_HISTORY = 200
NO_NAME = "There is no name in this line"
NOT_A_NAME = "“{}” is no name: it looks like an address or a number"
_REACHES = re.compile(r"\S@\S+\.\S|://|\bwww\.|(?:\d[\s().+/-]*){7}", re.IGNORECASE)
"""As for every name that goes to all rooms: it is no way to reach anybody."""
KINDS = ("work", "training", "term")
_FIELDS = {
    "work": ("work_title", "work_body", "work_since", "work_until"),
    "training": ("training_title", "training_by", "training_on", ""),
    "term": ("term_title", "term_body", "term_since", "term_until"),
}


@dataclass(frozen=True)
class Ages:
    """How old somebody on a list may be, by the network's policy."""

    youngest: int
    oldest: int


@dataclass(frozen=True)
class Past:
    """A piece of somebody's past, as a list or they themselves say it: nobody has checked it.

    `kind`: see KINDS. `since`, `until`: a year, a month or a day, as 2024-03; of training `since` is when it was done.
    """

    kind: str
    what: str
    body: str = ""
    since: str = ""
    until: str = ""


@dataclass(frozen=True)
class Person:
    """Somebody on a list, as one line says it."""

    line: int
    called: str
    full_name: str | None
    birth_year: int | None
    district: str | None
    contacts: Mapping[str, str]
    """As they were typed; whether they are any good is for the room that keeps them."""
    training: Mapping[str, str]
    """The same of training."""
    past: tuple[Past, ...]
    remarks: tuple[str, ...] = ()


@dataclass
class _Reading:
    """One line while it is read: what is wrong with it, and what is only to be remarked."""

    cells: Mapping[str, str]
    today: date
    wrong: list[str] = field(default_factory=list[str])
    remarks: list[str] = field(default_factory=list[str])

    def text(self, name: str, most: int) -> str:
        """One line of text. What no page can show, or is too long, is wrong."""
        try:
            found = one_line(self.cells.get(name, "").replace("\n", " "))
        except Wrong as wrong:
            self.wrong.append(wrong.about(f"“{name.replace('_', ' ')}”"))
            return ""
        if len(found) > most:
            self.wrong.append(f"“{found[:40]}…” is longer than {most} letters")
            return ""
        return found

    def when(self, name: str) -> str:
        if not name:
            return ""
        try:
            return when(self.cells.get(name, ""), self.today)
        except Wrong as wrong:
            self.wrong.append(wrong.words)
            return ""


def read_line(
    number: int, cells: Sequence[str], meanings: Sequence[str], *, ages: Ages, today: date
) -> tuple[Person | None, str]:
    """Whom a line is about, and ""; or None and why it cannot be taken."""
    reading = _Reading(dict(zip(meanings, cells, strict=False)), today)
    called, full_name = _names(reading)
    person = Person(
        line=number,
        called=called,
        full_name=full_name,
        birth_year=_birth_year(reading, ages),
        district=_district(reading),
        contacts=_handed_on(reading, CONTACTS),
        training=_training(reading),
        past=tuple(one for kind in KINDS if (one := _past(reading, kind))),
        remarks=tuple(reading.remarks),
    )
    return (None, ". ".join(dict.fromkeys(reading.wrong))) if reading.wrong else (person, "")


def _training(reading: _Reading) -> dict[str, str]:
    """As it was typed, where the line names any."""
    typed = _handed_on(reading, TRAINING)
    return typed if TRAINING[0] in typed else {}


def _names(reading: _Reading) -> tuple[str, str | None]:
    """A first and a last name are a full name; of a full name alone the first word is what they are called."""
    called, last = reading.text("called", LONGEST_CALLED), reading.text("last_name", LONGEST_FULL_NAME)
    full = reading.text("full_name", LONGEST_FULL_NAME) or (f"{called} {last}" if called and last else "")
    called = called or (full.split()[0][:LONGEST_CALLED] if full else "")
    if found := next((one for one in (called, full) if _REACHES.search(one)), None):
        reading.wrong.append(NOT_A_NAME.format(found[:40]))
    if not re.search(r"\w", called) and not reading.wrong:
        reading.wrong.append(NO_NAME)
    return called, full[:LONGEST_FULL_NAME] or None


def _birth_year(reading: _Reading, ages: Ages) -> int | None:
    typed = reading.cells.get("birth_year", "").strip()
    if not typed:
        return None
    try:
        born = year(typed, reading.today)
    except Wrong as wrong:
        reading.wrong.append(wrong.words)
        return None
    age = reading.today.year - born
    if age < ages.youngest:
        reading.wrong.append(f"Somebody born in {born} is not {ages.youngest} yet, so they cannot be on the list")
    elif age > ages.oldest:
        reading.wrong.append(f"Somebody born in {born} would be over {ages.oldest}. Check the year of birth")
    return born


def _district(reading: _Reading) -> str | None:
    """A postcode that the list of districts does not have, or not any more, refuses nobody."""
    try:
        return district(reading.cells.get("postcode", "")) or None
    except Wrong as wrong:
        said = wrong.words.partition(". Enter")[0].partition(". If you live")[0]
        reading.remarks.append(f"{said}: they have no home district for now")
        return None


def _handed_on(reading: _Reading, names: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in names:
        try:
            typed = several_lines(reading.cells.get(name, ""))
        except Wrong as wrong:
            reading.wrong.append(wrong.about(f"“{name}”"))
            continue
        if typed:
            found[name] = typed
    return found


def _past(reading: _Reading, kind: str) -> Past | None:
    title, with_whom, since, until = _FIELDS[kind]
    what, body = reading.text(title, LONGEST_HISTORY), reading.text(with_whom, LONGEST_HISTORY)
    past = Past(kind, what or body, body if what else "", reading.when(since), reading.when(until))
    if not past.what:
        if past.since or past.until:
            reading.wrong.append("There are dates of something that the line does not name")
        return None
    try:
        check_past(past, reading.today)
    except Wrong as wrong:
        reading.wrong.append(wrong.words)
    return past


def check_past(past: Past, today: date) -> None:
    """Raises Wrong for what has not begun, or ended before it began."""
    if past.since and past.since > today.isoformat():
        raise Wrong(f"“{past.what[:40]}” begins after today. A list says what has been")
    if past.since and past.until and past.until < past.since[: len(past.until)]:
        raise Wrong(f"“{past.what[:40]}” ends before it begins")
