"""Who may act for an organisation: grant and end roles, machines and their secrets. Invitations are beside it."""

import base64
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from schemas.identity import MembershipGranted
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotAllowed, NotFound
from services.chassis.base.security_log import Happened
from services.chassis.postgres.transaction import Transaction, new_id
from services.identity.commands.accounts import Newcomer, open_account
from services.identity.commands.sign_in import emit_session_ended
from services.identity.domain import account as domain
from services.identity.domain import sign_in as sign_in_domain
from services.identity.domain.account import Account, Membership
from services.identity.domain.organisation import NETWORK, Organisation, UnknownCode, must_be_open
from services.identity.store import accounts as store
from services.identity.store import organisations as organisation_store
from services.identity.store import sign_in as sign_in_store
from services.identity.store.naming import name_account

Find = Callable[[Transaction, UUID], Awaitable[Account]]


@dataclass(frozen=True)
class Granted:
    """Roles for somebody, from day to day; from today when no day is given."""

    roles: tuple[str, ...]
    valid_from: date | None = None
    valid_to: date | None = None


async def begin_invited(
    tx: Transaction, account: Account, organisation: Organisation, granted: Granted, *, invited_by: UUID
) -> None:
    """Somebody accepted an invitation. The account must be locked. Raises HasRoleAlready."""
    await _grant(tx, account, organisation, granted, granted_by=invited_by)


async def must_be_grantable(tx: Transaction[Member], granted: Granted) -> Organisation:
    """The organisation acted for, once it is sure that it may give these roles to somebody who has none.

    Raises NotAllowed, OrganisationClosed, UnknownRole, NetworkRole or DaysMixedUp.
    """
    organisation = await _acting_organisation(tx)
    _granted(Account(id=new_id(), version=1, called="Somebody"), organisation, granted, today=london_day(tx.now))
    return organisation


async def own_organisation(tx: Transaction[Member]) -> Organisation:
    """The organisation that an admin acts for, even if it has closed. Raises NotAllowed."""
    return await _acting_organisation(tx, closed_too=True)


async def grant(tx: Transaction[Member], account_id: UUID, granted: Granted) -> None:
    """More roles for somebody who is on the organisation's list already."""
    organisation = await _acting_organisation(tx)
    await _must_be_listed(tx, account_id, organisation)
    await name_account(tx, account_id)
    account = await store.lock_account(tx, account_id)
    await _grant(tx, account, organisation, granted, granted_by=tx.acting.by)


async def end_membership(tx: Transaction[Member], membership_id: UUID) -> None:
    """From now on it holds no more. Raises NotFound, and LastAdmin when the network would be left without one."""
    organisation = await _acting_organisation(tx, closed_too=True)
    await organisation_store.lock_organisation(tx, organisation.ods_code)
    account_id = await store.membership_account(tx, membership_id, organisation.id)
    if account_id is None:
        raise NotFound
    await name_account(tx, account_id)
    account = await store.lock_account(tx, account_id)
    ended = domain.end_membership(account, membership_id, today=london_day(tx.now))
    if ended is None:
        return
    await _must_keep_an_admin(tx, organisation, membership_id)
    left, event = ended
    await store.save_account(tx, left)
    await tx.emit(event)
    tx.note(Happened.ROLES_CHANGED, of=account_id, what="ended")


async def make_machine(tx: Transaction[Member], called: str, roles: Sequence[str], *, root: bytes) -> dict[str, Any]:
    """An account for a machine of the organisation, and its first secret's id (see `secret_of`)."""
    organisation = await _acting_organisation(tx)
    account = await open_account(tx, Newcomer(called, kind="machine"))
    await _grant(tx, account, organisation, Granted(tuple(roles)), granted_by=tx.acting.by)
    secret_id = await _make_secret(tx, account.id, root)
    return {"account_id": account.id, "secret_id": secret_id}


async def make_secret(tx: Transaction[Member], account_id: UUID, *, root: bytes) -> dict[str, Any]:
    """One more secret for a machine, so that the old one can be ended once the new one is in use."""
    organisation = await _acting_organisation(tx)
    await _machine(tx, account_id, organisation)
    return {"account_id": account_id, "secret_id": await _make_secret(tx, account_id, root)}


async def machine_secrets(tx: Transaction[Member], account_id: UUID) -> tuple[str, list[sign_in_store.MachineSecret]]:
    """What a machine of the organisation is called, and its secrets that still work. Raises NotFound."""
    organisation = await _acting_organisation(tx, closed_too=True)
    account = await _machine(tx, account_id, organisation, find=store.see_account)
    return account.called, await sign_in_store.secrets_of(tx, account_id)


async def end_secret(tx: Transaction[Member], account_id: UUID, secret_id: UUID) -> None:
    """The secret, and every token that it was exchanged for, works no more."""
    organisation = await _acting_organisation(tx, closed_too=True)
    account = await _machine(tx, account_id, organisation)
    if secret_id not in {one.id for one in await sign_in_store.secrets_of(tx, account_id)}:
        raise NotFound
    await sign_in_store.end_secret(tx, secret_id, tx.now)
    await emit_session_ended(tx, account, secret_id)


def secret_of(secret_id: UUID, root: bytes) -> str:
    """A machine's secret: 256 bits made from the network's own, so that nobody keeps it and a repeat gives it again."""
    return base64.urlsafe_b64encode(hmac.digest(root, secret_id.bytes, hashlib.sha256)).decode().rstrip("=")


async def _make_secret(tx: Transaction[Member], account_id: UUID, root: bytes) -> UUID:
    made = sign_in_store.MachineSecret(new_id(), account_id, tx.now, tx.acting.by, None)
    await sign_in_store.add_secret(tx, made, sign_in_domain.hash_of(secret_of(made.id, root)))
    tx.note(Happened.ROLES_CHANGED, of=account_id, what="secret-made")
    return made.id


async def _machine(
    tx: Transaction, account_id: UUID, organisation: Organisation, *, find: Find = store.lock_account
) -> Account:
    await _must_be_listed(tx, account_id, organisation)
    await name_account(tx, account_id)
    account = await find(tx, account_id)
    if account.kind != "machine":
        raise NotFound
    return account


async def _grant(
    tx: Transaction, account: Account, organisation: Organisation, granted: Granted, *, granted_by: UUID
) -> None:
    grown, event = _granted(account, organisation, granted, today=london_day(tx.now))
    await store.save_account(tx, grown, granted_by=granted_by)
    await tx.emit(event)
    tx.note(Happened.ROLES_CHANGED, of=account.id, what="granted")


def _granted(
    account: Account, organisation: Organisation, granted: Granted, *, today: date
) -> tuple[Account, MembershipGranted]:
    membership = Membership(
        id=new_id(),
        organisation_id=organisation.id,
        ods_code=organisation.ods_code,
        roles=tuple(sorted(set(granted.roles))),
        valid_from=granted.valid_from or today,
        valid_to=granted.valid_to,
    )
    return domain.grant(account, membership, by_network=organisation.kind == NETWORK, today=today)


async def _acting_organisation(tx: Transaction[Member], *, closed_too: bool = False) -> Organisation:
    """The organisation that an admin acts for. Raises NotAllowed, UnknownCode, OrganisationClosed."""
    if "admin" not in tx.acting.roles:
        raise NotAllowed
    organisation = await organisation_store.organisation(tx, tx.acting.ods_code)
    if organisation is None or organisation.id != tx.acting.organisation_id:
        raise UnknownCode
    if not closed_too:
        must_be_open(organisation, london_day(tx.now))
    return organisation


async def _must_be_listed(tx: Transaction, account_id: UUID, organisation: Organisation) -> None:
    if await store.called_of_staff(tx, account_id, organisation.id, today=london_day(tx.now)) is None:
        raise NotFound


async def _must_keep_an_admin(tx: Transaction, organisation: Organisation, ending: UUID) -> None:
    if organisation.kind == NETWORK and not await store.has_another_admin(tx, organisation.id, besides=ending):
        raise domain.LastAdmin
