"""What a conversation is about, as the neighbours said it last: by it goes who reads and writes. One statement each."""

from collections.abc import Sequence
from uuid import UUID

from schemas.engagements import Engagement
from schemas.identity import Account, Organisation
from schemas.matching import Opportunity
from schemas.payments import Claim
from schemas.recruitment import Leader
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotFound
from services.chassis.postgres.transaction import Row, Transaction
from services.notifications.domain import conversing as domain
from services.notifications.domain.conversation import About
from services.notifications.domain.conversing import Conversing, Sides, Standing

_NAMES = (
    " left join mirror_account a on a.id = p.person_id left join mirror_leader l on l.id = p.person_id"
    " left join mirror_organisation org on org.id = p.organisation_id"
)
_SHOWN = (
    "p.state, org.state as organisation, a.state as account, is_gone(p.person_id) as account_erased, l.state as leader,"
    " l.erased as leader_erased"
)


async def of(tx: Transaction, about: About, id: UUID, policy: Conversing) -> Standing:
    """As whoever asks may see it. Raises NotFound, for what is somebody else's too."""
    found = await _FOUND[about](tx, id, policy)
    if found is None:
        raise NotFound
    return found


async def _engagement(tx: Transaction, id: UUID, policy: Conversing) -> Standing | None:
    row = await tx.fetchrow(
        "select " + _SHOWN + ", o.state as opportunity from mirror_engagement p"
        " join mirror_opportunity o on o.id = p.opportunity_id and not o.erased" + _NAMES + " where p.id = $1"
        " and not p.erased",
        id,
    )
    if row is None:
        return None
    role = Opportunity.model_validate_json(row["opportunity"])
    return domain.in_role(Engagement.model_validate_json(row["state"]), role, _sides(row), policy)


async def _claim(tx: Transaction, id: UUID, policy: Conversing) -> Standing | None:
    row = await tx.fetchrow(
        "select " + _SHOWN + " from mirror_claim p" + _NAMES + " where p.id = $1 and not p.erased", id
    )
    return domain.of_claim(Claim.model_validate_json(row["state"]), _sides(row, pay=True)) if row else None


async def _coordinator(tx: Transaction, id: UUID, policy: Conversing) -> Standing | None:
    """Of somebody in the pool: with the organisation that runs the network."""
    row = await tx.fetchrow(
        "select " + _SHOWN + " from (select l.id as person_id, l.state, (select m.id from mirror_organisation m"
        " where m.state ->> 'kind' = 'network' and not m.erased order by m.id limit 1) as organisation_id"
        " from mirror_leader l where l.id = $1 and not l.erased) p" + _NAMES,
        id,
    )
    sides = _sides(row) if row else None
    return domain.with_coordinator(id, sides.organisation, sides) if sides and sides.organisation else None


_FOUND = {"engagement": _engagement, "claim": _claim, "coordinator": _coordinator}


def _sides(row: Row, *, pay: bool = False) -> Sides:
    """`pay`: what somebody is owed is written about also when they left the network."""
    organisation = Organisation.model_validate_json(row["organisation"]) if row["organisation"] else None
    return Sides(organisation, _called(row), bool(row["account_erased"]) if pay else _gone(row))


def _called(row: Row) -> str:
    if row["account"] is not None and not row["account_erased"]:
        return Account.model_validate_json(row["account"]).called
    in_pool = row["leader"] is not None and not row["leader_erased"]
    return Leader.model_validate_json(row["leader"]).called if in_pool else "Somebody"


def _gone(row: Row) -> bool:
    left = row["leader"] is not None and (
        row["leader_erased"] or Leader.model_validate_json(row["leader"]).status == "left"
    )
    return bool(row["account_erased"] or left)


async def place_holders(
    tx: Transaction, opportunity_id: UUID, *, after: UUID | None, limit: int
) -> Sequence[Engagement]:
    """Who has a place in a role, of those after an id, in id order."""
    rows = await tx.fetch(
        "select state from mirror_engagement where opportunity_id = $1 and not erased"
        " and state ->> 'status' = 'accepted' and ($2::uuid is null or id > $2) order by id limit $3",
        *(opportunity_id, after, limit),
    )
    return [Engagement.model_validate_json(row["state"]) for row in rows]


async def count_place_holders(tx: Transaction, opportunity_id: UUID) -> int:
    return await tx.fetchval(
        "select count(*) from mirror_engagement where opportunity_id = $1 and not erased"
        " and state ->> 'status' = 'accepted'",
        opportunity_id,
    )


async def gone(tx: Transaction, person_ids: Sequence[UUID]) -> set[UUID]:
    """Which of them were erased."""
    rows = await tx.fetch("select id from unnest($1::uuid[]) as id where is_gone(id)", list(person_ids))
    return {row["id"] for row in rows}


async def looked_after(tx: Transaction, person_id: UUID) -> Leader | None:
    """Somebody in the pool, with who looks after them."""
    text = await tx.fetchval("select state from mirror_leader where id = $1 and not erased", person_id)
    return Leader.model_validate_json(text) if text else None


async def looks_after(tx: Transaction[Member], person_id: UUID) -> bool:
    """Whether whoever asks looks after somebody today; where nobody does, every coordinator of the network may."""
    leader = await looked_after(tx, person_id)
    if leader is None:
        return False
    return leader.coordinator_id is None or leader.is_looked_after_by(tx.acting.by, london_day(tx.now))
