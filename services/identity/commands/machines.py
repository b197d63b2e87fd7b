"""Machines that act for an organisation, and their secrets."""

import base64
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotFound
from services.chassis.base.security_log import Happened
from services.chassis.postgres.transaction import Transaction, new_id
from services.identity.commands.accounts import Newcomer, open_account
from services.identity.commands.granting import Granted, give_roles
from services.identity.commands.sign_in import emit_session_ended
from services.identity.commands.staff import acting_organisation, must_be_listed
from services.identity.domain import sign_in as sign_in_domain
from services.identity.domain.account import Account
from services.identity.domain.organisation import Organisation
from services.identity.letters import Letters
from services.identity.store import accounts as store
from services.identity.store import sign_in as sign_in_store
from services.identity.store.naming import name_account

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


async def machine_secrets(tx: Transaction[Member], account_id: UUID) -> tuple[str, list[sign_in_store.MachineSecret]]:
    """What a machine of the organisation is called, and its secrets that still work. Raises NotFound."""
    organisation = await acting_organisation(tx, closed_too=True)
    account = await _machine(tx, account_id, organisation, find=store.see_account)
    return account.called, await sign_in_store.secrets_of(tx, account_id)


async def end_secret(tx: Transaction[Member], account_id: UUID, secret_id: UUID) -> None:
    """The secret, and every token that it was exchanged for, works no more."""
    organisation = await acting_organisation(tx, closed_too=True)
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
    await must_be_listed(tx, account_id, organisation)
    await name_account(tx, account_id)
    account = await find(tx, account_id)
    if account.kind != "machine":
        raise NotFound
    return account
