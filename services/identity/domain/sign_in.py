"""Addresses, links and sessions: how long they live and what is refused. Pure."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.chassis.base.refusals import Refused

LINK_LIFE = timedelta(minutes=15)
LINKS_AN_HOUR = 5
SAME_CLICK = timedelta(minutes=1)
"""A double click on "Sign in" comes to the same session for this long."""
SESSION_LIFE = timedelta(hours=12)
_ADDRESS = re.compile(r"[^@\s<>,;:\"()\[\]\\]+@[^@\s<>,;:\"()\[\]\\]+\.[^@\s<>,;:\"()\[\]\\.]+")


class WrongAddress(Refused, slug="wrong-address", status=422, field="email"):
    """Enter an e-mail address like name@example.org."""


class AddressTaken(Refused, slug="address-taken", status=409, field="email"):
    """Somebody uses this e-mail address already."""


class NoAddress(Refused, slug="no-address", status=409):
    """This account has no e-mail address that we could send a link to. Ask us on the phone."""


class LinkUsed(Refused, slug="link-used", status=409):
    """This link has been used already. Ask for a new one on the sign-in page."""


class LinkTooOld(Refused, slug="link-too-old", status=410):
    """This link is too old, or it is not whole. Links work for 15 minutes. Ask for a new one on the sign-in page."""


@dataclass(frozen=True)
class Link:
    """A link sent by e-mail. Whoever presents it reads this address."""

    email: str
    called: str | None
    go_to: str
    expires_at: datetime
    used_at: datetime | None = None
    used_key: str | None = None
    session_id: UUID | None = None


@dataclass(frozen=True)
class Session:
    id: UUID
    account_id: UUID
    started_at: datetime
    renewed_at: datetime
    ended_at: datetime | None = None

    def alive(self, now: datetime, *, idle: timedelta) -> bool:
        """Not ended, at most 12 hours old, and renewed within `idle`."""
        return self.ended_at is None and now < self.started_at + SESSION_LIFE and now < self.renewed_at + idle


def tidy_address(text: str) -> str:
    """The address without spaces around it. Raises WrongAddress; whether it exists only a letter can tell."""
    email = text.strip()
    if len(email) > 254 or not email.isprintable() or not _ADDRESS.fullmatch(email):
        raise WrongAddress
    return email


def hash_of(secret: str) -> str:
    """What is kept of a link or a machine's secret. Both have 256 random bits, so a plain hash will do."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_same_click(link: Link, key: str, now: datetime) -> bool:
    """Whether the link was used a moment ago by this very form."""
    return link.used_at is not None and link.used_key == key and now < link.used_at + SAME_CLICK


def must_be_usable(link: Link | None, now: datetime) -> Link:
    """Raises LinkUsed or LinkTooOld."""
    if link is None:
        raise LinkTooOld
    if link.used_at is not None:
        raise LinkUsed
    if now >= link.expires_at:
        raise LinkTooOld
    return link
