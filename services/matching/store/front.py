"""What the front page shows: the newest roles, and one story of what changed."""

from dataclasses import dataclass
from datetime import datetime

from schemas.engagements import Intake
from schemas.matching import Opportunity
from services.chassis.postgres.transaction import Transaction
from services.matching.store.opportunities import LISTED, Listed, listed_of

NEWEST = 4


@dataclass(frozen=True)
class Story:
    """A role that is over, and what its organisation did with what it heard."""

    opportunity: Opportunity
    organisation: str
    what_changed: str
    told_at: datetime


async def newest(tx: Transaction) -> list[Listed]:
    """The newest that are open."""
    rows = await tx.fetch(
        LISTED + " where o.closed_at is null and o.apply_by > $1 order by o.posted_at desc, o.id desc limit $2",
        *(tx.now, NEWEST),
    )
    return [listed_of(row) for row in rows]


async def story(tx: Transaction) -> Story | None:
    """None where nobody has told yet what changed."""
    row = await tx.fetchrow(
        "select o.state, i.state as intake, org.state ->> 'name' as organisation from story s"
        " join opportunity o on o.id = s.opportunity_id join mirror_intake i on i.id = o.id and not i.erased"
        " left join mirror_organisation org on org.id = o.organisation_id"
    )
    if row is None:
        return None
    opportunity, outcome = (
        Opportunity.model_validate_json(row["state"]),
        Intake.model_validate_json(row["intake"]).outcome,
    )
    if outcome is None:
        return None
    name = row["organisation"] or opportunity.ods_code
    return Story(opportunity, name, outcome.what_changed, outcome.recorded_at)
