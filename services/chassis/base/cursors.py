"""Where a list goes on: the key of the last thing that was shown, signed for that list as it was looked at.

A cursor is for one list, one order of it and one choice of what is shown. It has no time: the same page has the same
cursor, so an answer that did not change stays the same byte by byte, and a key is a good place to go on from for ever.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, cast
from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer

from services.chassis.base.keys import Secrets
from services.chassis.base.purposes import LISTS
from services.chassis.base.refusals import Refused

Key = tuple[Any, ...]


class PageNotThere(Refused, slug="page-not-there", title="This page of the list is not there", status=422):
    """This page of the list is not there any more. Start at its beginning."""

    def __init__(self, words: str | None = None, *, asked_by: str = "after") -> None:
        """`asked_by`: the parameter of the address that asked for it."""
        super().__init__(words)
        self.field = asked_by


def sealed(secret: Secrets, *, of: Sequence[Any], key: Key) -> str:
    """The key as text for an address. `of`: the list's name, its order, and what it was narrowed to."""
    plain = [one.isoformat() if isinstance(one, date) else str(one) for one in key]
    return str(_serializer(secret, of).dumps(plain))


def opened(secret: Secrets, text: str, *, of: Sequence[Any], kinds: Mapping[str, type], asked_by: str = "after") -> Key:
    """The key, its parts of these kinds. Raises PageNotThere when it was changed, or sealed for anything else."""
    not_there = PageNotThere(asked_by=asked_by)
    try:
        parts = _serializer(secret, of).loads(text)
    except BadData:
        raise not_there from None
    if not isinstance(parts, list) or len(cast("list[Any]", parts)) != len(kinds):
        raise not_there  # a version of this service that ordered the list by something else has sealed it
    try:
        return tuple(_READ[kind](part) for kind, part in zip(kinds.values(), cast("list[str]", parts), strict=True))
    except (ValueError, OverflowError):
        raise not_there from None


_READ = {datetime: datetime.fromisoformat, date: date.fromisoformat, UUID: UUID, int: int, str: str}


def before_all(kinds: Mapping[str, type], *, descending: bool) -> Key:
    """A key that comes before whatever a list may begin with, so that the first page asks as every other does."""
    return tuple((_HIGHEST if descending else _LOWEST)[kind] for kind in kinds.values())


_LOWEST: dict[type, Any] = {
    datetime: datetime(1, 1, 2, tzinfo=UTC),
    date: date.min,
    UUID: UUID(int=0),
    int: -(2**31),
    str: "",
}
_HIGHEST: dict[type, Any] = {
    datetime: datetime(9999, 12, 30, tzinfo=UTC),
    date: date.max,
    UUID: UUID(int=2**128 - 1),
    int: 2**31 - 1,
    str: "\U0010ffff",
}
"""Text comes last so only where it is compared byte by byte (`collate "C"`)."""


def _serializer(secret: Secrets, of: Sequence[Any]) -> URLSafeSerializer:
    about = hashlib.sha256(json.dumps(of, default=str).encode()).hexdigest()
    return URLSafeSerializer(
        list(reversed(secret)), salt=f"{LISTS}{about}", signer_kwargs={"digest_method": hashlib.sha256}
    )
