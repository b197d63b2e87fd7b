"""Start the network, register an organisation, close one."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotAllowed
from services.chassis.base.security_log import Happened
from services.chassis.postgres.transaction import Transaction, new_id
from services.identity.commands.accounts import Newcomer, open_account
from services.identity.commands.sessions import SignedIn, begin_session
from services.identity.domain import account as accounts
from services.identity.domain import organisation as domain
from services.identity.domain.account import Membership
from services.identity.domain.hosting import HostsStill
from services.identity.domain.organisation import Organisation
from services.identity.store import accounts as account_store
from services.identity.store import hosts
from services.identity.store import organisations as store


@dataclass(frozen=True)
class NewOrganisation:
    """What is typed to register an organisation. `ods_code` is tidy already."""

    ods_code: str
    name: str
    kind: str
    valid_from: date | None = None
    valid_to: date | None = None


async def start_network(tx: Transaction, *, name: str, ods_code: str, admin: Newcomer) -> SignedIn:
    """The first organisation, which runs the gateway, and its first admin. Raises AlreadyStarted ever after."""
    if not await store.is_empty(tx):
        raise domain.AlreadyStarted
    today = london_day(tx.now)
    network = Organisation(id=new_id(), version=1, ods_code=ods_code, name=name, kind=domain.NETWORK, valid_from=today)
    registered, event = domain.register(network, first=True)
    await store.add_organisation(tx, registered, now=tx.now)
    await tx.emit(event)
    account = await open_account(tx, admin)
    membership = Membership(
        id=new_id(),
        organisation_id=network.id,
        ods_code=ods_code,
        roles=("admin", "operator"),
        valid_from=today,
        granted_at=tx.now,
    )
    granted, grant = accounts.grant(account, membership, by_network=True, today=today)
    await account_store.save_account(tx, granted)
    await tx.emit(grant)
    tx.note(Happened.ROLES_CHANGED, of=account.id, what="network-started")
    return await begin_session(tx, granted)


async def register_organisation(tx: Transaction[Member], new: NewOrganisation) -> UUID:
    """An organisation joins; only an admin of the network adds one. Raises CodeTaken, UnknownKind, OneNetwork."""
    await must_act_for_network(tx)
    registered, event = domain.register(
        Organisation(
            id=new_id(),
            version=1,
            ods_code=new.ods_code,
            name=new.name,
            kind=new.kind,
            valid_from=new.valid_from or london_day(tx.now),
            valid_to=new.valid_to,
        )
    )
    await store.add_organisation(tx, registered, now=tx.now)
    await tx.emit(event)
    return registered.id


async def close_organisation(tx: Transaction[Member], ods_code: str, *, last_day: date, successors: list[str]) -> None:
    """It has a last day, and those who take over, by their codes. Only an admin of the network closes one."""
    await must_act_for_network(tx)
    organisation = await store.lock_organisation(tx, ods_code)
    if organisation is None:
        raise domain.UnknownCode
    heirs = [await store.organisation(tx, code) for code in successors]
    if None in heirs:
        raise domain.WrongSuccessor().about("successors", "successors", heirs.index(None))
    closed, event = domain.close(
        organisation, last_day=last_day, successors=[h for h in heirs if h], today=london_day(tx.now)
    )
    await must_host_nobody_after(tx, closed)
    await store.close_organisation(tx, closed)
    await tx.emit(event)


async def must_host_nobody_after(tx: Transaction, organisation: Organisation) -> None:
    """Its last day. The caller holds its row. Raises HostsStill."""
    last = organisation.valid_to
    if last and await hosts.hosted_by(tx, organisation.id, today=last + timedelta(days=1)):
        raise HostsStill


async def must_act_for_network(tx: Transaction[Member]) -> None:
    network = await store.network(tx)
    if network is None or tx.acting.organisation_id != network.id or "admin" not in tx.acting.roles:
        raise NotAllowed
