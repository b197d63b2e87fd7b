"""Phone numbers for the day of a session: whose, who may see them, and which were taken away."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.chassis.postgres.lists import Few, few
from services.chassis.postgres.transaction import Row, Transaction

MOST_ON_SHEET = 1000
"""No role has more than 500 places; more people than there are places may have one."""
MOST_SHOWN = 50


@dataclass(frozen=True)
class DayNumber:
    """What somebody agreed to."""

    phone: str
    agreed_at: datetime


@dataclass(frozen=True)
class Seen:
    """A role in which somebody has a place that is not over, and whose it is."""

    opportunity_id: UUID
    title: str
    organisation: str


@dataclass(frozen=True)
class Taken:
    """A sheet with somebody's number on it: whose staff opened it, for which role, and on which day."""

    title: str
    organisation: str
    day: date


@dataclass(frozen=True)
class ToRingOnTheDay:
    """Somebody with a place who agreed."""

    person_id: UUID
    called: str
    reference: str
    phone: str


async def get(tx: Transaction, person_id: UUID) -> DayNumber | None:
    row = await tx.fetchrow("select phone, agreed_at from day_number where person_id = $1", person_id)
    return DayNumber(row["phone"], row["agreed_at"]) if row else None


async def lock(tx: Transaction, person_id: UUID) -> bool:
    """Whether there is one; whoever else changes it is waited for."""
    return bool(await tx.lock_one("select person_id from day_number where person_id = $1 for update", person_id))


async def save(tx: Transaction, person_id: UUID, number: DayNumber, *, by: UUID) -> None:
    """In the place of the one before."""
    await tx.change_one(
        "insert into day_number (person_id, phone, agreed_at, said_by) values ($1, $2, $3, $4) on conflict (person_id)"
        " do update set phone = excluded.phone, agreed_at = excluded.agreed_at, said_by = excluded.said_by",
        *(person_id, number.phone, number.agreed_at, by),
    )


async def delete(tx: Transaction, person_id: UUID) -> None:
    """The caller holds its lock."""
    await tx.change_one("delete from day_number where person_id = $1", person_id)


async def forget(tx: Transaction, person_id: UUID) -> None:
    await tx.change_any("delete from day_number where person_id = $1", person_id)
    await tx.change_any("delete from day_number_taken where person_id = $1", person_id)


async def who_may_see(tx: Transaction, person_id: UUID) -> Few[Seen]:
    """The roles for which a number would be on a sheet now, whether there is one or not."""
    rows = await tx.fetch(
        "select o.id, o.state ->> 'title' as title,"
        " coalesce(org.state ->> 'name', o.state ->> 'ods_code') as organisation"
        " from mirror_engagement e join mirror_opportunity o on o.id = e.opportunity_id"
        " left join mirror_organisation org on org.id = (o.state ->> 'organisation_id')::uuid"
        " where e.person_id = $1 and not e.erased and not o.erased and e.state ->> 'status' = 'accepted'"
        " and role_is_on(o.state) order by 3, 2, 1 limit $2",
        *(person_id, MOST_SHOWN + 1),
    )
    return few(rows, MOST_SHOWN, lambda row: Seen(row["id"], row["title"], row["organisation"]))


async def taken(tx: Transaction, person_id: UUID) -> Few[Taken]:
    """The newest first."""
    rows = await tx.fetch(
        "select coalesce(o.state ->> 'title', '') as title, coalesce(org.state ->> 'name', '') as organisation, t.day"
        " from day_number_taken t left join mirror_opportunity o on o.id = t.opportunity_id"
        " left join mirror_organisation org on org.id = t.organisation_id where t.person_id = $1"
        " order by t.taken_at desc, t.opportunity_id limit $2",
        *(person_id, MOST_SHOWN + 1),
    )
    return few(rows, MOST_SHOWN, lambda row: Taken(row["title"], row["organisation"], row["day"]))


async def sheet(tx: Transaction, opportunity_id: UUID) -> Few[ToRingOnTheDay]:
    """Those with a place at a role of the organisation that is acted for who agreed, by name."""
    rows = await tx.fetch(
        "select h.person_id, h.called, h.reference, d.phone from who_has_a_place($1) h"
        " join day_number d on d.person_id = h.person_id"
        " order by searched(coalesce(h.called, '')), h.person_id limit $2",
        *(opportunity_id, MOST_ON_SHEET + 1),
    )
    return few(rows, MOST_ON_SHEET, _to_ring)


def _to_ring(row: Row) -> ToRingOnTheDay:
    called, reference = row["called"] or "Somebody", row["reference"] or "no reference yet"
    return ToRingOnTheDay(row["person_id"], called, reference, row["phone"])


async def count_places(tx: Transaction, opportunity_id: UUID) -> int:
    """How many have a place there, whether they agreed or not."""
    return await tx.fetchval("select count(*)::integer from who_has_a_place($1)", opportunity_id)


async def note_taken(tx: Transaction, opportunity_id: UUID, people: list[UUID], *, day: date) -> None:
    """Once a day of each."""
    await tx.change_any(
        "insert into day_number_taken (person_id, opportunity_id, day, organisation_id, taken_at, taken_by)"
        " select person, $2, $3, $4, $5, $6 from unnest($1::uuid[]) as person on conflict do nothing",
        *(people, opportunity_id, day, tx.acting.for_organisation, tx.now, tx.acting.hand_id),
    )


async def forget_old(tx: Transaction, before: date) -> None:
    """That numbers were taken so long ago."""
    await tx.change_any("delete from day_number_taken where day < $1", before)
