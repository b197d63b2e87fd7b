"""Who is reached by the same mailbox, phone or post: found by statements for one or for thousands, as the system."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from services.chassis.postgres.transaction import Row, Transaction
from services.notifications.domain.alike import MOST_SHARING, Alike

_ALIKE = "id, version, first_id, second_id, alike, found_at, entered_by"


@dataclass
class Found:
    """What is alike of two, and which staff entered how either of them is reached."""

    alike: set[str] = field(default_factory=set[str])
    entered_by: frozenset[UUID] = frozenset()


async def one_at_a_time(tx: Transaction) -> None:
    """Whoever looks who is alike waits for whoever does so now, so that two are not said twice."""
    await tx.execute("select pg_advisory_xact_lock(hashtextextended('notifications:alike', 0))")


async def find(tx: Transaction, people: Sequence[UUID]) -> tuple[dict[tuple[UUID, UUID], Found], set[UUID]]:
    """Pairs of one of these people and somebody with the same mailbox, phone or post; and of what too many share no
    pair, but who else does, those known longest."""
    rows = await tx.fetch(
        "select t.code, t.person_id, t.entered_by, o.person_id as other_id, o.entered_by as other_entered_by,"
        " count(*) over (partition by t.code, t.person_id) as sharing from ("
        "select 'email' as code, person_id, entered_by, email_key as key from contact_point"
        " where person_id = any($1::uuid[]) and email_key <> '' union all"
        " select 'phone', person_id, entered_by, phone_key from contact_point"
        " where person_id = any($1::uuid[]) and phone_key <> '' union all"
        " select 'post', person_id, entered_by, post_key from contact_point"
        " where person_id = any($1::uuid[]) and post_key <> '') as t cross join lateral ("
        "(select person_id, entered_by from contact_point where t.code = 'email' and email_key = t.key"
        " and email_key <> '' and person_id <> t.person_id order by person_id limit $2) union all"
        " (select person_id, entered_by from contact_point where t.code = 'phone' and phone_key = t.key"
        " and phone_key <> '' and person_id <> t.person_id order by person_id limit $2) union all"
        " (select person_id, entered_by from contact_point where t.code = 'post' and post_key = t.key"
        " and post_key <> '' and person_id <> t.person_id order by person_id limit $2)) as o",
        *(people, MOST_SHARING),
    )
    found: dict[tuple[UUID, UUID], Found] = {}
    crowd: set[UUID] = set()
    for row in rows:
        if row["sharing"] >= MOST_SHARING:
            crowd.add(row["other_id"])
            continue
        one, other = sorted((row["person_id"], row["other_id"]))
        pair = found.setdefault((one, other), Found())
        pair.alike.add(row["code"])
        pair.entered_by |= _staff(row["person_id"], row["entered_by"]) | _staff(
            row["other_id"], row["other_entered_by"]
        )
    return found, crowd


def _staff(person_id: UUID, entered_by: UUID) -> frozenset[UUID]:
    return frozenset({entered_by} - {person_id})


def _read(row: Row) -> Alike:
    return Alike(
        id=row["id"],
        version=row["version"],
        first_id=row["first_id"],
        second_id=row["second_id"],
        alike=tuple(row["alike"]),
        found_at=row["found_at"],
        entered_by=tuple(row["entered_by"]),
    )


async def lock_of_each(tx: Transaction, people: Sequence[UUID]) -> list[Alike]:
    """All of which any of these is one, in id order."""
    rows = await tx.lock_all(
        "select " + _ALIKE + " from alike where first_id = any($1::uuid[]) or second_id = any($1::uuid[])"
        " order by id for update",
        people,
    )
    return [_read(row) for row in rows]


async def lock(tx: Transaction, id: UUID) -> Alike | None:
    row = await tx.lock_one("select " + _ALIKE + " from alike where id = $1 for update", id)
    return _read(row) if row else None


async def after(tx: Transaction, id: UUID, *, limit: int) -> list[Alike]:
    """Those after an id, in id order."""
    rows = await tx.fetch("select " + _ALIKE + " from alike where id > $1 order by id limit $2", id, limit)
    return [_read(row) for row in rows]


async def add(tx: Transaction, pairs: Sequence[Alike]) -> None:
    await tx.change_each(
        "insert into alike (id, version, first_id, second_id, alike, found_at, entered_by)"
        " select n.id, n.version, n.first_id, n.second_id, array(select jsonb_array_elements_text(n.alike)),"
        " n.found_at, array(select jsonb_array_elements_text(n.entered_by)::uuid)"
        " from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::uuid[], $5::jsonb[], $6::timestamptz[], $7::jsonb[])"
        " as n (id, version, first_id, second_id, alike, found_at, entered_by)",
        [
            (one.id, one.version, one.first_id, one.second_id, _json(one.alike), one.found_at, _json(one.entered_by))
            for one in pairs
        ],
    )


async def save(tx: Transaction, *pairs: Alike) -> None:
    """The caller holds the lock of each."""
    await tx.change_each(
        "update alike set version = n.version, alike = array(select jsonb_array_elements_text(n.alike)),"
        " found_at = n.found_at, entered_by = array(select jsonb_array_elements_text(n.entered_by)::uuid)"
        " from unnest($1::uuid[], $2::bigint[], $3::jsonb[], $4::timestamptz[], $5::jsonb[])"
        " as n (id, version, alike, found_at, entered_by) where alike.id = n.id",
        [(one.id, one.version, _json(one.alike), one.found_at, _json(one.entered_by)) for one in pairs],
    )


def _json(values: Sequence[object]) -> str:
    """An array in a row goes as JSON: PostgreSQL flattens arrays of arrays."""
    return json.dumps(values, default=str)


async def delete(tx: Transaction, ids: Sequence[UUID]) -> None:
    """The caller holds the lock of each."""
    await tx.change_each(
        "delete from alike using unnest($1::uuid[]) as n (id) where alike.id = n.id", [(id,) for id in ids]
    )
