"""Addresses, links and sessions: how long they live and what is refused. Pure."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.chassis.base.addresses import EmailAddress
from services.chassis.base.refusals import Refused

LINK_LIFE = timedelta(hours=1)
SAME_CLICK = timedelta(minutes=1)
"""A double click on "Sign in" comes to the same session for this long."""
SESSION_LIFE = timedelta(hours=12)
SHARED_LIFE = timedelta(hours=1)
SHARED_IDLE = timedelta(minutes=15)
"""Of a session on a computer that others use too: it ends for whoever sits down there next."""
SECRET_LIFE = timedelta(days=365)
"""A machine's secret is good for a year; its organisation's admins are written to a month before."""
SECRET_ENDS_SOON = timedelta(days=30)


@dataclass(frozen=True)
class Limit:
    """How many links one address gets within a time."""

    most: int
    within: timedelta


BY_ANYBODY = Limit(5, LINK_LIFE)
"""Asked for by whoever types an address that has an account.

Not a longer time than a link works for: whoever finds the limit used up by strangers has five links that work.
"""
BY_OWNER = Limit(5, timedelta(hours=1))
"""Asked for by somebody who is signed in, or who shows a link that was sent to the address."""
OF_A_STRANGER = Limit(3, timedelta(days=1))
"""To an address that has no account: whoever reads it may never have heard of us."""


class AddressTaken(Refused, slug="address-taken", status=409, field="email"):
    """Somebody uses this e-mail address already."""


class NoAddress(Refused, slug="no-address", title="We have no e-mail address for you", status=409):
    """This account has no e-mail address that we could send a link to. Ask us on the phone. On the page of your account
    you can add one."""


class CalledNeeded(Refused, slug="called-needed", status=422, field="called"):
    """Enter what you would like to be called."""


class ShownTooLate(Refused, slug="shown-too-late", title="Show once more that it is you", status=409):
    """This took longer than five minutes, or it was shown somewhere else. Nothing was done."""

    what_to_do = "Go back to the page that you wanted. It asks you once more."


class MailboxTooLate(Refused, slug="mailbox-too-late", title="This took too long", status=409):
    """This took longer than five minutes. Nothing was done."""

    what_to_do = "Open the link in our letter once more and press the button: it brings you here again."


class SignsInAlready(Refused, slug="signs-in-already", title="You can sign in already", status=409):
    """There is a way to sign in to this account already, so it is not opened by this page."""

    what_to_do = "Go to “Sign in” and type your e-mail address. We send you a link."


class LinkUsed(Refused, slug="link-used", title="This link was used already", status=409):
    """This link has been used already. Each link works once."""


class LinkTooOld(Refused, slug="link-too-old", title="This link is too old", status=410):
    """This link is too old, or it is not whole. Links work for 60 minutes."""


@dataclass(frozen=True)
class Link:
    """A link sent by e-mail. Whoever presents it reads this address. `called`: a name somebody typed; nobody's yet."""

    email: EmailAddress
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
    shown_at: datetime | None = None
    """When they showed once more who they are, in this session."""
    shared: bool = False
    """They said that others use the computer too."""

    @property
    def proved_at(self) -> datetime:
        return self.shown_at or self.started_at

    def alive(self, now: datetime, *, idle: timedelta) -> bool:
        """Not ended, at most 12 hours old, and renewed within `idle`; on a shared computer both are shorter."""
        whole, idle = self._lasts(idle)
        return self.ended_at is None and now < self.started_at + whole and now < self.renewed_at + idle

    def token_life(self, now: datetime, *, idle: timedelta) -> timedelta:
        """For how long a token that is made now works: while nothing is done, and never longer than the session."""
        whole, idle = self._lasts(idle)
        return min(idle, self.started_at + whole - now)

    def _lasts(self, idle: timedelta) -> tuple[timedelta, timedelta]:
        return (SHARED_LIFE, min(idle, SHARED_IDLE)) if self.shared else (SESSION_LIFE, idle)


def limit_of(*, is_known: bool, by_owner: bool) -> Limit:
    if by_owner:
        return BY_OWNER
    return BY_ANYBODY if is_known else OF_A_STRANGER


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
