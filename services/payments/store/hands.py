"""Who decides about money, and whom they belong to: their roles as the account's mirror has them, their household."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from schemas.identity import Account, Membership
from services.chassis.base.access import london_day
from services.chassis.base.hands import Machine, Member
from services.chassis.base.periods import Period
from services.chassis.postgres import mirrors
from services.chassis.postgres.help_given import all_helped_by_whoever_acts
from services.chassis.postgres.transaction import Transaction
from services.payments.domain.hands import Hand


async def of_whoever_acts(tx: Transaction[Member], *, role: str) -> Hand:
    """With those of the organisation's own people who have the role, where the network's finance desk acts for it."""
    return (await of_whoever_acts_and(tx, (), role=role))[0]


async def of_whoever_acts_and(
    tx: Transaction[Member], ids: Collection[UUID], *, role: str
) -> tuple[Hand, Mapping[UUID, Hand]]:
    """The same, and what is known of each of these. Of the organisation's own people, also those who left, who gave
    them their roles."""
    acting = tx.acting
    households = await households_of(tx, {acting.by, *ids})
    accounts = await mirrors.get_each(tx, Account, sorted(ids)) if ids else {}
    by = Hand(
        acting.by,
        acting.granted_under,
        households[acting.by],
        is_machine=isinstance(acting, Machine),
        by_network=acting.by_network,
        others=await _own_people(tx, role) if acting.by_network else (),
        helped=await all_helped_by_whoever_acts(tx),
    )
    roles = {id: _ours(accounts[id], tx) if id in accounts else [] for id in ids}
    return by, {id: _hand(id, roles[id], households) for id in ids}


@dataclass(frozen=True)
class NewRole:
    """A role that somebody was given in the last 30 days. Names where they are known."""

    called: str
    roles: tuple[str, ...]
    by: str
    on: datetime


async def called(tx: Transaction[Member], ids: Collection[UUID]) -> Mapping[UUID, str]:
    """What the organisation's own people are called; others are somebody of the network."""
    accounts = await mirrors.get_each(tx, Account, sorted(ids))
    return {id: accounts[id].called if id in accounts else OF_THE_NETWORK for id in ids}


async def new_roles(tx: Transaction[Member], ids: Collection[UUID]) -> list[NewRole]:
    """The roles at this organisation that these were given in the last 30 days, by whom and when."""
    accounts = await mirrors.get_each(tx, Account, sorted(ids))
    given = [
        (account, one)
        for account in accounts.values()
        for one in _ours(account, tx)
        if one.granted_at and tx.now - one.granted_at < NEW_FOR and not Period.of(one).ends_before(london_day(tx.now))
    ]
    names = await called(tx, {one.granted_by for _, one in given if one.granted_by})
    return [
        NewRole(account.called, one.roles, names.get(one.granted_by or account.id, OF_THE_NETWORK), one.granted_at)
        for account, one in given
        if one.granted_at
    ]


NEW_FOR = timedelta(days=30)
OF_THE_NETWORK = "somebody of the network"


async def _own_people(tx: Transaction[Member], role: str) -> tuple[Hand, ...]:
    rows = await tx.fetch(
        "select state from mirror_account where not erased and state ->> 'kind' = 'person'"
        " and state -> 'memberships' @> jsonb_build_array(jsonb_build_object('organisation_id', $1::text))",
        str(tx.acting.organisation_id),
    )
    accounts = [Account.model_validate_json(row["state"]) for row in rows]
    today = london_day(tx.now)
    able = {one.id: one for one in accounts if one.can_sign_in and any(role in m.roles for m in _today(one, tx, today))}
    households = await households_of(tx, able)
    return tuple(_hand(id, _today(account, tx, today), households) for id, account in able.items())


def _hand(id: UUID, roles: Sequence[Membership], households: Mapping[UUID, frozenset[UUID]]) -> Hand:
    return Hand(
        id, granted_under_of(roles), households[id], is_machine=False, by_network=False, others=(), helped=frozenset()
    )


def _ours(account: Account, tx: Transaction[Member]) -> list[Membership]:
    return [one for one in account.memberships if one.organisation_id == tx.acting.organisation_id]


def _today(account: Account, tx: Transaction[Member], today: date) -> list[Membership]:
    return [one for one in _ours(account, tx) if Period.of(one).in_force_on(today)]


def granted_under_of(memberships: Sequence[Membership]) -> frozenset[UUID]:
    return frozenset(who for one in memberships for who in one.granted_under)


async def households_of(tx: Transaction, ids: Collection[UUID]) -> dict[UUID, frozenset[UUID]]:
    """With whom each of these said, or others said of them, that they live in one household."""
    rows = await tx.fetch(
        "select one, other from household where ended_at is null"
        " and (one = any($1::uuid[]) or other = any($1::uuid[]))",
        list(ids),
    )
    pairs = [(row["one"], row["other"]) for row in rows]
    both = [*pairs, *((other, one) for one, other in pairs)]
    return {id: frozenset(other for one, other in both if one == id) for id in ids}
