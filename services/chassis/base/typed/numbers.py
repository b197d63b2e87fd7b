"""Numbers as people write them: "£1,200.50", "1 200", "2½", digits of any script. What has two readings is refused."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from services.chassis.base.typed import text
from services.chassis.base.typed.wrong import Wrong

LONGEST = 30
"""Characters of a number."""
LEAST_HOURS, MOST_HOURS = 0.25, 24
MOST_VERSIONS = 2**31 - 1
_AMBIGUOUS = "The full stop in {asked} can mean two things. Write it like 1200, or with two figures after it, like 1.20"
_GROUPED = re.compile(r"\d{1,3}(?:([ ',])\d{3})(?:\1\d{3})*(\.\d+)?")
_GROUPED_ABROAD = re.compile(r"\d{1,3}(?:([ '.])\d{3})(?:\1\d{3})*,\d{1,2}")
_SIMPLE = re.compile(r"(?:\d+(?:[.]\d*)?|[.]\d+)")
_WITH_COMMA = re.compile(r"\d+,\d{1,2}")
_EITHER = re.compile(r"[1-9]\d{0,2}\.\d{3}")
"""A thousand, or one and a bit."""
_PARTS = {"¼": "25", "½": "5", "¾": "75"}


class NoNumber(Wrong):
    """What was typed is no number; the words of the field say which it takes."""

    def __init__(self) -> None:
        super().__init__("Enter {asked}")


def number(typed: str) -> Decimal:
    """The number that somebody meant. Raises NoNumber, and Wrong where it could be two."""
    written = text.plain(typed.replace("’", "'")).removeprefix("£").removesuffix("£").strip()
    sign = -1 if written.startswith("-") else 1
    written = written.removeprefix("-").strip().removeprefix("£").strip()
    if not written or len(written) > LONGEST:
        raise NoNumber
    if written[-1] in _PARTS:
        whole = written[:-1].strip() or "0"
        if not whole.isdigit():
            raise NoNumber
        return sign * Decimal(f"{whole}.{_PARTS[written[-1]]}")
    return sign * Decimal(_without_groups(written))


def _without_groups(written: str) -> str:
    if _EITHER.fullmatch(written):
        raise Wrong(_AMBIGUOUS)
    if _SIMPLE.fullmatch(written):
        return written
    if _GROUPED.fullmatch(written):
        return re.sub(r"[ ',]", "", written)
    if _GROUPED_ABROAD.fullmatch(written):
        return re.sub(r"[ '.]", "", written).replace(",", ".")
    if _WITH_COMMA.fullmatch(written):
        return written.replace(",", ".")
    raise NoNumber


def whole(given: Any) -> int:
    """Raises NoNumber for what is no whole number; yes and no are none either."""
    found = _number(given)
    if found != int(found):
        raise NoNumber
    return int(found)


def decimal(given: Any) -> float:
    """Raises NoNumber, for endless ones too."""
    return float(_number(given))


def pence(given: Any) -> int:
    """Pence from pounds as typed on a page. Raises NoNumber, for parts of a penny too."""
    return whole(_number(given) * 100)


def _number(given: Any) -> Decimal:
    if isinstance(given, str):
        return number(given)
    if isinstance(given, bool) or not isinstance(given, int | float | Decimal):
        raise NoNumber
    found = Decimal(given)
    if not found.is_finite():
        raise NoNumber
    return found


def _unless_missing(read: Callable[[Any], Any]) -> BeforeValidator:
    """What was left empty is missing, not wrong."""

    def checked(given: Any) -> Any:
        return None if given is None or (isinstance(given, str) and not given.strip()) else read(given)

    return BeforeValidator(checked)


WHOLE = _unless_missing(whole)
"""For a number that may be left out: `Annotated[int, Field(ge=…, le=…), WHOLE] | None`."""
Whole = Annotated[int, WHOLE]
"""The field says from where to where: `Field(ge=…, le=…)`."""
Hours = Annotated[float, Field(ge=LEAST_HOURS, le=MOST_HOURS), _unless_missing(decimal)]
"""From a quarter of an hour to a day."""
Pounds = Annotated[int, _unless_missing(pence)]
"""Typed in pounds, kept in pence. Only for pages: the API is sent pence as a `Whole`."""
Version = Annotated[int, Field(ge=1, le=MOST_VERSIONS), WHOLE]
"""Of a thing that somebody saw."""
