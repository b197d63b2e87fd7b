"""What the JSON API of identity answers."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from schemas.identity import Desk, Organisation, Venue
from services.chassis.http.lists import OnePage
from services.identity.store.demo import DemoAccount
from services.identity.store.grants import Listed
from services.identity.store.organisations import Before, Named
from services.identity.store.staff import OwnMembership, StaffRow


class Found(OnePage):
    organisations: list[Organisation]


class WithSuccession(Organisation):
    """An organisation, who takes over from it, whom it took over from, and what was written of it before."""

    taken_over_by: list[Named]
    took_over_from: list[Named]
    before: list[Before]
    more_before: bool = False
    """Whether there are older ones, which are not given."""


class Corrected(BaseModel):
    ods_code: str


class Desks(OnePage):
    desks: list[Desk]


class Venues(OnePage):
    venues: list[Venue]


class Hosted(BaseModel):
    """Which organisation acts for which."""

    ods_code: str
    host: str


class Registered(BaseModel):
    id: UUID
    ods_code: str


class Closed(BaseModel):
    """`valid_to`: its last day."""

    ods_code: str
    valid_to: date


class Staff(OnePage):
    staff: list[StaffRow]


class Granted(BaseModel):
    """`waits_for_the_network`: the roles went back and forth, so the network's finance looks at them first."""

    account_id: UUID
    waits_for_the_network: bool


class Membership(BaseModel):
    membership_id: UUID


class MachineSecret(BaseModel):
    """A machine's secret, which is shown here only. It is exchanged for tokens at `/tokens`."""

    account_id: UUID
    secret_id: UUID
    secret: str


class EndedSecret(BaseModel):
    secret_id: UUID


class OnlyAccount(BaseModel):
    account_id: UUID


class Invited(BaseModel):
    invitation_id: UUID


class Accepted(Invited):
    """`waits_for_the_network`: the roles went back and forth, so the network's finance looks at them first."""

    waits_for_the_network: bool


class SentInvitation(BaseModel):
    """What an organisation typed, how many letters went, and what came of it."""

    id: UUID
    organisation_id: UUID
    email: str
    called: str
    roles: tuple[str, ...]
    valid_from: date | None
    valid_to: date | None
    invited_by: UUID
    invited_by_called: str
    letters: int
    sent_at: datetime
    expires_at: datetime
    ended_as: str | None
    ended_at: datetime | None


class SentInvitations(BaseModel):
    invitations: list[SentInvitation]
    more: bool
    """Whether there are older ones, which are not given."""


class MyInvitation(BaseModel):
    """An organisation asks somebody to act for it."""

    id: UUID
    ods_code: str
    organisation: str
    invited_by: str
    roles: tuple[str, ...]
    valid_from: date | None
    valid_to: date | None
    expires_at: datetime


class MyInvitations(BaseModel):
    invitations: list[MyInvitation]
    more: bool
    """Whether there are newer ones, which are not given."""


class WaitingGrants(OnePage):
    grants: list[Listed]


class Decided(BaseModel):
    id: UUID
    released: bool


class AddressChange(BaseModel):
    """Another address to sign in with, which is not in use until both mailboxes have said yes."""

    email: str
    asked_at: datetime
    expires_at: datetime
    new_proved_at: datetime | None
    old_proved_at: datetime | None


class MyAccount(BaseModel):
    """`staff_of`: the ODS codes of the organisations that they may act for; `memberships`: of today and later.

    `email`: the one that they sign in with; `address_change`: the one that they want to, while it waits to be proved.
    """

    id: UUID
    called: str | None
    email: str | None
    staff_of: tuple[str, ...]
    memberships: list[OwnMembership]
    address_change: AddressChange | None
    owed_pence: int
    """What the network owes them, as far as claims were heard of by now: they lose it if they are forgotten."""


class Stopped(BaseModel):
    stopped: bool


class Agreed(BaseModel):
    """`mailbox`: which of the two has said yes; `changed`: it was the second, so the address is changed."""

    mailbox: Literal["new", "old"]
    changed: bool


class RefusedChange(BaseModel):
    """`mailbox`: which of the two has said no."""

    mailbox: Literal["new", "old"]


class MySession(BaseModel):
    """`seen_at`: right to about ten minutes; `browser`: in words, if known; `is_here`: the one that asks."""

    id: UUID
    started_at: datetime
    seen_at: datetime
    browser: str | None
    is_here: bool


class MySessions(OnePage):
    sessions: list[MySession]


class EndedSession(BaseModel):
    session_id: UUID


class EndedSessions(BaseModel):
    """How many others were ended."""

    ended: int


class Renamed(BaseModel):
    called: str


class SignedOut(BaseModel):
    signed_out: bool


class Forgotten(BaseModel):
    forgotten: bool


class Token(BaseModel):
    """`token`: send it as `Authorization: Bearer …` until it runs out."""

    token: str
    expires_at: datetime
    account_id: UUID
    called: str


class DemoAccounts(BaseModel):
    accounts: list[DemoAccount]
