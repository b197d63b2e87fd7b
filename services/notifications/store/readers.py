"""Who works where today, for whom a concern would be read by. Read as the system: their person may not see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from schemas.identity import Account, Organisation
from services.chassis.base.hands import SYSTEM
from services.chassis.postgres import mirrors
from services.chassis.postgres.lists import Few, few
from services.chassis.postgres.transaction import Transaction
from services.notifications.domain.readers import Readers, at


async def accounts_at(tx: Transaction, organisation_ids: Sequence[UUID]) -> list[Account]:
    """Everybody who has or had a role in one of these."""
    async with tx.reading_as(SYSTEM) as seeing:
        rows = await seeing.fetch(
            "select state from mirror_account where jsonb_array_length(state -> 'memberships') > 0 and not erased"
            " and exists (select from jsonb_array_elements(state -> 'memberships') as held"
            " where (held ->> 'organisation_id')::uuid = any($1::uuid[])) order by id",
            list(organisation_ids),
        )
    return [Account.model_validate_json(row["state"]) for row in rows]


async def called(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, str]:
    """What these are called, of those who are still there."""
    async with tx.reading_as(SYSTEM) as seeing:
        accounts = await mirrors.get_each(seeing, Account, sorted(set(ids)))
    return {id: one.called for id, one in accounts.items()}


async def organisations_of(tx: Transaction, person_id: UUID) -> list[UUID]:
    """Of roles that somebody is or was in, whatever came of it."""
    rows = await tx.fetch(
        "select distinct (state ->> 'organisation_id')::uuid as id from mirror_engagement"
        " where person_id = $1 and not erased",
        person_id,
    )
    return [row["id"] for row in rows]


@dataclass(frozen=True)
class Place:
    name: str
    ods_code: str


@dataclass(frozen=True)
class Deals:
    """With whom somebody has to do: who looks after them (`coordinator`: by name), the organisations of their roles."""

    coordinator_id: UUID | None
    coordinator: str
    cover_id: UUID | None
    places: Few[Place]


async def deals(tx: Transaction, person_id: UUID, *, limit: int) -> Deals:
    """As far as they are heard of, by one statement; of whoever is not in the pool nobody looks after them."""
    async with tx.reading_as(SYSTEM) as seeing:
        rows = await seeing.fetch(
            "select o.state ->> 'name' as name, o.state ->> 'ods_code' as ods_code, null::uuid as coordinator_id,"
            " null::uuid as cover_id from mirror_organisation o where not o.erased and o.id in ("
            " select (e.state ->> 'organisation_id')::uuid from mirror_engagement e where e.person_id = $1"
            " and not e.erased) union all select a.state ->> 'called', null, a.id, (l.state ->> 'cover_id')::uuid"
            " from mirror_leader l join mirror_account a on a.id = (l.state ->> 'coordinator_id')::uuid"
            " where l.id = $1 and not l.erased and not a.erased and l.state ->> 'status' = 'approved'"
            " order by ods_code nulls first, name limit $2",
            *(person_id, limit + 2),
        )
    found = [row for row in rows if row["coordinator_id"]]
    places = few([row for row in rows if row["ods_code"]], limit, lambda row: Place(row["name"], row["ods_code"]))
    one = found[0] if found else None
    return Deals(*((one["coordinator_id"], one["name"], one["cover_id"]) if one else (None, "", None)), places)


async def of_organisations(tx: Transaction, ids: Sequence[UUID]) -> list[Readers]:
    """Organisations that are heard of, by name, without anybody who reads there yet."""
    found = await mirrors.get_each(tx, Organisation, sorted(set(ids)))
    by_name = sorted(found.values(), key=lambda one: (one.name.casefold(), one.id))
    return [at(one) for one in by_name]
