"""What the neighbours have said, as far as it is needed to tell somebody of it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from schemas.identity import Organisation
from schemas.matching import Opportunity
from schemas.payments import Claim
from schemas.recruitment import Application
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


async def claims(tx: Transaction, person_id: UUID, engagement_id: UUID) -> list[Claim]:
    """What somebody is owed for the sessions of one role."""
    rows = await tx.fetch(
        "select state from mirror_claim where person_id = $1 and not erased and state ->> 'engagement_id' = $2::text"
        " order by id",
        *(person_id, str(engagement_id)),
    )
    return [Claim.model_validate_json(row["state"]) for row in rows]


async def asked_application(tx: Transaction, person_id: UUID) -> Application | None:
    """The application of somebody who gave their name to join, as long as nobody has talked to them yet."""
    text = await tx.fetchval(
        "select state from mirror_application where person_id = $1 and not erased and state ->> 'stage' = 'asked'"
        " order by id desc limit 1",
        person_id,
    )
    return Application.model_validate_json(text) if text else None


async def newest_application(tx: Transaction, person_id: UUID) -> Application | None:
    """The one that they made last, whatever came of it."""
    text = await tx.fetchval(
        "select state from mirror_application where person_id = $1 and not erased"
        " order by state ->> 'sent_at' desc, id desc limit 1",
        person_id,
    )
    return Application.model_validate_json(text) if text else None


@dataclass(frozen=True)
class AnsweredBy:
    """Who answers an application, and by when, as far as it says so. `network`: "" where that is not known."""

    network: str
    until: datetime | None


async def answered_by(tx: Transaction, application: Application) -> AnsweredBy:
    waits = next(iter(application.waiting), None)
    organisation_id = waits.organisation_id if waits else None
    who = await organisation_name(tx, organisation_id) if organisation_id else ""
    return AnsweredBy(who, waits.until if waits else None)


@dataclass(frozen=True)
class Hosted:
    id: UUID
    ods_code: str
    name: str


async def hosted_by(tx: Transaction, host_id: UUID, *, today: date) -> list[Hosted]:
    """Those for which an organisation drafts, approves and pays on a day, by name."""
    rows = await tx.fetch(
        "select m.id, m.state ->> 'ods_code' as ods_code, m.state ->> 'name' as name from mirror_organisation m"
        " where not m.erased and exists (select from jsonb_array_elements(m.state -> 'hosts') as host"
        " where host ->> 'organisation_id' = $1::text and in_force(host, $2)) order by 3",
        *(str(host_id), today),
    )
    return [Hosted(row["id"], row["ods_code"], row["name"]) for row in rows]


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
