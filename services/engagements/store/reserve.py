"""The reserve list of an opportunity, in its order: whoever said yes late, then who waits longest; and who was passed
over."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.engagements import Engagement
from services.chassis.postgres.lists import Few, few
from services.chassis.postgres.transaction import Transaction
from services.engagements.store.names import CALLED, called

NAMED = 10
"""So many who wait before somebody are named at once."""


async def first(tx: Transaction, opportunity_id: UUID) -> Engagement | None:
    """Whose turn it is. The order is steady while the intake is locked."""
    row = await tx.fetchrow(
        "select state from engagement where opportunity_id = $1 and status = 'reserve'"
        " order by turn, turn_since, id limit 1",
        opportunity_id,
    )
    return Engagement.model_validate_json(row["state"]) if row else None


async def first_called(tx: Transaction, opportunity_id: UUID) -> str:
    """What whoever's turn it is is called; nothing where nobody waits."""
    row = await tx.fetchrow(
        "select " + CALLED + " from engagement e join intake i on i.id = e.opportunity_id"
        " where e.opportunity_id = $1 and e.status = 'reserve' order by e.turn, e.turn_since, e.id limit 1",
        opportunity_id,
    )
    return called(row) if row else ""


async def before(tx: Transaction, of: Engagement) -> Few[str]:
    """What those are called who wait before somebody; of somebody who is not on the list, all who are."""
    rows = await tx.fetch(
        "select " + CALLED + " from engagement e join intake i on i.id = e.opportunity_id"
        " where e.opportunity_id = $1 and e.status = 'reserve' and e.id <> $2 and (not $3::boolean"
        " or (e.turn, e.turn_since, e.id) < (select t.turn, t.turn_since, t.id from engagement t where t.id = $2))"
        " order by e.turn, e.turn_since, e.id limit $4",
        *(of.opportunity_id, of.id, of.reserve is not None, NAMED + 1),
    )
    return few(rows, NAMED, called)


async def note_passed_over(tx: Transaction, of: Engagement, *, why: str, by: UUID, now: datetime) -> None:
    """Of each who waits before somebody, that they come later, and why. Nobody is passed over without."""
    await tx.change_any(
        "insert into passed_over (engagement_id, offered_id, passed_at, organisation_id, person_id, why, passed_by)"
        " select e.id, $2, $4, e.organisation_id, e.person_id, $5, $6 from engagement e"
        " where e.opportunity_id = $1 and e.status = 'reserve' and e.id <> $2 and (not $3::boolean"
        " or (e.turn, e.turn_since, e.id) < (select t.turn, t.turn_since, t.id from engagement t where t.id = $2))"
        " order by e.id on conflict do nothing",
        *(of.opportunity_id, of.id, of.reserve is not None, now, why, by),
    )


@dataclass(frozen=True)
class PassedOver:
    """Somebody on the list came later than their turn."""

    at: datetime
    why: str
