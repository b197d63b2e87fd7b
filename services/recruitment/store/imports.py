"""Lists that organisations bring in: how far each is, and what it counts. Their lines are in `register_lines`."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from services.chassis.base.refusals import NotFound
from services.chassis.postgres.lists import Asked, Few, Listing, Page, Sort, few
from services.chassis.postgres.transaction import Row, Transaction
from services.recruitment.domain.register.imports import BEFORE, COUNTS_KEPT, KEPT_UNUSED, LINES_KEPT, Import

MOST_WAITING = 100
_IMPORT = (
    "id, version, organisation_id, ods_code, file_name, uploaded_by, uploaded_at, columns, meanings, stage, moved_at,"
    " lines, refused, joined, released_by, done_at, handed_on_at, people, reachable, said_yes, said_no, silent"
)
OF_ORGANISATION = Listing(
    "lists of people",
    sorts=(
        Sort(
            "newest",
            "Newest first",
            "select " + _IMPORT + " from register_import where organisation_id = $1 and (uploaded_at, id) < ($2, $3)"
            " order by uploaded_at desc, id desc limit $4",
            by={"uploaded_at": datetime, "id": UUID},
            descending=True,
        ),
    ),
    count="select count(*) from (select from register_import where organisation_id = $1 limit $2) as counted",
)


def _read(row: Row) -> Import:
    given: dict[str, Any] = {**row, **{name: tuple(json.loads(row[name])) for name in ("columns", "meanings")}}
    return Import(**given)


async def add(tx: Transaction, one: Import) -> None:
    await tx.change_one(
        "insert into register_import (id, version, organisation_id, ods_code, file_name, uploaded_by, uploaded_at,"
        " columns, meanings, stage, moved_at, lines) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        *(one.id, one.version, one.organisation_id, one.ods_code, one.file_name, one.uploaded_by, one.uploaded_at),
        *(json.dumps(one.columns), json.dumps(one.meanings), one.stage, one.moved_at, one.lines),
    )


async def save(tx: Transaction, one: Import) -> None:
    """What can change. The caller holds the row's lock."""
    await tx.change_one(
        "update register_import set version = $2, meanings = $3, stage = $4, moved_at = $5, refused = $6, joined = $7,"
        " released_by = $8, done_at = $9, handed_on_at = $10, people = $11, reachable = $12, said_yes = $13,"
        " said_no = $14, silent = $15 where id = $1",
        *(one.id, one.version, json.dumps(one.meanings), one.stage, one.moved_at, one.refused, one.joined),
        *(one.released_by, one.done_at, one.handed_on_at, one.people, one.reachable),
        *(one.said_yes, one.said_no, one.silent),
    )


async def get(tx: Transaction, id: UUID) -> Import:
    """Raises NotFound, also where a row policy hides it."""
    row = await tx.fetchrow("select " + _IMPORT + " from register_import where id = $1", id)
    if row is None:
        raise NotFound
    return _read(row)


async def lock(tx: Transaction, id: UUID) -> Import:
    """Raises NotFound, also where a row policy hides it."""
    found = await lock_if_there(tx, id)
    if found is None:
        raise NotFound
    return found


async def lock_if_there(tx: Transaction, id: UUID) -> Import | None:
    row = await tx.lock_one("select " + _IMPORT + " from register_import where id = $1 for update", id)
    return _read(row) if row else None


async def delete(tx: Transaction, id: UUID) -> None:
    """With its lines."""
    await tx.change_one("delete from register_import where id = $1", id)


async def of_organisation(tx: Transaction, asked: Asked, organisation_id: UUID) -> Page[Import]:
    """One page of what an organisation has sent, the newest first."""
    page = await OF_ORGANISATION.page(tx, asked, organisation_id)
    return page.with_items([_read(row) for row in page.items])


async def to_release(tx: Transaction) -> Few[Import]:
    """Those that wait for the network's welcome team, the longest first."""
    rows = await tx.fetch(
        "select " + _IMPORT + " from register_import where stage = 'waits' order by uploaded_at, id limit $1",
        MOST_WAITING + 1,
    )
    return few(rows, MOST_WAITING, _read)


async def count_answers(tx: Transaction, answers: Mapping[UUID, int], said: str) -> None:
    """So many more of each list said yes, said no, or nothing in time (`said`: yes, no or silent). Of lists that are
    gone nothing is counted."""
    await tx.change_any(
        "update register_import set version = register_import.version + 1,"
        " said_yes = said_yes + case when $3 = 'yes' then n.many else 0 end,"
        " said_no = said_no + case when $3 = 'no' then n.many else 0 end,"
        " silent = silent + case when $3 = 'silent' then n.many else 0 end"
        " from unnest($1::uuid[], $2::int[]) as n (id, many) where register_import.id = n.id",
        *(list(answers), list(answers.values()), said),
    )


async def delete_old(tx: Transaction) -> int:
    """Those that nobody brought in, and the counts of those of long ago; the lines of what was brought in."""
    gone = await tx.change_any(
        "delete from register_import where (stage = any($1::text[]) and uploaded_at < $2) or uploaded_at < $3",
        *(list(BEFORE), tx.now - KEPT_UNUSED, tx.now - COUNTS_KEPT),
    )
    return gone + await tx.change_any(
        "delete from register_line using register_import i where i.id = import_id and i.done_at < $1",
        tx.now - LINES_KEPT,
    )


async def waits(tx: Transaction) -> dict[str, datetime | None]:
    """Since when the oldest list waits for the network, or is on its way; and the oldest person for their own word."""
    row = await tx.fetchrow(
        "select (select min(moved_at) from register_import where stage = 'waits') as list_to_release,"
        " (select min(moved_at) from register_import where stage in ('running', 'undoing')) as list_on_its_way,"
        " (select min(sent_at) from application where stage = 'listed') as listed_person"
    )
    return dict(row) if row else {}


async def unanswered(tx: Transaction) -> int:
    """How many are listed and have not answered."""
    return await tx.fetchval("select count(*) from application where stage = 'listed'")
