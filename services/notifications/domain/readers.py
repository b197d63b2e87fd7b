"""Who of an organisation reads a concern: whoever has the role, and is neither its subject nor made by one."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from schemas.identity import Account, Membership, Organisation
from services.chassis.base.periods import Period


@dataclass(frozen=True)
class Reader:
    """Somebody of staff who would read it. `made_by`: who granted their roles there, and so on to the start."""

    id: UUID
    called: str
    made_by: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class Readers:
    """Who would read a concern at an organisation, and who of those with the role does not."""

    organisation_id: UUID
    ods_code: str
    name: str
    is_network: bool
    can: tuple[Reader, ...] = ()
    cannot: tuple[UUID, ...] = ()
    together: tuple[UUID, ...] = field(default=(), compare=False)
    """Everybody who works there today, whatever their role."""


def at(organisation: Organisation) -> Readers:
    """Before it is known who reads there."""
    return Readers(organisation.id, organisation.ods_code, organisation.name, organisation.kind == "network")


def held_on(account: Account, organisation_id: UUID, today: date) -> list[Membership]:
    """The roles that somebody has in an organisation on a day."""
    theirs = (one for one in account.memberships if one.organisation_id == organisation_id)
    return [one for one in theirs if Period.of(one).in_force_on(today)]


def who_reads(
    at: Readers, accounts: Iterable[Account], roles: frozenset[str], *, not_for: frozenset[UUID], today: date
) -> Readers:
    """`not_for`: whom it is about, and whom its person keeps it from; nobody to whom one of them gave the role reads
    it, and no machine does."""
    can: list[Reader] = []
    cannot: list[UUID] = []
    together: list[UUID] = []
    for account in accounts:
        held = held_on(account, at.organisation_id, today)
        if not held or account.kind != "person":
            continue
        together.append(account.id)
        if not roles & {role for one in held for role in one.roles}:
            continue
        made_by = frozenset(who for one in held for who in one.granted_under)
        if account.id in not_for or made_by & not_for:
            cannot.append(account.id)
        else:
            can.append(Reader(account.id, account.called, made_by))
    by_name = sorted(can, key=lambda one: (one.called.casefold(), one.id))
    return replace(at, can=tuple(by_name), cannot=tuple(sorted(cannot)), together=tuple(together))
