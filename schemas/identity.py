"""What identity says: which organisations there are, and who may act for them."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from schemas.event import Contract, Erasure, Event, State
from schemas.to_do import ToDo

ORGANISATION_KINDS = ("network", "trust", "icb", "pcn", "gp_practice", "charity", "university", "hospice", "council")
"""A growing list: readers take any text."""

ACCOUNT_KINDS = ("person", "machine")
"""A growing list."""

ROLES = ("coordinator", "approver", "finance", "trainer", "screener", "operator", "admin", "helper")
"""What a member of staff may do for an organisation. A growing list: readers take any text."""


class Desk(Contract):
    """A team of an organisation that people can reach, in its own public words: never somebody's own number."""

    id: UUID
    name: str = Field(min_length=1, max_length=80, description="what the team is called")
    phone: str | None = Field(default=None, max_length=20, description="as it is dialled in the United Kingdom")
    mailbox: str | None = Field(default=None, max_length=254, description="the team's own e-mail address")
    hours: str | None = Field(default=None, max_length=200, description="when somebody answers, in words")
    out_until: date | None = Field(default=None, description="the last day on which nobody answers")
    reads: str | None = Field(
        default=None, max_length=200, description="when its messages are read, in words; none: as it answers the phone"
    )
    deputy_id: UUID | None = Field(
        default=None, description="another desk of the organisation, which answers while this one does not; none: any"
    )

    def is_out(self, today: date) -> bool:
        """Whether nobody answers on a day, in London."""
        return self.out_until is not None and today <= self.out_until


class Venue(Contract):
    """A place where an organisation meets people."""

    id: UUID
    name: str = Field(min_length=1, max_length=120)
    address: str = Field(min_length=1, max_length=400, description="in lines, without the postcode")
    postcode: str = Field(pattern=r"^[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}$", description="of the United Kingdom")
    access: str = Field(min_length=1, max_length=1000, description="how people get in and about, in words")


class Host(Contract):
    """An organisation whose coordinators, approvers and finance may act for a smaller one, from day to day."""

    organisation_id: UUID = Field(description="the host")
    ods_code: str = Field(description="the host's")
    valid_from: date
    valid_to: date | None = Field(default=None, description="before valid_from: ended before it ever was")


class Organisation(State, topic="identity.organisation"):
    """An organisation of the region, named by its ODS code, which is never reused (ODS: codes are only closed)."""

    ods_code: str = Field(pattern=r"^[A-Z0-9]{3,10}$", description="Organisation Data Service code")
    name: str = Field(min_length=1, max_length=200)
    kind: str = Field(description="see ORGANISATION_KINDS (a growing list)")
    valid_from: date
    valid_to: date | None = Field(default=None, description="the last day on which it acts")
    successors: tuple[UUID, ...] = Field(default=(), description="who takes over after valid_to")
    desks: tuple[Desk, ...] = Field(default=(), description="those that are kept now, by name")
    venues: tuple[Venue, ...] = Field(default=(), description="those that are kept now, by name")
    hosts: tuple[Host, ...] = Field(default=(), description="who drafts, approves and pays for it; past ones too")

    def desk_to_ring(self, today: date, named: UUID | None = None) -> Desk | None:
        """The team that answers a phone on a day, in London: the one that was named, its deputy, else the first.

        `named`: the desk that a role or a team names, where it does. None where no team answers a phone.
        """
        answer = {one.id: one for one in self.desks if one.phone and not one.is_out(today)}
        deputy = next((one.deputy_id for one in self.desks if one.id == named), None)
        return next((answer[id] for id in (named, deputy, *answer) if id and id in answer), None)


class Membership(Contract):
    """A person's roles in one organisation, from day to day. Both days are included."""

    organisation_id: UUID
    ods_code: str
    roles: tuple[str, ...] = Field(description="see ROLES (a growing list)")
    valid_from: date
    valid_to: date | None = Field(default=None, description="before valid_from: ended before it was ever held")
    granted_by: UUID | None = Field(default=None, description="none: by the start, by an operator, or not known")
    granted_at: datetime | None = None
    granted_under: tuple[UUID, ...] = Field(
        default=(), description="who granted it, who granted theirs, and so on to the start, as of that day"
    )


class EndedSession(Contract):
    """A session signed out while its tokens could still live."""

    session_id: UUID
    until: datetime = Field(description="after this no token of the session is valid any more")


class Account(State, topic="identity.account", about_people=True):
    """Someone, or a machine, who can sign in. The id is the person's id everywhere. Carries the name they asked for."""

    called: str = Field(min_length=1, max_length=80, description="the name the person asked to be called by")
    kind: str = Field(default="person", description="see ACCOUNT_KINDS (a growing list)")
    can_sign_in: bool = Field(default=True, description="false for somebody without a credential: see came_to_join_at")
    came_to_join_at: datetime | None = Field(
        default=None, description="when they gave a name on our own pages to join, before they had any credential"
    )
    listed: bool = Field(
        default=False, description="an organisation listed them, and they have not said yes: nobody helps them yet"
    )
    memberships: tuple[Membership, ...] = ()
    ended_sessions: tuple[EndedSession, ...] = ()


class OrganisationRegistered(Event[Organisation]):
    """An organisation joined the network."""


class OrganisationChanged(Event[Organisation]):
    """Its public words changed: its name, kind or days were corrected, or a desk, a venue or who hosts it."""


class OrganisationClosed(Event[Organisation]):
    """It has a last day, and perhaps successors."""


class OrganisationRestated(Event[Organisation]):
    """No news: said again for a new topic or after a restore."""


class OrganisationLost(Erasure[Organisation]):
    """No news: after the restore of an older database its owner knows nothing of it any more."""


class AccountOpened(Event[Account]):
    """Somebody made an account, or was entered by phone."""


class AccountChanged(Event[Account]):
    """The called name changed, or the account may sign in now, or whom an organisation listed has said yes."""


class MembershipGranted(Event[Account]):
    """The account may act for an organisation."""


class AdminRecovered(Event[Account]):
    """Whoever holds the network's start secret made the account an administrator of the network."""


class MembershipEnded(Event[Account]):
    """The account may no longer act for an organisation."""


class SessionEnded(Event[Account]):
    """Somebody signed out: the session's tokens are to be refused from now on."""


class AccountRestated(Event[Account]):
    """No news: said again for a new topic or after a restore."""


class AccountLost(Erasure[Account]):
    """No news: after the restore of an older database its owner knows nothing of it any more."""


class AccountErased(Erasure[Account]):
    """The person asked to be forgotten. Every service forgets what it holds of them."""


class IdentityToDo(ToDo, topic="identity.to_do"):
    """Roles that were given and wait for a yes of the network's finance."""


class IdentityToDoBegun(Event[IdentityToDo]):
    """It waits for staff; or it waits for others, or since another time, than was said."""


class IdentityToDoEnded(Event[IdentityToDo]):
    """It waits no more."""


class IdentityToDoRestated(Event[IdentityToDo]):
    """No news: said again for a new topic or after a restore."""


class IdentityToDoLost(Erasure[IdentityToDo]):
    """No news: after the restore of an older database its owner knows nothing of it any more."""
