"""A district: the outward code of a postcode (the part before the space), and nothing narrower.

Those of Great Britain are in `outward_codes.csv`, made of OS Code-Point Open (see THIRD_PARTY.md). What follows it in a
postcode that was typed is never given back.
"""

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from services.chassis.base.typed.text import bare, plain

_FILE = Path(__file__).parent / "outward_codes.csv"
_INWARD = re.compile(r"[0-9][A-Z]{2}")
_OUTWARD = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?")
"""Form of a postcode: Royal Mail, Programmers' Guide to the Postcode Address File."""
_AT_THE_END = re.compile(r"(?<![A-Z0-9])([A-Z]{1,2}[0-9][A-Z0-9]?) ?([0-9][A-Z]{2})[.,;)]*$")
_ELSEWHERE = {
    "BT": "Northern Ireland",
    "JE": "Jersey",
    "GY": "Guernsey",
    "IM": "the Isle of Man",
}


@dataclass(frozen=True)
class Read:
    """What was typed. `code`: a district of the list. Where it is none: `outward`, what has the form of one, and
    `country`, where it would be, if that is beyond the list.
    """

    code: str = ""
    outward: str = ""
    country: str = ""


@cache
def districts() -> frozenset[str]:
    """Every outward code of England, Scotland and Wales."""
    with _FILE.open(encoding="ascii", newline="") as lines:
        return frozenset(row["code"] for row in csv.DictReader(lines))


def read(typed: str) -> Read | None:
    """A district, or a whole postcode, in any case and spacing; None of nothing. Raises Wrong for hidden characters."""
    code = _code(typed)
    if not code:
        return None
    for outward in _readings(typed):
        if outward in districts():
            return Read(outward)
    area = re.match(r"[A-Z]*", code)
    country = _ELSEWHERE.get(area[0], "") if area else ""
    named = code[:-3] if _is_whole(code) else code
    return Read(outward=named if _OUTWARD.fullmatch(named) else "", country=country)


def is_cut(typed: str) -> bool:
    """Whether more than a district was typed, so that something was left out."""
    code = _code(typed)
    return bool(code) and code not in districts()


def at_the_end(text: str) -> str:
    """The district of the whole postcode with which a text ends, such as an address in one line; "" where it ends with
    none.
    """
    return postcode_at_the_end(text).partition(" ")[0]


def postcode_at_the_end(text: str) -> str:
    """That postcode, whole, as its organisation published it: of a place, never of a home."""
    found = _AT_THE_END.search(unicodedata.normalize("NFKC", text).upper().rstrip())
    return f"{found[1]} {found[2]}" if found and found[1] in districts() else ""


def _code(typed: str) -> str:
    """In capital letters without spaces; full-width letters are letters."""
    return bare(unicodedata.normalize("NFKC", typed)).upper()


def _is_whole(code: str) -> bool:
    return bool(_INWARD.fullmatch(code[-3:]) and _OUTWARD.fullmatch(code[:-3]))


def _readings(typed: str) -> list[str]:
    """What it may be, most likely first: a district with a part of what follows, as in "N1 1"; a district; a postcode.

    What follows may be badly typed, as in "BN2 OAB": it is not kept.
    """
    code = _code(typed)
    first, *rest = plain(typed).split()
    is_part = len("".join(rest)) <= len("0AA")
    return [_code(first) if is_part else "", code, code[:-3] if _is_whole(code) else ""]
