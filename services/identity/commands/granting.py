"""Give roles, or have them wait for the network's finance; what the network's finance says about those that wait."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.base.security_log import Happened
from services.chassis.postgres.transaction import Transaction, new_id
from services.identity import news
from services.identity.commands import telling
from services.identity.domain import account as domain
from services.identity.domain import granting
from services.identity.domain.account import Account, Membership
from services.identity.domain.organisation import NETWORK, Organisation
from services.identity.letters import Letters
from services.identity.store import accounts as store
from services.identity.store import grants as grant_store
from services.identity.store import organisations as organisation_store
from services.identity.store.grants import WaitingRoles
from services.identity.store.naming import name_account, name_organisation

SAID_AT_ONCE = 200


@dataclass(frozen=True)
class Granted:
    """Roles for somebody, from day to day; from today when no day is given."""

    roles: tuple[str, ...]
    valid_from: date | None = None
    valid_to: date | None = None


async def give_roles(
    tx: Transaction, account_id: UUID, organisation: Organisation, granted: Granted, *, by: UUID, letters: Letters
) -> bool:
    """Whether somebody has these roles now; False when they wait for the network's finance. `by`: who gives them.

    Of two who give one another roles, in two organisations too, the second waits for the first and sees what it gave.
    Raises GiverGone, OwnGrant, NotForAMachine, WaitsAlready and what the domain refuses.
    """
    await grant_store.one_after_another(tx)
    await organisation_store.lock_organisation(tx, organisation.ods_code)
    giver = await _giver(tx, by, organisation.id)
    account = await _account(tx, account_id)
    roles = frozenset(granted.roles)
    granting.must_be_grantable(roles, to=account, by=by)
    if granting.goes_back(roles, to=account_id, by=giver, now=tx.now):
        await _let_it_wait(tx, account, organisation, granted, (giver, letters))
        return False
    await _give(tx, account, organisation, granted, (giver, letters))
    return True


async def _giver(tx: Transaction, by: UUID, organisation_id: UUID) -> Account:
    within = await _within(tx, organisation_id)
    await name_account(tx, by)
    return granting.must_give(await store.account(tx, by), organisations=within, today=london_day(tx.now))


async def _within(tx: Transaction, organisation_id: UUID) -> frozenset[UUID]:
    """Where an admin has to be one to give roles in an organisation: there, or in the network."""
    network = await organisation_store.network(tx)
    return frozenset({organisation_id} | ({network.id} if network else set()))


async def _account(tx: Transaction, account_id: UUID) -> Account:
    await name_account(tx, account_id)
    return await store.lock_account(tx, account_id)


async def _give(
    tx: Transaction, account: Account, organisation: Organisation, granted: Granted, by: tuple[Account, Letters]
) -> None:
    today, giver = london_day(tx.now), by[0]
    within = await _within(tx, organisation.id)
    membership = Membership(
        id=new_id(),
        organisation_id=organisation.id,
        ods_code=organisation.ods_code,
        roles=tuple(sorted(set(granted.roles))),
        valid_from=granted.valid_from or today,
        valid_to=granted.valid_to,
        granted_by=giver.id,
        granted_at=tx.now,
        granted_under=granting.lineage(giver, organisations=within, today=today),
    )
    grown, event = domain.grant(account, membership, by_network=organisation.kind == NETWORK, today=today)
    await store.save_account(tx, grown)
    await tx.emit(event)
    tx.note(Happened.ROLES_CHANGED, of=account.id, what="granted")
    await telling.tell_of_grant(tx, account, organisation, membership.roles, by=giver, letters=by[1])


async def _let_it_wait(
    tx: Transaction, account: Account, organisation: Organisation, granted: Granted, by: tuple[Account, Letters]
) -> None:
    """Refused now as it would be later, then kept, and the network's finance is written to."""
    giver, letters = by
    today = london_day(tx.now)
    days = (granted.valid_from or today, granted.valid_to)
    tried = Membership(new_id(), organisation.id, organisation.ods_code, granted.roles, *days)
    domain.grant(account, tried, by_network=organisation.kind == NETWORK, today=today)
    asked = WaitingRoles(
        id=new_id(),
        account_id=account.id,
        organisation_id=organisation.id,
        roles=tuple(sorted(set(granted.roles))),
        valid_from=granted.valid_from,
        valid_to=granted.valid_to,
        asked_by=giver.id,
        asked_at=tx.now,
    )
    await name_organisation(tx, organisation.id)
    if not await grant_store.add(tx, asked):
        raise granting.WaitsAlready
    if network := await organisation_store.network(tx):
        about = {"to": account.called, "by": giver.called, "organisation": organisation.name, "ods": network.ods_code}
        words = news.roles_wait(letters, **about, roles=asked.roles)
        await telling.tell_finance(tx, network, words, besides={account.id, giver.id})
    await name_account(tx, account.id)


async def decide(tx: Transaction[Member], id: UUID, *, release: bool, letters: Letters) -> None:
    """Somebody in the network's finance says yes or no to roles that wait. Said once. Raises AnsweredAlready,
    NotYoursToRelease and, of a yes, GiverGone."""
    waiting = await grant_store.lock(tx, id)
    if waiting is None:
        raise granting.AnsweredAlready
    granting.must_release(waiting.asked_by, waiting.account_id, by=tx.acting)
    await grant_store.decide(tx, id, by=tx.acting.by, released=release, now=tx.now)
    organisation = await organisation_store.lock_by_id(tx, waiting.organisation_id)
    if organisation is None:
        return
    if release:
        giver = await _giver(tx, waiting.asked_by, organisation.id)
        account = await _account(tx, waiting.account_id)
        granted = Granted(waiting.roles, waiting.valid_from, waiting.valid_to)
        await _give(tx, account, organisation, granted, (giver, letters))
    await telling.tell_of_answer(tx, waiting, organisation, released=release, letters=letters)


async def say_who_granted(tx: Transaction) -> int:
    """Work out, of roles that are older than this, when and under whom they were granted, and say the account again.

    In the order in which they were granted, so that those of whoever granted one are known first. Returns how many.
    """
    rows = await grant_store.not_said(tx, limit=SAID_AT_ONCE)
    for account_id, membership_id in rows:
        account = await store.lock_account(tx, account_id)
        one = next(m for m in account.memberships if m.id == membership_id)
        giver = await store.account(tx, one.granted_by) if one.granted_by else None
        said = granting.worked_out(one, giver, organisations=await _within(tx, one.organisation_id))
        changed, event = domain.say_who_granted(account, {one.id: said})
        await store.save_account(tx, changed)
        await tx.emit(event)
    return len(rows)
