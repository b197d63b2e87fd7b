"""Another address to sign in with: asked for, proved at the new one and at the one of before, and then made. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from services.chassis.base.addresses import EmailAddress
from services.chassis.base.refusals import Refused

LIFE = timedelta(hours=24)
"""So long both letters' links work: two mailboxes may be on two machines."""
Mailbox = Literal["new", "old"]
End = Literal["made", "stopped", "refused"]
"""`refused`: from the old mailbox, so it was not its owner who had asked."""


class SameAddress(Refused, slug="same-address", status=422, field="email"):
    """You sign in with this e-mail address already. Enter another one."""


class ChangeOver(Refused, slug="change-over", title="This link does not work any more", status=410):
    """This link does not work any more: the change was made or stopped, a newer letter was sent, or 24 hours went
    by. Sign in to see how it stands. You can ask again on the page of your account."""


class ProvedAlready(Refused, slug="proved-already", title="You have done this part already", status=409):
    """You have said yes from this mailbox already. Now open the letter in the other one, and say yes there too."""


class NothingToStop(Refused, slug="nothing-to-stop", title="There is nothing to stop", status=409):
    """No change of your address waits. It was made, stopped, or 24 hours went by. Your account page says which
    address you sign in with."""


@dataclass(frozen=True)
class AddressChange:
    """Asked for, and what came of it. `new_hash`, `old_hash`: what is kept of the links; `letters`: of both.

    Without `old_hash` it is the first address of somebody who had none: there is no mailbox of before to say yes.
    """

    account_id: UUID
    email: EmailAddress
    new_hash: str
    old_hash: str | None
    letters: tuple[UUID, ...]
    asked_at: datetime
    expires_at: datetime
    new_proved_at: datetime | None = None
    old_proved_at: datetime | None = None
    ended_as: End | None = None

    def waits(self, now: datetime) -> bool:
        return self.ended_as is None and now < self.expires_at

    @property
    def is_proved(self) -> bool:
        return self.new_proved_at is not None and (self.is_first or self.old_proved_at is not None)

    @property
    def is_first(self) -> bool:
        return self.old_hash is None

    def mailbox_of(self, link_hash: str) -> Mailbox | None:
        """Which letter has this link; None when neither has, or not any more."""
        return {self.new_hash: "new", self.old_hash: "old"}.get(link_hash)  # pyright: ignore[reportReturnType]

    def proved_at(self, mailbox: Mailbox) -> datetime | None:
        return self.new_proved_at if mailbox == "new" else self.old_proved_at


def must_be_known(change: AddressChange | None, link_hash: str, now: datetime) -> tuple[AddressChange, Mailbox]:
    """The change that the link belongs to, whatever came of it, and whose letter it is. Raises ChangeOver."""
    mailbox = change.mailbox_of(link_hash) if change and now < change.expires_at else None
    if change is None or mailbox is None:
        raise ChangeOver
    return change, mailbox


def must_wait(change: AddressChange, now: datetime) -> AddressChange:
    """Raises ChangeOver."""
    if not change.waits(now):
        raise ChangeOver
    return change


def prove(change: AddressChange, mailbox: Mailbox, now: datetime) -> AddressChange:
    """Whoever reads that mailbox has said yes. Raises ProvedAlready."""
    if change.proved_at(mailbox):
        raise ProvedAlready
    return replace(change, new_proved_at=now) if mailbox == "new" else replace(change, old_proved_at=now)
