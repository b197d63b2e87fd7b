"""An invitation to act for an organisation: what was typed, until whoever reads the address answers it. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from services.chassis.base.addresses import EmailAddress
from services.chassis.base.refusals import Refused

LIFE = timedelta(days=14)
"""So long it can be answered; then nothing is left of it."""
MOST_LETTERS = 5
AGAIN_AFTER = timedelta(minutes=10)
MOST_A_DAY = 200
"""So many letters of invitation one organisation sends within 24 hours."""


class AlreadyInvited(Refused, slug="already-invited", status=409, field="email"):
    """You have invited this address already. You can send the invitation again from the list of staff."""


class TooManyInvitations(Refused, slug="too-many-invitations", status=429, field="email"):
    """You have sent 200 invitations within a day. Send more tomorrow."""


class SentJustNow(Refused, slug="sent-just-now", title="The invitation was sent just now", status=429):
    """We sent this invitation a few minutes ago. Wait ten minutes before you send it again."""


class SentOften(Refused, slug="sent-often", title="The invitation was sent often", status=429):
    """We have sent this invitation five times. Ask the person whether the address is right."""


class InvitationOver(Refused, slug="invitation-over", title="This invitation is over", status=410):
    """This invitation is over: it was answered or withdrawn, or it is older than 14 days. Ask for a new one."""


class NoInvitation(Refused, slug="no-invitation", title="There is no such invitation", status=404):
    """There is no such invitation, or not any more: it was answered or withdrawn. Go back to see what waits."""


class HasAccount(Refused, slug="has-account", title="There is an account already", status=409):
    """There is an account with this address by now. Open the letter's link again, and sign in to answer."""


class CannotAccept(Refused, slug="cannot-accept", title="You cannot accept this invitation", status=409):
    """You cannot accept this invitation."""


@dataclass(frozen=True)
class Invitation:
    """Roles that somebody gets once they say yes. `called`: as the inviting admin typed it, for their own list."""

    id: UUID
    organisation_id: UUID
    email: EmailAddress
    called: str
    roles: tuple[str, ...]
    valid_from: date | None
    valid_to: date | None
    invited_by: UUID
    invited_by_called: str
    letters: int
    sent_at: datetime
    expires_at: datetime
    ended_as: Literal["declined", "withdrawn"] | None = None
    ended_at: datetime | None = None

    def waits(self, now: datetime) -> bool:
        return self.ended_at is None and now < self.expires_at


def must_wait(invitation: Invitation | None, now: datetime) -> Invitation:
    """The invitation, if it can still be answered. Raises InvitationOver."""
    if invitation is None or not invitation.waits(now):
        raise InvitationOver
    return invitation


def must_be_sendable(invitation: Invitation, now: datetime) -> None:
    """Raises InvitationOver, SentJustNow or SentOften."""
    must_wait(invitation, now)
    if now < invitation.sent_at + AGAIN_AFTER:
        raise SentJustNow
    if invitation.letters >= MOST_LETTERS:
        raise SentOften
