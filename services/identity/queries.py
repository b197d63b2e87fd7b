"""What the pages of the front desk and its API both show, read in the name of whoever asks."""

from dataclasses import dataclass
from uuid import UUID

from schemas.identity import Host
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member, Person
from services.chassis.base.refusals import NotFound
from services.chassis.postgres.lists import Asked, Few, Page
from services.chassis.postgres.transaction import Transaction
from services.identity.domain.address_change import AddressChange
from services.identity.domain.organisation import Organisation
from services.identity.store import accounts, address_change, grants, sessions, staff
from services.identity.store import organisations as store
from services.identity.store.grants import WaitingRoles
from services.identity.store.organisations import Before, Named
from services.identity.store.sessions import SessionRow
from services.identity.store.staff import OwnMembership, StaffRow


@dataclass(frozen=True)
class Succession:
    """An organisation, who takes over from it, whom it took over from, and what was written of it before."""

    organisation: Organisation
    taken_over_by: list[Named]
    took_over_from: list[Named]
    before: Few[Before]


async def organisation(tx: Transaction, ods_code: str) -> Organisation:
    """Raises NotFound."""
    found = await store.organisation(tx, ods_code)
    if found is None:
        raise NotFound
    return found


async def succession(tx: Transaction, ods_code: str) -> Succession:
    """Raises NotFound."""
    found = await organisation(tx, ods_code)
    return Succession(
        found,
        taken_over_by=await store.successors_of(tx, found.id),
        took_over_from=await store.predecessors_of(tx, found.id),
        before=await store.corrections(tx, found.id),
    )


async def hosts(tx: Transaction, of: Organisation) -> list[tuple[Host, str]]:
    """Who acts for it, past ones too, each with its name."""
    named = {one.organisation_id: await store.name(tx, one.organisation_id) for one in of.hosts}
    return [(one, named[one.organisation_id]) for one in of.hosts]


async def own_staff(tx: Transaction[Member], asked: Asked, words: str = "") -> Page[StaffRow]:
    """Who may act for the organisation that is acted for, today or later; machines too."""
    return await staff.staff(tx, asked, tx.acting.organisation_id, words, today=london_day(tx.now))


async def own_waiting_roles(tx: Transaction[Member]) -> Few[tuple[str, WaitingRoles]]:
    """Roles at the organisation that is acted for which wait for the network's finance, and what those are called who
    are to have them."""
    waiting = await grants.of_organisation(tx, tx.acting.organisation_id)
    named = Few([(await staff.called_of(tx, one.account_id) or "Somebody", one) for one in waiting])
    named.more = waiting.more
    return named


async def called_of_own_staff(tx: Transaction[Member], account_id: UUID) -> str | None:
    """What one of them is called; None for everybody else."""
    return await staff.called_of_staff(tx, account_id, tx.acting.organisation_id, today=london_day(tx.now))


async def my_name(tx: Transaction[Person]) -> str | None:
    """What the person is called: as they said it last, which the mirror may not have heard yet."""
    return (await accounts.see_account(tx, tx.acting.person_id)).called


async def my_address(tx: Transaction[Person]) -> str | None:
    """The address that the person signs in with; None for somebody who cannot sign in."""
    return await accounts.address_of(tx, tx.acting.person_id)


@dataclass(frozen=True)
class OwnAccount:
    """What the front desk knows of whoever asks. `change`: of the sign-in address, where one waits to be proved."""

    email: str | None
    change: AddressChange | None
    memberships: list[OwnMembership]


async def my_account(tx: Transaction[Person]) -> OwnAccount:
    """Memberships of today and later, by the organisation's name."""
    today = london_day(tx.now)
    return OwnAccount(
        email=await my_address(tx),
        change=await address_change.waiting(tx, tx.acting.person_id),
        memberships=await staff.memberships_of(tx, tx.acting.person_id, today=today),
    )


async def my_sessions(tx: Transaction[Person], asked: Asked) -> Page[SessionRow]:
    """Where whoever asks is signed in now."""
    return await sessions.alive(tx, asked, tx.acting.person_id)
