"""Two who may be one person: the pairs, one by one, the lists of the welcome team, and until when one can be undone."""

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Row, Transaction
from services.recruitment.domain.application import Screening
from services.recruitment.domain.duplicate import Duplicate

_PAIR = (
    "id, version, organisation_id, ods_code, first_id, second_id, alike, settled, not_for, status, found_at, held_by,"
    " line, answered_by, answered_at, kept_id, kept_reference, closed_id, undo_until, undone_at, left_pool,"
    " coordinator_id, ended_application"
)
_WAITING = (
    " from duplicate where organisation_id = $1 and status = 'waiting' and ($2::uuid is null or held_by = $2)"
    " and not $3 = any(not_for)"
)
WAITING = Listing(
    "duplicates",
    sorts=(
        Sort(
            "longest",
            "Longest waiting",
            "select " + _PAIR + _WAITING + " and (found_at, id) > ($4, $5) order by found_at, id limit $6",
            by={"found_at": datetime, "id": UUID},
        ),
    ),
    count="select count(*) from (select" + _WAITING + " limit $4) as counted",
    size=50,
)
_CLOSED = " from duplicate where organisation_id = $1 and status = 'closed' and not $2 = any(not_for)"
CLOSED = Listing(
    "closed duplicates",
    sorts=(
        Sort(
            "newest",
            "Newest first",
            "select " + _PAIR + _CLOSED + " and (answered_at, id) < ($3, $4)"
            " order by answered_at desc, id desc limit $5",
            by={"answered_at": datetime, "id": UUID},
            descending=True,
        ),
    ),
    count="select count(*) from (select" + _CLOSED + " limit $3) as counted",
    size=50,
)


def _read(row: Row) -> Duplicate:
    return Duplicate(
        id=row["id"],
        version=row["version"],
        team=Screening(row["organisation_id"], row["ods_code"]),
        first_id=row["first_id"],
        second_id=row["second_id"],
        alike=tuple(row["alike"]),
        settled=tuple(row["settled"]),
        not_for=tuple(row["not_for"]),
        status=row["status"],
        found_at=row["found_at"],
        held_by=row["held_by"],
        line=row["line"],
        answered_by=row["answered_by"],
        answered_at=row["answered_at"],
        kept_id=row["kept_id"],
        kept_reference=row["kept_reference"],
        closed_id=row["closed_id"],
        undo_until=row["undo_until"],
        undone_at=row["undone_at"],
        left_pool=row["left_pool"],
        coordinator_id=row["coordinator_id"],
        ended_application=row["ended_application"],
    )


async def one_at_a_time(tx: Transaction) -> None:
    """Whoever looks who is alike waits for whoever does so now: of two who came at once, one sees the other."""
    await tx.execute("select pg_advisory_xact_lock(hashtextextended('recruitment:duplicates', 0))")


async def waiting(
    tx: Transaction, asked: Asked, organisation_id: UUID, by: UUID, *, held_by: UUID | None = None
) -> Page[Duplicate]:
    """One page of those that wait, without those that are not for whoever asks (`by`)."""
    page = await WAITING.page(tx, asked, organisation_id, held_by, by)
    return page.with_items([_read(row) for row in page.items])


async def closed(tx: Transaction, asked: Asked, organisation_id: UUID, by: UUID) -> Page[Duplicate]:
    """One page of those in which a record was closed, the newest first."""
    page = await CLOSED.page(tx, asked, organisation_id, by)
    return page.with_items([_read(row) for row in page.items])


async def get(tx: Transaction, id: UUID) -> Duplicate | None:
    row = await tx.fetchrow("select " + _PAIR + " from duplicate where id = $1", id)
    return _read(row) if row else None


async def lock(tx: Transaction, id: UUID) -> Duplicate | None:
    row = await tx.lock_one("select " + _PAIR + " from duplicate where id = $1 for update", id)
    return _read(row) if row else None


async def lock_of_each(tx: Transaction, people: Sequence[UUID]) -> list[Duplicate]:
    """All in which any of these is one of the two, or is kept; in id order."""
    rows = await tx.lock_all(
        "select " + _PAIR + " from duplicate where first_id = any($1::uuid[]) or second_id = any($1::uuid[])"
        " or kept_id = any($1::uuid[]) order by id for update",
        people,
    )
    return [_read(row) for row in rows]


async def after(tx: Transaction, id: UUID, *, limit: int) -> list[Duplicate]:
    """Those after an id, in id order."""
    rows = await tx.fetch("select " + _PAIR + " from duplicate where id > $1 order by id limit $2", id, limit)
    return [_read(row) for row in rows]


async def add(tx: Transaction, pairs: Sequence[Duplicate]) -> None:
    """By one statement."""
    await tx.change_each(
        "insert into duplicate (id, version, organisation_id, ods_code, first_id, second_id, alike, not_for, found_at,"
        " settled, status, line, left_pool)"
        " select n.id, n.version, n.organisation_id, n.ods_code, n.first_id, n.second_id,"
        " array(select jsonb_array_elements_text(n.alike)),"
        " array(select jsonb_array_elements_text(n.not_for)::uuid), n.found_at, '{}', 'waiting', '', false"
        " from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::text[], $5::uuid[], $6::uuid[], $7::jsonb[],"
        " $8::jsonb[], $9::timestamptz[]) as n (id, version, organisation_id, ods_code, first_id, second_id, alike,"
        " not_for, found_at)",
        [
            (
                *(one.id, one.version, one.team.organisation_id, one.team.ods_code, one.first_id, one.second_id),
                *(_json(one.alike), _json(one.not_for), one.found_at),
            )
            for one in pairs
        ],
    )


async def save(tx: Transaction, *pairs: Duplicate) -> None:
    """All that can change. The caller holds the lock of each."""
    await tx.change_each(
        "update duplicate set version = n.version, alike = array(select jsonb_array_elements_text(n.alike)),"
        " settled = array(select jsonb_array_elements_text(n.settled)),"
        " not_for = array(select jsonb_array_elements_text(n.not_for)::uuid), status = n.status,"
        " found_at = n.found_at, held_by = n.held_by, line = n.line, answered_by = n.answered_by,"
        " answered_at = n.answered_at, kept_id = n.kept_id, kept_reference = n.kept_reference,"
        " closed_id = n.closed_id, undo_until = n.undo_until, undone_at = n.undone_at, left_pool = n.left_pool,"
        " coordinator_id = n.coordinator_id, ended_application = n.ended_application"
        " from unnest($1::uuid[], $2::bigint[], $3::jsonb[], $4::jsonb[], $5::jsonb[], $6::text[], $7::timestamptz[],"
        " $8::uuid[], $9::text[], $10::uuid[], $11::timestamptz[], $12::uuid[], $13::text[], $14::uuid[],"
        " $15::timestamptz[], $16::timestamptz[], $17::boolean[], $18::uuid[], $19::uuid[]) as n (id, version, alike,"
        " settled, not_for, status, found_at, held_by, line, answered_by, answered_at, kept_id, kept_reference,"
        " closed_id, undo_until, undone_at, left_pool, coordinator_id, ended_application)"
        " where duplicate.id = n.id",
        [
            (
                *(one.id, one.version, _json(one.alike), _json(one.settled), _json(one.not_for), one.status),
                *(one.found_at, one.held_by, one.line, one.answered_by, one.answered_at, one.kept_id),
                *(one.kept_reference, one.closed_id, one.undo_until, one.undone_at, one.left_pool),
                *(one.coordinator_id, one.ended_application),
            )
            for one in pairs
        ],
    )


def _json(values: Sequence[object]) -> str:
    """An array in a row goes as JSON: PostgreSQL flattens arrays of arrays."""
    return json.dumps(values, default=str)


async def delete(tx: Transaction, ids: Sequence[UUID]) -> None:
    """The caller holds the lock of each."""
    await tx.change_each(
        "delete from duplicate using unnest($1::uuid[]) as n (id) where duplicate.id = n.id", [(id,) for id in ids]
    )


async def forget(tx: Transaction, id: UUID) -> None:
    """One, where it may be gone already."""
    await tx.change_any("delete from duplicate where id = $1", id)


async def undos_to_end(tx: Transaction, after: UUID, *, limit: int) -> dict[UUID, datetime]:
    """Until when each that was closed can be opened again, of those after an id, in id order."""
    rows = await tx.fetch(
        "select id, undo_until from duplicate where status = 'closed' and id > $1 order by id limit $2",
        *(after, limit),
    )
    return {row["id"]: row["undo_until"] for row in rows}


async def oldest(tx: Transaction) -> datetime | None:
    """Since when the two wait who wait longest."""
    return await tx.fetchval("select min(found_at) from duplicate where status = 'waiting'")
