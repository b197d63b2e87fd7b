"""Words of people and organisations for programs that are no browser: feeds, calendars. Nothing in them is unseen."""

import re

_OVERRIDES = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Signs that turn the words around them: a title could show another time or place by them."""
_NO_TEXT = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
"""Signs of control but the end of a line, other ends of lines, halves of pairs, and what XML has no place for."""


def plain_line(words: str) -> str:
    """One line of it, without signs that nobody sees."""
    return " ".join(_visible(words).split())


def plain_lines(words: str) -> str:
    """The same, its lines kept. XML 1.0 can hold all that is left."""
    return _visible(words.replace("\r\n", "\n")).strip()


def _visible(words: str) -> str:
    return words if words.isascii() and words.isprintable() else _NO_TEXT.sub(" ", _OVERRIDES.sub("", words))
