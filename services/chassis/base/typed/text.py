"""Text as people type and paste it, cleaned once, at the door: the same characters are the same text in every room.

A model names what it asks for, and takes the type: `full_name: Name = Field(title="your full name", max_length=120)`.
What no page can show is refused in words. Spaces of every kind become ordinary ones, line ends are one kind, and
letters are composed (Unicode's NFC). Lengths are counted in code points after that, as PostgreSQL counts them: most
characters that people see are one, an emoji of several parts is several.
"""

import re
import unicodedata
from collections.abc import Callable, Container
from typing import Annotated, Any, cast

from pydantic import AfterValidator, BeforeValidator, StringConstraints

from services.chassis.base.typed.wrong import Wrong

HIDDEN = "There is a hidden character in {asked}: type it again rather than pasting it"
_LINE_ENDS = str.maketrans(dict.fromkeys("\r\x0b\x0c\x85\u2028\u2029", "\n"))
_ORDINARY = re.compile("[\n -~\u00a1-\u00ac\u00ae-\u02ff\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u20ac]*")
"""What nearly all text is made of. Nothing is to be cleaned in it but its ends, so it is not read sign by sign."""
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Embeddings, overrides and isolates: by them a text reads otherwise than it is (CVE-2021-42574)."""
_OVERRIDES = frozenset("\u202d\u202e")
_LOST = "\ufffd"
"""Stands where a character could not be read."""
_JOINERS = frozenset("\u200c\u200d")
_DIRECTION_MARKS = frozenset("\u200e\u200f\u061c")
_SEEN_MARKS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
"""Signs that stand around Arabic, Syriac and Kaithi numbers: of the kind of invisible ones, and seen."""
_BREAK = "\u200b"
"""Where a line may break, in scripts that write words without spaces (Thai, Khmer, Burmese)."""
_TAG_CHARACTERS = range(0xE0020, 0xE0080)
"""The end of an emoji of a flag, as of Scotland."""
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
"""Letters of Hangul and of braille that show nothing."""
_ASCII_SIGNS = str.maketrans("\uff0c\uff0e\uff1a\uff0d\uff0f\uffe1\u066b\u066c\u2212", ",.:-/£.,-")
"""Full-width and Arabic signs in numbers, and the true minus."""


def line(typed: str) -> str:
    """One line, trimmed, with single spaces in it. Raises Wrong."""
    text = lines(typed)
    if "\n" in text:
        raise Wrong("Write {asked} on one line")
    return " ".join(text.split())


def lines(typed: str) -> str:
    """Text of several lines, trimmed. Raises Wrong for what no page can show."""
    text = typed.replace("\r\n", "\n").replace("\t", " ")
    if _ORDINARY.fullmatch(text):
        return text.strip()
    text = unicodedata.normalize("NFC", text.translate(_LINE_ENDS))
    text = "".join(" " if unicodedata.category(one) == "Zs" else one for one in text)
    if any(_cannot_be_shown(one) for one in text):
        raise Wrong(HIDDEN)
    kept = "".join(one for place, one in enumerate(text) if _is_needed(text, place)).strip()
    return kept if is_seen(kept) else ""


def is_seen(text: str) -> bool:
    """Whether there is something to see in it."""
    return any(unicodedata.category(one)[0] in "LNPS" and one not in _BLANK_LETTERS for one in text)


def address(typed: str) -> str:
    """An e-mail address without the marks that came with it when it was pasted. Raises Wrong."""
    if _OVERRIDES & set(typed):
        raise Wrong(HIDDEN)
    kept = "".join(one for one in typed if one not in _BIDI_CONTROLS)
    return "".join(one for place, one in enumerate(kept) if _is_needed(kept, place)).strip()


def plain(typed: str) -> str:
    """A number, a code, an address of any kind: one line without invisible marks, its digits those of ASCII.

    The marks that phones and spreadsheets put around what is copied go too. Raises Wrong.
    """
    if _OVERRIDES & set(typed):
        raise Wrong(HIDDEN)
    bare = "".join(one for one in typed.strip() if unicodedata.category(one) != "Cf" and not _varies(one))
    return "".join(_digit(one) for one in line(bare)).translate(_ASCII_SIGNS)


def bare(typed: str, between: str = " -./") -> str:
    """The same without what people put between its parts: "20-00-00" is 200000. Raises Wrong."""
    dashes = dict.fromkeys(map(chr, range(8208, 8214)))
    return plain(typed).translate(str.maketrans(dashes | dict.fromkeys(between)))


def several(given: Any, known: Container[str] | None = None) -> list[str]:
    """The codes that were ticked, each once: one comes as text, several as a list. `known`: all that there are.

    Raises Wrong, about the first that is none of them.
    """
    parts = [given] if isinstance(given, str) else given
    if not isinstance(parts, list | tuple | set | frozenset):
        raise Wrong("Choose {asked} from the answers")
    codes = [*cast("list[Any]", parts)]
    for place, code in enumerate(codes):
        if not isinstance(code, str) or (known is not None and code and code not in known):
            raise Wrong("Choose {asked} from the answers", item=None if isinstance(given, str) else place)
    return [code for code in dict.fromkeys(codes) if code]


def _reading(read: Callable[[str], str]) -> BeforeValidator:
    """What is no text is left for pydantic to refuse."""

    def checked(given: Any) -> Any:
        return read(given) if isinstance(given, str) else given

    return BeforeValidator(checked)


def _missing(given: Any) -> Any:
    return None if isinstance(given, str) and not given.strip() else given


def _has_letter(text: str) -> str:
    if text and not any(unicodedata.category(one)[0] in "LNS" and one not in _BLANK_LETTERS for one in text):
        raise Wrong("Enter {asked}: letters or numbers that others can read")
    return text


OR_MISSING = BeforeValidator(_missing)
"""What was left empty is missing, not wrong: `to: Annotated[UUID | None, OR_MISSING]`."""
Line = Annotated[str, _reading(line)]
Lines = Annotated[str, _reading(lines)]
Name = Annotated[str, _reading(line), StringConstraints(min_length=1), AfterValidator(_has_letter)]
"""Of a person, an organisation, a machine: what others call them by."""
Plain = Annotated[str, _reading(plain)]
"""A code, a number or a token that is kept as text."""


def _cannot_be_shown(one: str) -> bool:
    """Controls, halves of a pair, what each maker shows otherwise, and what Unicode says never to exchange."""
    if one in _BIDI_CONTROLS or one == _LOST or ord(one) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(one) <= 0xFDEF:
        return True
    return one != "\n" and unicodedata.category(one) in ("Cc", "Cs", "Co")


def _varies(one: str) -> bool:
    """How the sign before it is drawn: as an emoji, as one form of a Chinese character."""
    return "\ufe00" <= one <= "\ufe0f" or 0xE0100 <= ord(one) <= 0xE01EF


def _is_needed(text: str, place: int) -> bool:
    """Whether an invisible mark does something where it stands. Between Latin letters none does."""
    one = text[place]
    if unicodedata.category(one) != "Cf":
        return True
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    if ord(one) in _TAG_CHARACTERS:
        return ord(before or " ") in _TAG_CHARACTERS or before == "\U0001f3f4"
    if one in _JOINERS or one == _BREAK:
        return _joins(before) and (_joins(after) or one == "\u200c")
    if one in _DIRECTION_MARKS:
        return any(unicodedata.bidirectional(other) in ("R", "AL") for other in text if other not in _DIRECTION_MARKS)
    return one in _SEEN_MARKS


def _joins(one: str) -> bool:
    """A letter or mark of a script beyond Latin, Greek and Cyrillic, or a part of an emoji."""
    if not one or one.isascii():
        return False
    return ord(one) >= 0x0530 and unicodedata.category(one)[0] in "LMS"


def _digit(one: str) -> str:
    """Full-width, Arabic and every other script's decimal digits. "²" is none: it is no digit of a number."""
    return str(unicodedata.decimal(one)) if one.isdecimal() else one
