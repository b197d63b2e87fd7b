"""What an account is, who may act for whom from day to day, and how it is forgotten. Pure."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from schemas import identity as contracts
from schemas.event import Erased
from services.chassis.base.periods import Period
from services.chassis.base.refusals import Refused

NETWORK_ROLES = frozenset({"screener", "operator"})


class UnknownRole(Refused, slug="unknown-role", status=422, field="roles"):
    """Choose at least one role from the list."""


class NetworkRole(Refused, slug="network-role", status=422, field="roles"):
    """Only the network itself has screeners and operators."""


class DaysMixedUp(Refused, slug="days-mixed-up", status=422, field="valid_to"):
    """The last day cannot be before the first day."""


class HasRoleAlready(Refused, slug="has-role-already", status=409, field="roles"):
    """This person has these roles already."""


class NotSignedIn(Refused, slug="cannot-sign-in", title="This account cannot sign in", status=403):
    """This account cannot be used to sign in."""


class NotAName(Refused, slug="not-a-name", status=422, field="called"):
    """Enter a name only. Leave out e-mail addresses, phone numbers and web addresses: others see this name."""


class HereAlready(Refused, slug="here-already", title="You are signed in already", status=409):
    """You are signed in, so you have an account already. Go on with that one, or sign out first."""


class LastAdmin(Refused, slug="last-admin", title="The network needs an admin", status=409):
    """The network needs an admin: a person who has this role today and has no last day. Give it to somebody first."""


@dataclass(frozen=True)
class Membership:
    """Roles in one organisation from day to day; both days are included.

    `granted_by`: None of the first admin, and of one whom an operator made. `granted_under`: who granted it, who
    granted theirs, and so on. Without `granted_at` it is older than these, and a job works them out.
    """

    id: UUID
    organisation_id: UUID
    ods_code: str
    roles: tuple[str, ...]
    valid_from: date
    valid_to: date | None = None
    granted_by: UUID | None = None
    granted_at: datetime | None = None
    granted_under: tuple[UUID, ...] = ()

    def holds_on(self, day: date) -> bool:
        return Period.of(self).in_force_on(day)


@dataclass(frozen=True)
class Account:
    """Someone, or a machine, known to the network."""

    id: UUID
    version: int
    called: str
    kind: Literal["person", "machine"] = "person"
    can_sign_in: bool = True
    came_to_join_at: datetime | None = None
    """When they gave their name on our own pages to join, before they had any credential."""
    listed: bool = False
    """An organisation listed them, and they have not said yes."""
    memberships: tuple[Membership, ...] = ()
    ended_sessions: tuple[contracts.EndedSession, ...] = ()

    @property
    def keeps_session(self) -> bool:
        """Whether a session goes on: of whoever can sign in, and in the browser in which somebody began to join."""
        return self.can_sign_in or self.came_to_join_at is not None

    def public(self) -> contracts.Account:
        return contracts.Account(
            id=self.id,
            version=self.version,
            called=self.called,
            kind=self.kind,
            can_sign_in=self.can_sign_in,
            came_to_join_at=self.came_to_join_at,
            listed=self.listed,
            memberships=tuple(
                contracts.Membership(
                    organisation_id=m.organisation_id,
                    ods_code=m.ods_code,
                    roles=m.roles,
                    valid_from=m.valid_from,
                    valid_to=m.valid_to,
                    granted_by=m.granted_by if m.granted_at else None,
                    granted_at=m.granted_at,
                    granted_under=m.granted_under,
                )
                for m in sorted(self.memberships, key=lambda m: (m.valid_from, m.id))
            ),
            ended_sessions=self.ended_sessions,
        )


_REACHES = re.compile(
    r"\S@\S+\.\S|://|\bwww\.|[a-z0-9-]\.(?:com|org|net|info|biz|uk|eu|io|co|me|ly|app|xyz|top|site|online|link)\b|"
    r"(?:\d[\s().+/-]*){7}",
    re.IGNORECASE,
)
"""What an address or a number looks like. Not each dot and digit: there are people called "J.R." and "Sam 2"."""


def check_called(called: str) -> str:
    """A name that others are shown and that goes to every room is no way to reach anybody, and leads nowhere.

    Raises NotAName.
    """
    if _REACHES.search(called):
        raise NotAName
    return called


def open_account(account: Account) -> tuple[Account, contracts.AccountOpened]:
    return account, contracts.AccountOpened(account.public())


def rename(account: Account, called: str) -> tuple[Account, contracts.AccountChanged] | None:
    """Another name to be called by; None when it is the same."""
    if called == account.called:
        return None
    renamed = replace(account, called=called, version=account.version + 1)
    return renamed, contracts.AccountChanged(renamed.public())


def let_in(account: Account) -> tuple[Account, contracts.AccountChanged] | None:
    """The account has a credential from now on; None where it had one."""
    if account.can_sign_in:
        return None
    opened = replace(account, can_sign_in=True, version=account.version + 1)
    return opened, contracts.AccountChanged(opened.public())


def said_yes(account: Account) -> tuple[Account, contracts.AccountChanged] | None:
    """Whom an organisation listed said yes to being kept; None where that is said, or nobody listed them."""
    if not account.listed:
        return None
    kept = replace(account, listed=False, version=account.version + 1)
    return kept, contracts.AccountChanged(kept.public())


def must_be_sound(membership: Membership, *, by_network: bool) -> None:
    """Of the roles and days themselves, whoever they are for. Some are the network's own (`by_network`: the
    organisation is the network). Raises UnknownRole, NetworkRole or DaysMixedUp."""
    roles = set(membership.roles)
    if not roles or roles - set(contracts.ROLES):
        raise UnknownRole
    if roles & NETWORK_ROLES and not by_network:
        raise NetworkRole
    if not Period.of(membership).has_days:
        raise DaysMixedUp


def grant(
    account: Account, membership: Membership, *, by_network: bool, today: date
) -> tuple[Account, contracts.MembershipGranted]:
    """Give roles in an organisation. Raises HasRoleAlready, and as `must_be_sound`."""
    must_be_sound(membership, by_network=by_network)
    theirs = [m for m in account.memberships if m.organisation_id == membership.organisation_id and Period.of(m).open]
    if set(membership.roles) <= {
        role for m in theirs if m.holds_on(max(today, membership.valid_from)) for role in m.roles
    }:
        raise HasRoleAlready
    grown = replace(account, memberships=(*account.memberships, membership), version=account.version + 1)
    return grown, contracts.MembershipGranted(grown.public())


def end_membership(
    account: Account, membership_id: UUID, *, today: date
) -> tuple[Account, contracts.MembershipEnded] | None:
    """End a membership as of yesterday, so that it holds no more; None when it has ended already.

    One that began today or is still to begin stays too, with a last day before its first: who gave it counts.
    """
    yesterday = today - timedelta(days=1)
    theirs = next(m for m in account.memberships if m.id == membership_id)
    if Period.of(theirs).ends_before(today):
        return None
    others = [m for m in account.memberships if m.id != membership_id]
    left = replace(account, memberships=(*others, replace(theirs, valid_to=yesterday)), version=account.version + 1)
    return left, contracts.MembershipEnded(left.public())


def end_sessions(
    account: Account, session_ids: Collection[UUID], *, until: datetime, now: datetime
) -> tuple[Account, contracts.SessionEnded]:
    """Name them as ended, so that their tokens are refused. Sessions whose tokens have all run out are dropped."""
    still = tuple(e for e in account.ended_sessions if e.until > now and e.session_id not in session_ids)
    ended = (*still, *(contracts.EndedSession(session_id=id, until=until) for id in session_ids))
    after = replace(account, ended_sessions=ended, version=account.version + 1)
    return after, contracts.SessionEnded(after.public())


def say_who_granted(account: Account, found: dict[UUID, Membership]) -> tuple[Account, contracts.AccountRestated]:
    """With what was worked out about memberships that are older than the network's keeping it, by their ids."""
    memberships = tuple(found.get(one.id, one) for one in account.memberships)
    said = replace(account, memberships=memberships, version=account.version + 1)
    return said, contracts.AccountRestated(said.public())


def forget(account: Account) -> contracts.AccountErased:
    """The account's last event: its person or machine is forgotten."""
    return contracts.AccountErased(Erased(id=account.id, version=account.version + 1))
