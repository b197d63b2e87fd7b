"""What a client takes and has: Accept-Encoding and If-None-Match, read as RFC 9110 (12.5.3 and 13.1.2) writes them.

Whoever asks again and again says the same, so what was read of a header is kept for a while.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal, NamedTuple

from services.chassis.base.refusals import Refused

Headers = Iterable[tuple[bytes, bytes]]

_KEPT = 256
_SHORT = 400
"""What is longer is read each time: nobody fills our memory with it."""
_OFFER = re.compile(
    rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?:[ \t]*;[ \t]*[qQ]=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?", re.DOTALL
)
_TAG = re.compile(rb'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')
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


def has_newest(headers: Headers, tag: bytes) -> bool:
    """Whether a request says that it has the answer of this entity tag already: `*`, or one of a list, weak or not."""
    said = [value for name, value in headers if name == b"if-none-match"]
    if not said:
        return False
    text = said[0] if len(said) == 1 else b",".join(said)
    return text == tag or text.strip(b" \t") == b"*" or tag.removeprefix(b"W/") in _TAG.findall(text)
