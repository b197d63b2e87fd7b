"""Machines that act for an organisation, and their secrets."""

import base64
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotFound
from services.chassis.base.security_log import Happened
from services.chassis.postgres.transaction import Transaction, new_id
from services.identity import news
from services.identity.commands.accounts import Newcomer, open_account
from services.identity.commands.granting import Granted, give_roles
from services.identity.commands.sessions import emit_sessions_ended
from services.identity.commands.staff import acting_organisation, must_be_listed
from services.identity.commands.telling import tell
from services.identity.domain import sign_in as sign_in_domain
from services.identity.domain.account import Account
from services.identity.domain.organisation import Organisation
from services.identity.letters import Letters
from services.identity.store import accounts as store
from services.identity.store import organisations as organisation_store
from services.identity.store import secrets as store_of_secrets
from services.identity.store import staff as staff_store
from services.identity.store.naming import name_account
from services.identity.store.secrets import MachineSecret

TOLD_AT_ONCE = 100
Find = Callable[[Transaction, UUID], Awaitable[Account]]


async def make_machine(
    tx: Transaction[Member], called: str, roles: Sequence[str], *, root: bytes, letters: Letters
) -> dict[str, Any]:
    """An account for a machine of the organisation, and its first secret's id (see `secret_of`)."""
    organisation = await acting_organisation(tx)
    account = await open_account(tx, Newcomer(called, kind="machine"))
    await give_roles(tx, account.id, organisation, Granted(tuple(roles)), by=tx.acting.by, letters=letters)
    await name_account(tx, account.id)
    secret_id = await _make_secret(tx, account.id, root)
    return {"account_id": account.id, "secret_id": secret_id}


async def make_secret(tx: Transaction[Member], account_id: UUID, *, root: bytes) -> dict[str, Any]:
    """One more secret for a machine, so that the old one can be ended once the new one is in use."""
    organisation = await acting_organisation(tx)
    await _machine(tx, account_id, organisation)
    return {"account_id": account_id, "secret_id": await _make_secret(tx, account_id, root)}


async def machine_secrets(tx: Transaction[Member], account_id: UUID) -> tuple[str, list[MachineSecret]]:
    """What a machine of the organisation is called, and its secrets that still work. Raises NotFound."""
    organisation = await acting_organisation(tx, closed_too=True)
    account = await _machine(tx, account_id, organisation, find=store.see_account)
    return account.called, await store_of_secrets.of_machine(tx, account_id)


async def end_secret(tx: Transaction[Member], account_id: UUID, secret_id: UUID) -> None:
    """The secret, and every token that it was exchanged for, works no more."""
    organisation = await acting_organisation(tx, closed_too=True)
    account = await _machine(tx, account_id, organisation)
    if secret_id not in {one.id for one in await store_of_secrets.of_machine(tx, account_id)}:
        raise NotFound
    await store_of_secrets.end(tx, secret_id, tx.now)
    await emit_sessions_ended(tx, account, [secret_id])


def secret_of(secret_id: UUID, root: bytes) -> str:
    """A machine's secret: 256 bits made from the network's own, so that nobody keeps it and a repeat gives it again."""
    return base64.urlsafe_b64encode(hmac.digest(root, secret_id.bytes, hashlib.sha256)).decode().rstrip("=")


async def _make_secret(tx: Transaction[Member], account_id: UUID, root: bytes) -> UUID:
    made = MachineSecret(new_id(), account_id, tx.now, tx.acting.by, ends_at=tx.now + sign_in_domain.SECRET_LIFE)
    await store_of_secrets.add(tx, made, sign_in_domain.hash_of(secret_of(made.id, root)))
    tx.note(Happened.ROLES_CHANGED, of=account_id, what="secret-made")
    return made.id


async def _machine(
    tx: Transaction, account_id: UUID, organisation: Organisation, *, find: Find = store.lock_account
) -> Account:
    await must_be_listed(tx, account_id, organisation)
    await name_account(tx, account_id)
    account = await find(tx, account_id)
    if account.kind != "machine":
        raise NotFound
    return account


async def tell_of_secrets_that_end(tx: Transaction, letters: Letters) -> int:
    """Write, a month before, to the admins of whose machine it is. Returns of how many secrets."""
    soon = await store_of_secrets.soon_over(tx, before=tx.now + sign_in_domain.SECRET_ENDS_SOON, limit=TOLD_AT_ONCE)
    for one in soon:
        machine, today = await store.see_account(tx, one.account_id), london_day(tx.now)
        for held in (m for m in machine.memberships if m.holds_on(today)):
            organisation = await organisation_store.organisation(tx, held.ods_code)
            if organisation is None:
                continue
            address = f"/organisations/for/{organisation.ods_code}/machines/{machine.id}"
            about = {"machine": machine.called, "organisation": organisation.name, "address": address}
            words = news.secret_ends(letters, **about, at=one.ends_at)
            for id in await staff_store.holders(tx, organisation.id, "admin", today=today):
                await tell(tx, id, words)
    await store_of_secrets.note_told(tx, [one.id for one in soon], tx.now)
    return len(soon)
