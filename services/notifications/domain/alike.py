"""Which two people are reached by the same mailbox, phone or post. That says nothing of whether they are one. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from schemas.notifications import Alike as PublicAlike
from schemas.notifications import AlikeChanged, AlikeFound
from services.chassis.base.addresses import EmailAddress, WrongAddress
from services.notifications.domain.contact import NUMBERS, Channel

MOST_SHARING = 4
"""What more people than this share is an office's, a home's or a whole family's: it says nothing of any two of them."""
_OURS = re.compile(r"(?:\+|00)44")
_POSTCODE = re.compile(r"\b([A-Z]{1,2}[0-9][A-Z0-9]?) ?([0-9][A-Z]{2})\b")
_HOUSE = re.compile(r"\b[0-9]+[A-Z]?\b")


@dataclass(frozen=True)
class Keys:
    """By what a contact is compared; empty where there is nothing."""

    email: str = ""
    phone: str = ""
    post: str = ""


@dataclass(frozen=True)
class Alike:
    """Once for each two, the smaller id first."""

    id: UUID
    version: int
    first_id: UUID
    second_id: UUID
    alike: tuple[str, ...]
    found_at: datetime
    entered_by: tuple[UUID, ...]

    @property
    def both(self) -> tuple[UUID, UUID]:
        return self.first_id, self.second_id

    def public(self) -> PublicAlike:
        return PublicAlike(
            id=self.id,
            version=self.version,
            first_id=self.first_id,
            second_id=self.second_id,
            alike=self.alike,
            found_at=self.found_at,
            entered_by=self.entered_by,
        )


def keys_of(channel: Channel, address: str | None) -> Keys:
    """An address counts as it was typed, also before it was shown to be theirs."""
    typed = address or ""
    if channel in NUMBERS:
        return Keys(phone=phone_key(typed))
    if channel == "post":
        return Keys(post=post_key(typed))
    if channel != "email":
        return Keys()
    try:
        return Keys(email=EmailAddress.read(typed).key)
    except WrongAddress:  # what an older version kept
        return Keys()


def phone_key(number: str) -> str:
    """A number as it is dialled in the United Kingdom: 07700900982 and +44 7700 900982 are one."""
    digits = re.sub(r"[^0-9+]", "", number)
    return _OURS.sub("0", digits, count=1) if _OURS.match(digits) else re.sub(r"^00", "+", digits)


def post_key(address: str) -> str:
    """Postcode and numbers of house and flat, which stay the same however a street is written, and whichever of the two
    numbers comes first. Empty without them."""
    written = " ".join(address.upper().split())
    *_, code = [None, *_POSTCODE.finditer(written)]
    numbers = _HOUSE.findall(written[: code.start()]) if code else []
    return f"{code[1]}{code[2]} {' '.join(sorted(numbers))}" if code and numbers else ""


def found(
    both: tuple[UUID, UUID], alike: Sequence[str], entered_by: frozenset[UUID], *, id: UUID, now: datetime
) -> tuple[Alike, AlikeFound]:
    pair = Alike(id, 1, *both, tuple(sorted(alike)), now, tuple(sorted(entered_by)))
    return pair, AlikeFound(pair.public())


def look(
    pair: Alike, alike: Sequence[str], entered_by: frozenset[UUID], *, now: datetime
) -> tuple[Alike, AlikeChanged] | None:
    """A pair that is there, as contacts are now. None: nothing has changed."""
    seen = replace(pair, alike=tuple(sorted(alike)), entered_by=tuple(sorted(entered_by)))
    if seen == pair:
        return None
    began = bool(alike) and not pair.alike
    seen = replace(seen, version=pair.version + 1, found_at=now if began else pair.found_at)
    return seen, AlikeChanged(seen.public())
