"""A message as a letter: what stands where, in which format. The page and the PDF both show this, and nothing else.

The address stands in the window of a C5 or DL envelope: 24.6 mm from the left, 39.5 mm from the top, 95.4 by 26.8 mm,
as GOV.UK Notify asks of letters that it prints (its letter specification).
"""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.base.refusals import Refused
from services.notifications.domain.contact import Format
from services.notifications.domain.message import Message

WINDOW_LINES = 7
"""So many lines of an address the window shows."""
LONGEST_WORD = 30
"""Letters: a longer word may be broken there, so that it does not run off the sheet."""
BREAK = "\N{ZERO WIDTH SPACE}"
_LONG = re.compile(rf"\S{{{LONGEST_WORD}}}(?=\S)")


class NothingToPrint(Refused, slug="nothing-to-print", title="No letter waits to be printed", status=409):
    """No letter waits to be printed. Somebody may have taken them a moment ago: see below who."""


class NotPrinted(Refused, slug="numbers-needed", status=422, field="not_printed"):
    """Enter numbers from the list of letters, with commas or from one to another, like 4, 10-12."""


class NotInPrinting(Refused, slug="not-in-printing", status=422, field="not_printed"):
    """Some of these numbers are no letters that were taken here. Look at the list again: what you leave out counts as
    posted."""


class PostedAlready(Refused, slug="posted-already", title="These letters are posted already", status=409):
    """Somebody has said already that these letters are posted. You do not need to say it again."""


@dataclass(frozen=True)
class Sender:
    """Who writes: the network, its number and when it is answered, and where people sign in."""

    name: str
    phone: str
    phone_hours: str
    text_relay: str
    site: str


@dataclass(frozen=True)
class Letter:
    """`said`: what its person says when they ring about it. `paragraphs`: each of lines. `apologises`: it was to be
    easy to read, and we have no such words."""

    id: UUID
    reference: str
    said: str
    format: Format
    to: tuple[str, ...]
    called: str
    day: datetime
    subject: str
    paragraphs: tuple[tuple[str, ...], ...]
    next_step: str
    can_sign_in: bool
    apologises: bool = False


def write(message: Message, *, called: str, address: str, format: Format, can_sign_in: bool, day: datetime) -> Letter:
    """The message in the format that its person asked for. `address`: as they gave it, in lines."""
    news = message.news
    easy = news.easy if format == "easy_read" else ""
    return Letter(
        id=message.id,
        reference=message.reference,
        said=message.said,
        format=format,
        to=window_lines(address),
        called=called,
        day=day,
        subject=news.subject,
        paragraphs=paragraphs(easy or news.body),
        next_step=news.link_words,
        can_sign_in=can_sign_in,
        apologises=format == "easy_read" and not easy,
    )


def window_lines(address: str) -> tuple[str, ...]:
    """At most seven: of more, those in the middle share one, so that the name and the postcode keep theirs."""
    found = [line.strip() for line in address.splitlines() if line.strip()]
    if len(found) > WINDOW_LINES:
        keep = WINDOW_LINES - 2
        found = [*found[:keep], ", ".join(found[keep:-1]), found[-1]]
    return tuple(found)


def paragraphs(text: str) -> tuple[tuple[str, ...], ...]:
    """Parted by empty lines, each of its lines."""
    parts = re.split(r"\n\s*\n", text.strip())
    return tuple(tuple(line.strip() for line in part.splitlines()) for part in parts if part.strip())


def breakable(text: str) -> str:
    """The same, where a word of more than thirty letters may go on in the next line."""
    return _LONG.sub(lambda found: found[0] + BREAK, text)


def is_reference(words: str) -> bool:
    """Whether it reads like the reference of a letter: "LT-3F9A1C", however it is typed."""
    return re.fullmatch(r"\s*LT-?[0-9A-F]{6}\s*", words, re.IGNORECASE) is not None


def numbers(typed: str) -> frozenset[int]:
    """Numbers of letters, as staff read them off the list: "4, 10-12". Raises NotPrinted."""
    found: set[int] = set()
    for part in filter(None, re.split(r"[\s,;]+", re.sub(r"\s*[-–]\s*", "-", typed.strip()))):
        match = re.fullmatch(r"(\d{1,6})(?:-(\d{1,6}))?", part)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if not 1 <= first <= last or last - first > MOST_AT_ONCE:
            raise NotPrinted
        found |= set(range(first, last + 1))
    return frozenset(found)


MOST_AT_ONCE = 10_000
"""Letters that are taken to be printed together."""
A_PART = 500
"""Letters in one file: a browser opens it at once, and a printer that jams has not lost a day's work."""


def parts(count: int) -> int:
    """How many files that many letters are."""
    return -(-count // A_PART)
