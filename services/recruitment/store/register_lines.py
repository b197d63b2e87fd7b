"""The lines of a list, as they were typed, and what its dry run says of each."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.chassis.base.tables.heading import Line
from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Row, Transaction

_LINE = "line, cells, problem, refused, remarks, first_line, shows, person_id"
_KEPT = ("line", "problem", "refused", "remarks", "first_line", "shows", "person_id")
_SHOWN = " from register_line where import_id = $1 and ($2::text is null or shows = $2)"
LINES = Listing(
    "lines of a list",
    sorts=(
        Sort(
            "line",
            "In order",
            "select import_id, "
            + _LINE
            + _SHOWN
            + " and (line, import_id) > ($3, $4) order by line, import_id limit $5",
            by={"line": int, "import_id": UUID},
        ),
    ),
    count="select count(*) from (select" + _SHOWN + " limit $3) as counted",
    size=50,
)


@dataclass(frozen=True)
class Kept:
    """A line. `problem`: what made it unreadable in the file; `refused`: why it is not taken, that among it."""

    line: int
    cells: Sequence[str]
    problem: str
    refused: str = ""
    remarks: str = ""
    first_line: int | None = None
    """Of the same person: another one where several lines are one person."""
    shows: str = "good"
    person_id: UUID | None = None


def _read(row: Row) -> Kept:
    given: dict[str, Any] = {name: row[name] for name in _KEPT} | {"cells": tuple(json.loads(row["cells"]))}
    return Kept(**given)


async def add(tx: Transaction, import_id: UUID, organisation_id: UUID, lines: Sequence[Line]) -> None:
    """By one statement."""
    await tx.change_each(
        "insert into register_line (import_id, organisation_id, line, cells, problem)"
        " select * from unnest($1::uuid[], $2::uuid[], $3::int[], $4::jsonb[], $5::text[])",
        [(import_id, organisation_id, one.line, json.dumps(one.cells), one.problem) for one in lines],
    )


async def all_of(tx: Transaction, import_id: UUID) -> list[Kept]:
    """As many as a list may have, in order."""
    rows = await tx.fetch("select " + _LINE + " from register_line where import_id = $1 order by line", import_id)
    return [_read(row) for row in rows]


async def page(tx: Transaction, asked: Asked, import_id: UUID, shows: str | None) -> Page[Kept]:
    found = await LINES.page(tx, asked, import_id, shows)
    return found.with_items([_read(row) for row in found.items])


async def check(tx: Transaction, import_id: UUID, lines: Sequence[Kept]) -> None:
    """Keep what the dry run says of each, by one statement."""
    await tx.change_each(
        "update register_line set refused = n.refused, remarks = n.remarks, first_line = n.first_line, shows = n.shows"
        " from unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::int[], $6::text[])"
        " as n (import_id, line, refused, remarks, first_line, shows)"
        " where register_line.import_id = n.import_id and register_line.line = n.line",
        [(import_id, one.line, one.refused, one.remarks, one.first_line, one.shows) for one in lines],
    )


async def name_people(tx: Transaction, import_id: UUID, people: Sequence[tuple[int, UUID]]) -> None:
    """Who each line is about: the id that recruitment gave them."""
    await tx.change_each(
        "update register_line set person_id = n.person_id"
        " from unnest($1::uuid[], $2::int[], $3::uuid[]) as n (import_id, line, person_id)"
        " where register_line.import_id = n.import_id and register_line.line = n.line",
        [(import_id, line, person_id) for line, person_id in people],
    )


async def forget_people(tx: Transaction, people: Sequence[UUID]) -> None:
    """They have answered, or are forgotten."""
    await tx.change_any("delete from register_line where person_id = any($1::uuid[])", list(people))


async def forget_all(tx: Transaction, import_id: UUID) -> None:
    await tx.change_any("delete from register_line where import_id = $1", import_id)
