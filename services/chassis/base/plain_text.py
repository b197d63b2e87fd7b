"""Words of people and organisations for programs that are no browser: feeds, calendars. Nothing in them is unseen."""

import re
import unicodedata

_OVERRIDES = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Signs that turn the words around them: a title could show another time or place by them."""
_BREAKS = ("Zl", "Zp")
_NO_TEXT = ("Cc", "Cs", *_BREAKS)


def plain_line(words: str) -> str:
    """One line of it, without signs that nobody sees."""
    return " ".join(_visible(words, kept="").split())


def plain_lines(words: str) -> str:
    """The same, its lines kept. XML 1.0 can hold all that is left."""
    return _visible(words.replace("\r\n", "\n"), kept="\n").strip()


def _visible(words: str, *, kept: str) -> str:
    return "".join(sign if sign in kept or _is_text(sign) else " " for sign in _OVERRIDES.sub("", words))


def _is_text(sign: str) -> bool:
    return unicodedata.category(sign) not in _NO_TEXT and ord(sign) & 0xFFFE != 0xFFFE
