"""Claims that only the network's finance desk may decide about: nobody of their organisation, or of its host, may.

One statement narrows to the claims for which nobody stands out who may; whether somebody may, the domain says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from schemas.event import Waiting
from schemas.identity import Account, Membership, Organisation
from services.chassis.base.access import london_day
from services.chassis.base.periods import Period
from services.chassis.postgres.transaction import Transaction
from services.chassis.work.to_do import MOST, Wanted
from services.payments.domain import hands as domain
from services.payments.domain.claim import Claim
from services.payments.domain.for_others import FINANCE, STEPS
from services.payments.domain.hands import Hand
from services.payments.domain.promise import promised_by
from services.payments.store import hands, organisations
from services.payments.store.claims import CLAIM, claim_of

At = tuple[UUID, str]
"""An organisation, and the status of a claim that somebody there decides about."""


async def wanted(tx: Transaction) -> list[Wanted]:
    """All such claims, the longest first; for whoever of the network's finance may decide about each."""
    network = await organisations.network(tx)
    if network is None:
        return []
    able = await _able(tx, london_day(tx.now))
    desk = able.pop((network.id, FINANCE), [])
    found = [claim for claim in await _nobody_stands_out(tx, network.id, able) if not _somebody_may(claim, able)]
    return [_waits(network, claim, desk) for claim in found]


def _waits(network: Organisation, claim: Claim, desk: Sequence[Hand]) -> Wanted:
    step = STEPS[claim.status]
    waits = Waiting(
        organisation_id=network.id,
        role=FINANCE,
        what=step.what,
        about=claim.id,
        since=claim.since,
        until=promised_by(claim.sent_at, claim.promised_days),
        link=step.link.format(ods=claim.ods_code, id=claim.id),
    )
    barred = {one.by for one in desk if not domain.may(claim, one, step.against)}
    return Wanted(claim.id, (waits,), not_for=tuple(sorted({*barred, claim.person_id})))


def _somebody_may(claim: Claim, able: Mapping[At, Sequence[Hand]]) -> bool:
    there = able.get((claim.organisation_id, claim.status), ())
    return any(domain.may(claim, one, STEPS[claim.status].against) for one in there)


async def _able(tx: Transaction, today: date) -> dict[At, list[Hand]]:
    """Who decides where today, by status: its own people and its hosts'. The network's finance stands under FINANCE."""
    rows = await tx.fetch(
        "select state from mirror_account where not erased and state ->> 'kind' = 'person'"
        ' and jsonb_path_exists(state, \'$.memberships[*].roles[*] ? (@ == "approver" || @ == "finance")\') order by id'
    )
    accounts = [one for one in (Account.model_validate_json(row["state"]) for row in rows) if one.can_sign_in]
    households = await hands.households_of(tx, [one.id for one in accounts])
    helped = await _helped(tx, [one.id for one in accounts])
    hosted = await _hosted(tx, today)
    network = await organisations.network(tx)
    found: dict[At, list[Hand]] = {}
    for account in accounts:
        for held in (one for one in account.memberships if Period.of(one).in_force_on(today)):
            hand = _hand(account, held, households[account.id])
            for status, step in STEPS.items():
                for at in (
                    (held.organisation_id, *hosted.get(held.organisation_id, ())) if step.role in held.roles else ()
                ):
                    found.setdefault((at, status), []).append(hand)
            if network and held.organisation_id == network.id and FINANCE in held.roles:
                at_desk = replace(hand, helped=helped.get(account.id, frozenset()))
                found.setdefault((network.id, FINANCE), []).append(at_desk)
    return found


def _hand(account: Account, held: Membership, household: frozenset[UUID]) -> Hand:
    under = frozenset(held.granted_under)
    return Hand(account.id, under, household, is_machine=False, by_network=False, others=(), helped=frozenset())


async def _helped(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, frozenset[UUID]]:
    rows = await tx.fetch(
        "select helped_by, array_agg(distinct person_id) as people from help_given where helped_by = any($1::uuid[])"
        " group by helped_by",
        list(ids),
    )
    return {row["helped_by"]: frozenset(row["people"]) for row in rows}


async def _hosted(tx: Transaction, today: date) -> dict[UUID, list[UUID]]:
    """Host → the organisations that it acts for today."""
    rows = await tx.fetch(
        "select state from mirror_organisation where not erased and state -> 'hosts' <> '[]'::jsonb order by id"
    )
    found: dict[UUID, list[UUID]] = {}
    for one in (Organisation.model_validate_json(row["state"]) for row in rows):
        for host in (host for host in one.hosts if Period.of(host).in_force_on(today)):
            found.setdefault(host.organisation_id, []).append(one.id)
    return found


async def _nobody_stands_out(tx: Transaction, network_id: UUID, able: Mapping[At, Sequence[Hand]]) -> list[Claim]:
    """Claims to decide about of which nobody there is without any part in them, household and shared role."""
    free = [(at, status, one) for (at, status), some in able.items() for one in some if not one.household]
    rows = await tx.fetch(
        "select " + CLAIM + " from claim c where c.status = any($1::text[]) and c.organisation_id <> $2"
        " and not exists (select from unnest($3::uuid[], $4::text[], $5::uuid[], $6::text[])"
        " as f (at, status, id, granted_under) where f.at = c.organisation_id and f.status = c.status"
        " and strpos(f.granted_under, c.person_id::text) = 0 and f.id is distinct from c.person_id"
        " and f.id is distinct from c.sent_by and f.id is distinct from c.recorded_by"
        " and f.id is distinct from c.approved_by) order by c.sent_at, c.id limit $7",
        *(list(STEPS), network_id),
        *([at for at, _, _ in free], [status for _, status, _ in free], [one.by for _, _, one in free]),
        *([" ".join(str(id) for id in one.granted_under) for _, _, one in free], MOST),
    )
    return [claim_of(row) for row in rows]
