"""What the neighbours have said, as far as it is needed to tell somebody of it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from schemas.identity import Organisation
from schemas.matching import Opportunity
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
class Interested:
    """Somebody who showed interest in an opportunity that was withdrawn."""

    engagement_id: UUID
    person_id: UUID


async def left_by_withdrawal(
    tx: Transaction, of: Opportunity, *, one: UUID | None = None, after: UUID | None = None, limit: int = 1
) -> list[Interested]:
    """Those whose interest was still open when the opportunity was withdrawn, in id order; perhaps only `one` of them.

    A place that was taken is a promise. What ended before has been told, or was the person's own wish.
    """
    if of.withdrawn is None:
        return []
    rows = await tx.fetch(
        "select id, person_id from mirror_engagement where opportunity_id = $1 and not erased"
        " and state ->> 'status' in ('interested', 'offered', 'not_chosen', 'withdrawn')"
        " and coalesce((state ->> 'ended_at')::timestamptz, $2) >= $2"
        " and ($3::uuid is null or id = $3) and ($4::uuid is null or id > $4) order by id limit $5",
        *(of.id, of.withdrawn.at, one, after, limit),
    )
    return [Interested(row["id"], row["person_id"]) for row in rows]


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
