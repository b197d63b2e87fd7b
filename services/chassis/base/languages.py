"""Spoken languages, read by their names as people write them: "polish, Urdu and punjabi"."""

import re
from typing import Any

from schemas.recruitment import LANGUAGES
from schemas.words import LANGUAGE
from services.chassis.base.typed.text import lines, several
from services.chassis.base.typed.wrong import Wrong

MOST = 20
_BY_NAME = {name.lower(): code for code, name in LANGUAGE.items()} | {
    "akan": "tw",
    "bangla": "bn",
    "dari": "fa",
    "farsi": "fa",
    "kiswahili": "sw",
    "kurmanji": "ku",
    "mandarin chinese": "cmn",
    "moldovan": "ro",
    "pilipino": "tl",
    "punjabi": "pa",
    "romany": "rom",
    "sorani": "ku",
    "tagalog": "tl",
}
_SIGNED = re.compile(r"\b(bsl|ssl|sse|sign\w*|makaton)\b")
_BETWEEN = re.compile(r"[,;/\n.]|\band\b|&")


def languages(given: Any, *, signed: str) -> list[str]:
    """Codes of LANGUAGES, once each, in the order of that list; given as codes, or as names with commas between.

    Raises Wrong, about the first that is not known. `signed`: the words for whoever wrote a sign language.
    """
    found: set[str] = set()
    for text in several(given):
        item = None if isinstance(given, str) else [*given].index(text)
        parts = _BETWEEN.split(lines(text).lower())
        found |= {_language(" ".join(part.split()), signed, item) for part in parts if part.strip()}
    if len(found) > MOST:
        raise Wrong(f"Choose at most {MOST} languages")
    return sorted(found, key=LANGUAGES.index)


def _language(name: str, signed: str, item: int | None) -> str:
    code = name if name in LANGUAGE else _BY_NAME.get(name)
    if code:
        return code
    if name == "chinese":
        raise Wrong("Write Cantonese or Mandarin in the place of Chinese", item=item)
    if _SIGNED.search(name):
        raise Wrong(signed, item=item)
    raise Wrong(f"We do not know the language “{name[:40]}”. Check how it is written, or leave it out", item=item)
