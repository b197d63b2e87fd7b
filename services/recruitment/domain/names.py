"""What somebody's full name and year of birth are compared by. Only ever a likeness: nobody is merged by it. Pure."""

import re
import unicodedata
from datetime import date

from services.chassis.base.refusals import Refused

OLDEST = 120
"""Nobody whose age is known was older than 122."""
_MARKS = re.compile("[\u0300-\u036f\u0591-\u05c7\u064b-\u0652]")
"""Accents, and the points of Hebrew and Arabic, which people write or leave out. Signs of other scripts are letters."""
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})
_WITHIN = re.compile("['’‘ʼ`´.]")
"""What stands within a word or at its end, as in O'Neill and J."""
_BETWEEN = re.compile(r"[\W_]+")
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr"})


class NotAYearOfBirth(Refused, slug="not-a-year-of-birth", status=422, field="year_of_birth"):
    """Enter the year of birth with four figures, like 1968. It cannot be still to come, or more than 120 years ago."""


def check_birth_year(year: int | None, *, today: date) -> None:
    """Raises NotAYearOfBirth. None: not said, which nobody has to."""
    if year is not None and not today.year - OLDEST <= year <= today.year:
        raise NotAYearOfBirth


def name_key(full_name: str) -> str:
    """One form of a name however it is typed: case, accents, spaces, hyphens, titles, and which name comes first.

    Empty where nothing is left to compare.
    """
    letters = _MARKS.sub("", unicodedata.normalize("NFKD", full_name.casefold()))
    words = _BETWEEN.sub(" ", _WITHIN.sub("", unicodedata.normalize("NFC", letters).translate(_LETTERS))).split()
    return " ".join(sorted([word for word in words if word not in _TITLES] or words))
