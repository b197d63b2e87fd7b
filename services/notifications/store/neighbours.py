"""What the neighbours have said, as far as it is needed to tell somebody of it."""

from uuid import UUID

from schemas.identity import Organisation
from schemas.matching import Opportunity
from services.chassis.base.refusals import NotYet
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction


async def opportunity(tx: Transaction, id: UUID) -> Opportunity:
    """Raises NotYet."""
    found = await mirrors.get(tx, Opportunity, id)
    if found is None:
        raise NotYet(f"opportunity {id}")
    return found


async def organisation(tx: Transaction, id: UUID) -> Organisation:
    """Raises NotYet."""
    found = await mirrors.get(tx, Organisation, id)
    if found is None:
        raise NotYet(f"organisation {id}")
    return found


async def engagements_of(tx: Transaction, opportunity_id: UUID) -> list[UUID]:
    """The ids of all: whoever is left out is not told."""
    rows = await tx.fetch("select id from mirror_engagement where opportunity_id = $1 and not erased", opportunity_id)
    return [row["id"] for row in rows]


async def organisation_names(tx: Transaction, ods_codes: list[str]) -> dict[str, str]:
    """ODS code → name, by name."""
    rows = await tx.fetch(
        "select state ->> 'ods_code' as ods_code, state ->> 'name' as name from mirror_organisation"
        " where not erased and state ->> 'ods_code' = any($1::text[]) order by 2",
        ods_codes,
    )
    return {row["ods_code"]: row["name"] for row in rows}


async def organisation_name(tx: Transaction, id: UUID) -> str:
    found = await mirrors.get(tx, Organisation, id)
    return found.name if found else ""
