"""Letters as people read them: the same words on the page and in the PDF, in the format that somebody asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from services.chassis.base.pdf.writing import Written, write_pdf
from services.chassis.base.settings import Settings
from services.chassis.base.wording import day
from services.notifications.domain.contact import Apart, Format
from services.notifications.domain.letter import Letter, Sender, breakable, write
from services.notifications.store.letters import ToWrite

TEMPLATE = Path(__file__).parent / "letters" / "letter.typ"
ISOLATE, END = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
NEXT = "What you can do next"
NOT_EASY = (
    "You asked for Easy Read. We do not have this message in Easy Read yet.",
    "Ring us. We go through it with you.",
)


class Look(NamedTuple):
    """Of a format: the size of its letters in points, and the space between lines and between paragraphs in letters."""

    size: int
    leading: float
    spacing: float


LOOKS: dict[Format, Look] = {
    "standard": Look(12, 0.7, 1.2),
    "large_print": Look(18, 0.75, 1.3),
    "easy_read": Look(16, 1.0, 1.7),
}
"""12 point at least, large print 18 (NHS England, accessible information: making communication accessible)."""


@dataclass(frozen=True)
class Sheet:
    """All that a letter says, in its order. `to`: the address, in lines."""

    format: Format
    reference: str
    to: tuple[str, ...]
    day: str
    subject: str
    dear: str
    paragraphs: tuple[tuple[str, ...], ...]
    next: tuple[str, ...]
    sender: Sender


def sender(settings: Settings) -> Sender:
    """The network, as its letters name it."""
    s = settings
    return Sender(s.network_name, s.phone, s.phone_hours, s.text_relay, s.base_url)


def sheet(letter: Letter, by: Sender) -> Sheet:
    return Sheet(
        format=letter.format,
        reference=letter.reference,
        to=letter.to,
        day=day(letter.day),
        subject=letter.subject,
        dear=f"Dear {letter.called}," if letter.called else "Hello,",
        paragraphs=(*letter.paragraphs, *((NOT_EASY,) if letter.apologises else ())),
        next=tuple(_next(letter, by)),
        sender=by,
    )


def _next(letter: Letter, by: Sender) -> list[str]:
    """On paper nobody can press a link: whom to ring, what to say to be found, and where to sign in."""
    found = [f"{letter.next_step}. We do this with you on the phone: ring {by.phone}. We answer {by.phone_hours}."]
    if by.text_relay:
        found.append(f"You use text relay? Dial {by.text_relay} {by.phone}.")
    found.append(f"Say this when you ring: {letter.said}.")
    if letter.can_sign_in:
        found.append(f"You can also sign in at {by.site}. This message is on your home page.")
    return found


@dataclass(frozen=True)
class Listed:
    """One letter on the sheet that lists them, and its number there. `apart`: they asked for braille or sound."""

    number: int
    sheet: Sheet
    called: str
    apart: Apart | None = None


def listed(one: ToWrite, by: Sender, *, on: datetime) -> Listed:
    """A message that goes by post, as it reads on that day."""
    letter = write(
        one.message,
        called=one.called,
        address=one.address or "",
        format=one.format,
        can_sign_in=one.can_sign_in,
        day=on,
    )
    return Listed(one.number or 1, sheet(letter, by), one.called, one.apart)


async def one_pdf(one: Listed, *, made_at: datetime) -> Written:
    """One letter; with a list before it only where it has signs that cannot be printed. Raises PdfNotMade."""
    written = await write_pdf(TEMPLATE, _data(one.sheet.subject, [one], None, both_sides=False), made_at=made_at)
    return await many_pdf(one.sheet.subject, [one], both_sides=True, made_at=made_at) if written.missing else written


async def many_pdf(title: str, many: Sequence[Listed], *, both_sides: bool, made_at: datetime) -> Written:
    """A list of the letters with their numbers, then each on a new sheet. Raises PdfNotMade.

    The list says which letters have a box where a sign should be, because none of our fonts has it.
    """
    listed = _list(title, many, frozenset())
    written = await write_pdf(TEMPLATE, _data(title, many, listed, both_sides=both_sides), made_at=made_at)
    if written.missing:
        listed = _list(title, many, written.missing)
        written = await write_pdf(TEMPLATE, _data(title, many, listed, both_sides=both_sides), made_at=made_at)
    return written


def _list(title: str, many: Sequence[Listed], missing: frozenset[str]) -> dict[str, Any]:
    words = [
        "This list stays with you: it is not posted.",
        "Put a tick where a letter is in its envelope. If one did not print, note its number. It can be printed again.",
    ]
    if boxed := [str(one.number) for one in many if missing and _has(one.sheet, missing)]:
        words.append(
            f"These letters have a box where we could not print a sign: {', '.join(boxed)}. Open the letter on its"
            " page, print that page, and post it instead."
        )
    if apart := [str(one.number) for one in many if one.apart]:
        words.append(
            f"These people asked for braille or sound since the letters were taken: {', '.join(apart)}. Do not post"
            " print alone: have it made, or ring them and read it out."
        )
    rows = [[str(one.number), one.sheet.reference, one.called, _in_one_line(one.sheet.to)] for one in many]
    headings = ["Number", "Reference", "To", "Address"]
    return {"title": title, "words": words, "headings": headings, "rows": [[*map(breakable, row)] for row in rows]}


def _in_one_line(lines: Sequence[str]) -> str:
    """Each set apart, so that a name which runs from right to left does not turn what stands beside it."""
    return ", ".join(f"{ISOLATE}{line}{END}" if not line.isascii() else line for line in lines)


def _has(one: Sheet, missing: frozenset[str]) -> bool:
    said = "\n".join((*one.to, one.dear, one.subject, *(line for each in one.paragraphs for line in each), *one.next))
    return any(sign in said for sign in missing)


def _data(title: str, many: Sequence[Listed], listed: dict[str, Any] | None, *, both_sides: bool) -> dict[str, Any]:
    by = many[0].sheet.sender
    return {
        "title": breakable(title),
        "sender": {"name": by.name, "phone": by.phone, "phone_hours": by.phone_hours},
        "both_sides": both_sides,
        "list": listed,
        "letters": [_letter(one.sheet) for one in many],
    }


def _letter(one: Sheet) -> dict[str, Any]:
    look = LOOKS[one.format]
    return {
        **look._asdict(),
        "to": [breakable(line) for line in one.to],
        "day": one.day,
        "reference": one.reference,
        "subject": breakable(one.subject),
        "dear": breakable(one.dear),
        "paragraphs": [[breakable(line) for line in each] for each in one.paragraphs],
        "next_heading": NEXT,
        "next": [breakable(each) for each in one.next],
    }
