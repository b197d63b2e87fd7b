"""What people said of which organisation may do things for them, when, and to whom on the phone."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from schemas.identity import Organisation
from services.chassis.postgres.lists import Few, few
from services.chassis.postgres.transaction import Transaction

MOST_SHOWN = 100
MOST_FOUND = 20


@dataclass(frozen=True)
class Permission:
    """`may_act`: they said yes, or no. `entered_by`: whoever wrote it down for them."""

    organisation_id: UUID
    may_act: bool
    said_at: datetime
    entered_by: UUID | None


async def say(
    tx: Transaction, person_id: UUID, organisation_id: UUID, may_act: bool, *, entered_by: UUID | None
) -> None:
    """In the place of what they said before."""
    await tx.change_one(
        "insert into permission (person_id, organisation_id, may_act, said_at, entered_by) values ($1, $2, $3, $4, $5)"
        " on conflict (person_id, organisation_id) do update set may_act = excluded.may_act,"
        " said_at = excluded.said_at, entered_by = excluded.entered_by",
        *(person_id, organisation_id, may_act, tx.now, entered_by),
    )


async def forget_said(tx: Transaction, person_id: UUID, organisation_id: UUID) -> None:
    await tx.change_any(
        "delete from permission where person_id = $1 and organisation_id = $2", person_id, organisation_id
    )


async def of_person(tx: Transaction, person_id: UUID) -> dict[UUID, Permission]:
    """By organisation. Nobody says it of more than there are in the region."""
    rows = await tx.fetch(
        "select organisation_id, may_act, said_at, entered_by from permission where person_id = $1", person_id
    )
    return {row["organisation_id"]: Permission(**row) for row in rows}


async def met(tx: Transaction, person_id: UUID) -> Few[UUID]:
    """Organisations in which they had to do with a role."""
    rows = await tx.fetch(
        "select distinct (state ->> 'organisation_id')::uuid as id from mirror_engagement"
        " where person_id = $1 and not erased order by 1 limit $2",
        *(person_id, MOST_SHOWN + 1),
    )
    return few(rows, MOST_SHOWN, lambda row: row["id"])


async def organisations_called(tx: Transaction, words: str, *, on: date) -> Few[Organisation]:
    """Of those that act on a day, the ones whose name has these words, by name."""
    rows = await tx.fetch(
        "select state from mirror_organisation where not erased and in_force(state, $2)"
        " and strpos(searched(state ->> 'name'), searched($1)) > 0 order by state ->> 'name', id limit $3",
        *(words, on, MOST_FOUND + 1),
    )
    return few(rows, MOST_FOUND, lambda row: Organisation.model_validate_json(row["state"]))


async def forget(tx: Transaction, person_id: UUID) -> None:
    await tx.change_any("delete from permission where person_id = $1", person_id)
