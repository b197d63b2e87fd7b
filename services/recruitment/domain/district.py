"""A person's home district: the outward code of a postcode (the part before the space), and nothing narrower.

The districts of Great Britain are in `data/outward_codes.csv`, made of OS Code-Point Open (see THIRD_PARTY.md). A whole
postcode is as good as a house in some streets, so the rest of one that was typed is never kept.
"""

import csv
import re
import unicodedata
from functools import cache
from pathlib import Path

from services.chassis.base.typed.text import bare, plain
from services.chassis.base.typed.wrong import Wrong

_FILE = Path(__file__).parents[1] / "data" / "outward_codes.csv"
_INWARD = re.compile(r"[0-9][A-Z]{2}")
_OUTWARD = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?")
"""Form of a postcode: Royal Mail, Programmers' Guide to the Postcode Address File."""
_ELSEWHERE = {
    "BT": "Northern Ireland",
    "JE": "Jersey",
    "GY": "Guernsey",
    "IM": "the Isle of Man",
}
_NEVER_FAR = "If you live there, leave this empty: you are told of roles wherever they are"


@cache
def districts() -> frozenset[str]:
    """Every outward code of England, Scotland and Wales."""
    with _FILE.open(encoding="ascii", newline="") as lines:
        return frozenset(row["code"] for row in csv.DictReader(lines))


def district(typed: str) -> str:
    """The outward code of what was typed: a district, or a whole postcode, in any case and spacing; "" for nothing.

    Raises Wrong, in words for whoever typed it.
    """
    code = _code(typed)
    if not code:
        return ""
    for outward in _readings(typed):
        if outward in districts():
            return outward
    if (area := re.match(r"[A-Z]*", code)) and (country := _ELSEWHERE.get(area[0])):
        raise Wrong(f"Our list of districts does not have {country}. {_NEVER_FAR}")
    if _OUTWARD.fullmatch(code) or _is_whole(code):
        named = code[:-3] if _is_whole(code) else code
        raise Wrong(f"{named} is not in today's list of districts. Enter the first part of your postcode, like BN2")
    raise Wrong("Enter the first part of a postcode, like BN2 or SW1A. Leave it empty if you like")


def is_cut(typed: str) -> bool:
    """Whether more than a district was typed, so that something was left out."""
    code = _code(typed)
    return bool(code) and code not in districts()


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
