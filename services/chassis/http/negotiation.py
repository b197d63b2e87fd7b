"""What a client takes, has and saw: Accept-Encoding, If-None-Match, If-Match, read as RFC 9110 (12.5.3, 13.1) has it.

Whoever asks again and again says the same, so what was read of a header is kept for a while.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from services.chassis.base.refusals import Refused

Headers = Iterable[tuple[bytes, bytes]]

_KEPT = 256
_SHORT = 400
"""What is longer is read each time: nobody fills our memory with it."""
_OFFER = re.compile(
    rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?:[ \t]*;[ \t]*[qQ]=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?", re.DOTALL
)
_TAG = re.compile(rb'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')
_IN_LIST = re.compile(rb'[ \t]*(?:(W/)?("[\x21\x23-\x7e\x80-\xff]*"))?[ \t]*(?:,|$)')
_UNSAID = 0.0001
"""The weight of an answer as it is, where that is not named: allowed, and liked least."""


class NoCoding(Refused, slug="no-coding", status=406):
    """Answers are sent as they are or packed by gzip, and what you asked with takes neither (Accept-Encoding)."""


class Coding(NamedTuple):
    """How an answer is to be sent: `name` is None where it may be sent neither packed nor as it is.

    `always`: also where packing is not worth it, because as it is it may not be sent.
    """

    name: Literal["gzip", "identity"] | None
    always: bool = False


AS_IT_IS = Coding("identity")


def coding(headers: Headers) -> Coding:
    """The one of our two codings that a request takes best. One that says nothing gets the answer as it is."""
    said = [value for name, value in headers if name == b"accept-encoding"]
    if not said:
        return AS_IT_IS
    text = said[0] if len(said) == 1 else b",".join(said)
    return _chosen(text) if len(text) <= _SHORT else _chosen.__wrapped__(text)


@lru_cache(_KEPT)
def _chosen(text: bytes) -> Coding:
    weights: dict[bytes, float] = {}
    for offer in text.split(b","):
        if found := _OFFER.fullmatch(offer.strip(b" \t")):  # what is no offer says nothing
            name = found[1].lower().removeprefix(b"x-")  # x-gzip is gzip (8.4.1.3)
            weights[name] = min(float(found[2] or 1), weights.get(name, 1.0))
    others = weights.get(b"*")
    gzip = weights.get(b"gzip", others or 0.0)
    identity = weights.get(b"identity", _UNSAID if others is None else others)
    if gzip and gzip >= identity:
        return Coding("gzip", always=not identity)
    return AS_IT_IS if identity else Coding(None)


PACKED: Final = b"-gzip"
"""How the tag of an answer that is sent packed ends, which otherwise is that of the same answer as it is."""


def has_newest(headers: Headers, tag: bytes | None) -> bool:
    """Whether a request says that it has the answer of this entity tag already: `*`, or one of a list, weak or not.

    `tag`: None where there is nothing, which nobody has.
    """
    text = _said(headers, b"if-none-match")
    if text is None or tag is None:
        return False
    return text == tag or text.strip(b" \t") == b"*" or tag.removeprefix(b"W/") in _TAG.findall(text)


def saw_other(headers: Headers, tag: bytes | None) -> bool:
    """Whether a request is only to be done with something else than what has this entity tag now (If-Match).

    Compared strongly: a weak tag is never the same (8.8.3.2), and what is no list of tags names nothing. `*`: whatever
    is there. `tag`: as above. The tag of a packed answer names the same as that of the answer as it is.
    """
    text = _said(headers, b"if-match")
    if text is None:
        return False
    if tag is None:
        return True
    return text.strip(b" \t") != b"*" and tag.replace(PACKED, b"") not in _strong(text)


def _strong(text: bytes) -> set[bytes]:
    found, at = set[bytes](), 0
    while at < len(text):
        one = _IN_LIST.match(text, at)
        if one is None:
            return set()
        if one[2] and not one[1]:
            found.add(one[2].replace(PACKED + b'"', b'"'))
        at = one.end()
    return found


def _said(headers: Headers, wanted: bytes) -> bytes | None:
    said = [value for name, value in headers if name == wanted]
    return b",".join(said) if said else None
