"""Who is told of a role, and of which roles a person is told: chosen by the rule and written down, in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.matching import Opportunity
from services.chassis.postgres.transaction import Row, Transaction, new_id
from services.matching.domain.match import Match
from services.matching.domain.telling import TellingOfRoles
from services.matching.store.matches import MATCH_SAID, match_of
from services.matching.store.rule import (
    AWAY,
    BAND,
    ENOUGH,
    LOOKED_AT,
    MAY_BE_TOLD,
    MAY_BE_TOLD_OF_ONE,
    ON_A_BREAK,
    PEOPLE,
    RING,
    ROLE,
    ROLES,
    SCORE,
    SETS,
    STAYS,
    UNDER_THE_CAP,
)

REMEMBERED = 20
"""So many of the last times that somebody was told of a role are kept: as many as a week can have."""
TRIES = 5
"""So often people are chosen anew where some of them changed meanwhile; the round that follows has the others."""

# In one order for everybody, so that two roles that tell the same people wait for each other and never for ever. What
# was changed since it was chosen, the person or the role, is left to the reaction to that change; whoever was told
# meanwhile is asked again. A role is held against change, so that the reaction to its end finds who was told.
_O = " o as materialized (" + ROLES + " where r.id = $2)," + SETS
_BEST = (
    " best as materialized (select p.person_id, p.version, o.id, o.version as of_role, " + RING + " as ring,"
    " " + BAND + " as band, p.engaged_at, p.told[1] as last from "
)
_OF_THESE = (
    " order by ring, band desc, p.engaged_at nulls first, last nulls first, p.person_id limit $6),"
    " role as (select r.id, r.version from opportunity r where r.id = $2 and r.closed_at is null for share),"
    " held as (select p.person_id from pool p join best using (person_id)"
    " join role on role.id = best.id and role.version = best.of_role"
    " where p.version = best.version and " + UNDER_THE_CAP + " order by p.person_id for update of p),"
    " told as (update pool set told = (array_prepend($1, told))[1:20], version = version + 1 from held"
    " where pool.person_id = held.person_id returning pool.person_id),"
    " numbered as (select person_id, row_number() over (order by person_id) as n from told),"
    " made as (insert into match (id, version, opportunity_id, person_id, reasons, matched_at)"
    " select ($7::uuid[])[n], 1, $2, person_id, '{}', $1 from numbered on conflict do nothing returning "
    + MATCH_SAID
    + ")"
    " select chosen, " + MATCH_SAID + " from (select count(*) as chosen from best) counted left join made on true"
)
_TELL_OF_ROLE = "with" + _O + _BEST + "pool p cross join o" + AWAY + " where " + MAY_BE_TOLD_OF_ONE + _OF_THESE
_TELL_WHOEVER_SHARES = (
    "with" + _O + _BEST + "pool_sharing((select o.areas from o)) p cross join o" + AWAY + " where "
    "" + MAY_BE_TOLD_OF_ONE + _OF_THESE
)
"""Where areas of life are asked for: whoever shares none is left out by an index, before anything else is looked at."""
_TELL_PERSON = (
    "with p as materialized (" + PEOPLE + " where p.person_id = $2),"
    " best as materialized (select o.id, o.version from p cross join " + ROLE + AWAY + " where "
    "" + MAY_BE_TOLD + ""
    " order by " + SCORE + " desc, o.posted_at desc, o.id desc limit (select greatest(0, least($4, most_a_week)"
    " - (select count(*) from unnest(told) one where one > $1 - interval '7 days')) from pool where person_id = $2)),"
    " held as (select r.id from opportunity r join best using (id)"
    " where r.version = best.version and r.closed_at is null order by r.id for share of r),"
    " numbered as (select id, row_number() over (order by id) as n from held),"
    " told as (update pool set told = (array_cat(array_fill($1, array[(select count(*) from held)::integer]), told))"
    "[1:20], version = version + 1 where person_id = $2)"
    " insert into match (id, version, opportunity_id, person_id, reasons, matched_at)"
    " select ($5::uuid[])[n], 1, id, $2, '{}', $1 from numbered on conflict do nothing returning " + MATCH_SAID
)
_OF = "match m join " + ROLE + " on o.id = m.opportunity_id left join pool p on p.person_id = m.person_id" + AWAY
_WHICH = "($2::uuid[] is null or m.opportunity_id = any($2)) and ($3::uuid is null or m.person_id = $3)"
_END = (
    "with gone as (select m.id from " + _OF + " where m.ended_at is null and " + _WHICH + ""
    " and ($4::uuid is null or m.id > $4) and ($5::uuid is null or m.id <= $5) and not " + STAYS + "),"
    " held as (select m.id as held_id from match m join gone using (id) where m.ended_at is null"
    " order by m.id for update of m)"
    " update match set ended_at = $1, version = version + 1, reasons = '{}' from held where id = held_id"
    " returning " + MATCH_SAID
)
_AGAIN = (
    "with fits as (select m.id from " + _OF + " where m.ended_at is not null and " + _WHICH + ""
    " and " + LOOKED_AT + " and p.active and not " + ON_A_BREAK + "),"
    " held as (select m.id as held_id from match m join fits using (id) where m.ended_at is not null"
    " order by m.id for update of m)"
    " update match set ended_at = null, version = version + 1 from held where id = held_id"
    " returning " + MATCH_SAID
)
_COUNTED = (
    "select (select count(*) from match m where m.opportunity_id = o.id) as told, " + ENOUGH + " as is_enough"
    " from " + ROLE + " where o.id = $2"
)


async def tell_of_role(tx: Transaction, role: Opportunity, policy: TellingOfRoles, most: int) -> list[Match]:
    """Write down that the next people are told of it, at most so many: nearer first, then those whom it fits best, of
    these whoever was engaged and told least lately. In the place of whoever changed, or was told of another role while
    they were chosen, others are looked for."""
    made: list[Match] = []
    for _ in range(TRIES):
        rows = await _tell_next(tx, role, policy, most - len(made))
        told = [match_of(row) for row in rows if row["id"]]
        made += told
        if len(told) == rows[0]["chosen"]:
            break
    return made


async def _tell_next(tx: Transaction, role: Opportunity, policy: TellingOfRoles, most: int) -> list[Row]:
    ids = [new_id() for _ in range(most)]
    given = (tx.now, role.id, policy.answers_for_each_place, policy.most_a_week, policy.near_miles, most, ids)
    if role.lived_experience:
        return await tx.fetch(_TELL_WHOEVER_SHARES, *given)
    return await tx.fetch(_TELL_OF_ROLE, *given)


async def tell_person(tx: Transaction, person_id: UUID, policy: TellingOfRoles) -> list[Match]:
    """Write down that they are told of what fits them best and still needs people, up to their week's number. The
    caller holds their row of the pool."""
    ids = [new_id() for _ in range(REMEMBERED)]
    of = (person_id, policy.answers_for_each_place, policy.most_a_week)
    return [match_of(row) for row in await tx.fetch(_TELL_PERSON, tx.now, *of, ids)]


async def end_unfit(
    tx: Transaction,
    *,
    opportunity_ids: Sequence[UUID] | None = None,
    person_id: UUID | None = None,
    ids: tuple[UUID, UUID] | None = None,
) -> list[Match]:
    """End what somebody was told of and no longer fits: of roles, of a person, or after one id up to another."""
    after, until = ids or (None, None)
    return [match_of(row) for row in await tx.fetch(_END, tx.now, opportunity_ids, person_id, after, until)]


async def fit_again(
    tx: Transaction, *, opportunity_id: UUID | None = None, person_id: UUID | None = None
) -> list[Match]:
    """What had ended and fits once more, of a role or of a person."""
    return [match_of(row) for row in await tx.fetch(_AGAIN, tx.now, opportunity_id and [opportunity_id], person_id)]


async def last_of(tx: Transaction, after: UUID, *, limit: int) -> UUID | None:
    """The last of the next so many matches that go on, in id order; None when there is none."""
    rows = await tx.fetch(
        "select m.id from match m where m.ended_at is null and m.id > $1 order by m.id limit $2", after, limit
    )
    return rows[-1]["id"] if rows else None


@dataclass(frozen=True)
class Telling:
    """How far telling people of a role is. `told`: how many were; `is_enough`: nobody more needs to be."""

    rounds: int
    next_at: datetime
    told: int
    is_enough: bool


async def lock(tx: Transaction, opportunity_id: UUID, policy: TellingOfRoles) -> Telling:
    """Whoever tells of a role holds this row, so that no round is begun twice."""
    row = await tx.change_for(
        "insert into telling as held (opportunity_id, rounds, next_at) values ($1, 0, $2)"
        " on conflict (opportunity_id) do update set rounds = held.rounds returning rounds, next_at",
        opportunity_id,
        tx.now,
    )
    assert row
    counted = await tx.fetchrow(_COUNTED, tx.now, opportunity_id, policy.answers_for_each_place)
    assert counted
    return Telling(row["rounds"], row["next_at"], counted["told"], counted["is_enough"])


async def save(tx: Transaction, opportunity_id: UUID, rounds: int, next_at: datetime) -> None:
    await tx.change_one(
        "update telling set rounds = $2, next_at = $3 where opportunity_id = $1", opportunity_id, rounds, next_at
    )


async def next_rounds(tx: Transaction, after: UUID, *, limit: int) -> dict[UUID, datetime]:
    """When the next people may be told of each role that is open, of those after an id, in id order."""
    rows = await tx.fetch(
        "select t.opportunity_id as id, t.next_at as at from telling t join opportunity o on o.id = t.opportunity_id"
        " where o.closed_at is null and t.opportunity_id > $1 order by t.opportunity_id limit $2",
        *(after, limit),
    )
    return {row["id"]: row["at"] for row in rows}


async def hold_person(tx: Transaction, person_id: UUID) -> bool:
    """Hold their row of the pool, as changed: whoever was chosen to be told before is chosen anew. False where they
    have none."""
    if not await tx.lock_one("select person_id from pool where person_id = $1 for update", person_id):
        return False
    await tx.change_one("update pool set version = version + 1 where person_id = $1", person_id)
    return True


async def told_of_training(tx: Transaction) -> Sequence[UUID]:
    """Roles that ask for training and that somebody was told of."""
    rows = await tx.fetch(
        "select o.id from opportunity o where o.closed_at is null and o.training <> '{}'"
        " and exists (select from match m where m.opportunity_id = o.id and m.ended_at is null) order by o.id"
    )
    return [row["id"] for row in rows]
