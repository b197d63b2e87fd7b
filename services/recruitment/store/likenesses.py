"""Who may be alike, and what is compared of them: read as the system, for one or for thousands at once."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.chassis.postgres.transaction import Transaction
from services.recruitment.domain.likeness import Known

MOST_NAMESAKES = 5
"""So many who have the same name and year of birth are looked at beside somebody, the ones known longest. Whoever comes
sixth is beside one of them: nobody is left out, and a register of one name makes no crowd of pairs."""


@dataclass(frozen=True)
class Reached:
    """What notifications says of two: how both are reached alike, as codes, and who entered that."""

    alike: tuple[str, ...]
    entered_by: tuple[UUID, ...]


async def namesakes(tx: Transaction, people: Sequence[UUID]) -> set[tuple[UUID, UUID]]:
    """Pairs of one of these people and somebody with the same full name and year of birth; the smaller id first."""
    rows = await tx.fetch(
        "select distinct least(t.person_id, o.person_id) as first_id, greatest(t.person_id, o.person_id) as second_id"
        " from (select distinct on (person_id) person_id, name_key, birth_year from application"
        " where person_id = any($1::uuid[]) and name_key <> '' and birth_year is not null"
        " order by person_id, sent_at desc) as t"
        " cross join lateral (select distinct o.person_id from application o where o.name_key = t.name_key"
        " and o.name_key <> '' and o.birth_year = t.birth_year and o.birth_year is not null"
        " and o.person_id <> t.person_id order by o.person_id limit $2) as o",
        *(people, MOST_NAMESAKES),
    )
    return {(row["first_id"], row["second_id"]) for row in rows}


async def reached_alike(tx: Transaction, people: Sequence[UUID]) -> dict[tuple[UUID, UUID], Reached]:
    """The pairs of one of these people that are reached by the same mailbox, phone or post."""
    rows = await tx.fetch(
        "select first_id, second_id, state -> 'alike' as alike, state -> 'entered_by' as entered_by from mirror_alike"
        " where not erased and (first_id = any($1::uuid[]) or second_id = any($1::uuid[]))"
        " and state -> 'alike' <> '[]'::jsonb",
        people,
    )
    return {
        (row["first_id"], row["second_id"]): Reached(
            tuple(json.loads(row["alike"])), tuple(UUID(id) for id in json.loads(row["entered_by"]))
        )
        for row in rows
    }


async def known(tx: Transaction, people: Sequence[UUID]) -> dict[UUID, Known]:
    """What is compared of each of these."""
    rows = await tx.fetch(
        "select p.id, named.name_key, named.birth_year, l.id is not null or a.some as here,"
        " coalesce(l.status = 'approved', false) or a.asks as active, a.not_for"
        " from unnest($1::uuid[]) as p (id) left join leader l on l.id = p.id"
        " cross join lateral (select bool_or(stage <> 'forgotten') is true as some,"
        " coalesce(bool_or(stage in ('asked', 'sent', 'talked')), false) as asks,"
        " array_agg(distinct one) filter (where one is not null) as not_for"
        " from application left join unnest(close_to || entered_by) as one on true where person_id = p.id) as a"
        " left join lateral (select name_key, birth_year from application where person_id = p.id and name_key <> ''"
        " order by sent_at desc limit 1) as named on true",
        people,
    )
    return {
        row["id"]: Known(
            row["id"],
            row["name_key"],
            row["birth_year"],
            here=row["here"],
            active=row["active"],
            not_for=frozenset(row["not_for"] or ()),
        )
        for row in rows
    }


async def names_of_before(tx: Transaction, *, limit: int) -> list[tuple[UUID, UUID, str]]:
    """Applications whose name has no form to be compared yet, as an older version writes them: id, person, name."""
    rows = await tx.fetch(
        "select id, person_id, full_name from application where full_name is not null and name_key is null"
        " order by id limit $1 for update skip locked",
        limit,
    )
    return [(row["id"], row["person_id"], row["full_name"]) for row in rows]


async def keep_names(tx: Transaction, keys: Sequence[tuple[UUID, str]]) -> None:
    """By application. The caller holds the lock of each."""
    await tx.change_each(
        "update application set name_key = n.name_key from unnest($1::uuid[], $2::text[]) as n (id, name_key)"
        " where application.id = n.id",
        keys,
    )
