"""Training that organisations say people have done: staged by line, kept on a second press, its person's from then."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.chassis.base.hands import Member, Person
from services.chassis.base.refusals import NotFound
from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Transaction, new_id
from services.training.domain.declared import Import, Row

_IMPORT = "i.id, i.staged_at, i.applied_at"


async def stage(tx: Transaction[Member], id: UUID, rows: Sequence[tuple[Row, str]]) -> None:
    """Keep what came, two statements for all of it. What came before of the same lines stays as it is; of what is
    applied nothing comes again: its people may have taken it away."""
    await tx.change_any(
        "insert into declared_import (id, organisation_id, staged_by, staged_at) values ($1, $2, $3, $4)"
        " on conflict (id) do nothing",
        *(id, tx.acting.organisation_id, tx.acting.by, tx.now),
    )
    await tx.change_any(
        "insert into declared_training (id, import_id, line, number, organisation_id, person_id, title, held, run_by,"
        " wrong) select n.id, $1, n.line, n.number, $2, n.person_id, n.title, n.held, n.run_by, n.wrong from"
        " unnest($3::uuid[], $4::int[], $5::int[], $6::uuid[], $7::text[], $8::text[], $9::text[], $10::text[])"
        " as n (id, line, number, person_id, title, held, run_by, wrong)"
        " join declared_import i on i.id = $1 and i.applied_at is null on conflict do nothing",
        *(id, tx.acting.organisation_id),
        *(list(column) for column in zip(*(_columns(*one) for one in rows), strict=True)),
    )


def _columns(row: Row, wrong: str) -> tuple[object, ...]:
    held = row.held[:40]
    return new_id(), row.line, row.number, row.person_id, row.title[:200], held, row.by[:200], wrong


async def get(tx: Transaction[Member], id: UUID) -> Import:
    """Raises NotFound, for another organisation's too."""
    row = await tx.fetchrow(
        "select " + _IMPORT + " from declared_import i where i.id = $1 and i.organisation_id = $2",
        *(id, tx.acting.organisation_id),
    )
    if row is None:
        raise NotFound
    return Import(**dict(row))


async def lock(tx: Transaction[Member], id: UUID) -> Import:
    """The same, locked."""
    row = await tx.lock_one(
        "select " + _IMPORT + " from declared_import i where i.id = $1 and i.organisation_id = $2 for update",
        *(id, tx.acting.organisation_id),
    )
    if row is None:
        raise NotFound
    return Import(**dict(row))


async def note_applied(tx: Transaction[Member], id: UUID) -> None:
    await tx.change_one(
        "update declared_import set applied_by = $2, applied_at = $3 where id = $1", id, tx.acting.by, tx.now
    )


async def declare(tx: Transaction[Member], id: UUID) -> None:
    """All of an import that is right is kept from now on, by one statement."""
    await tx.change_any(
        "update declared_training set declared_at = $2 where import_id = $1 and wrong = '' and declared_at is null",
        *(id, tx.now),
    )


_IMPORTS = " from declared_import i where i.organisation_id = $1"
IMPORTS = Listing(
    "registers of training",
    sorts=(
        Sort(
            "newest",
            "Newest first",
            "select " + _IMPORT + _IMPORTS + " and (i.staged_at, i.id) < ($2, $3)"
            " order by i.staged_at desc, i.id desc limit $4",
            by={"staged_at": datetime, "id": UUID},
            descending=True,
        ),
    ),
    count="select count(*) from (select" + _IMPORTS + " limit $2) as counted",
)


async def imports(tx: Transaction[Member], asked: Asked) -> Page[Import]:
    """Those of the acting organisation, newest first."""
    page = await IMPORTS.page(tx, asked, tx.acting.organisation_id)
    return page.with_items([Import(**dict(row)) for row in page.items])


@dataclass(frozen=True)
class Counts:
    """How many trainings came, of how many people, how many have something wrong, and how many are kept."""

    rows: int
    people: int
    wrong: int
    kept: int


async def counts(tx: Transaction[Member], id: UUID) -> Counts:
    row = await tx.fetchrow(
        "select count(*) as rows, count(distinct person_id) as people, count(*) filter (where wrong <> '') as wrong,"
        " count(declared_at) as kept from declared_training where import_id = $1",
        id,
    )
    assert row
    return Counts(**dict(row))


@dataclass(frozen=True)
class Line:
    """One training of a list. `number`: which of its line; `wrong`: in words; `kept`: it is its person's by now, so
    nobody here reads what they made of it."""

    line: int
    number: int
    title: str
    held: str
    by: str
    wrong: str
    kept: bool = False


_LINE = "d.line, d.number, d.title, d.held, d.run_by as by, d.wrong, d.declared_at is not null as kept"
_LINES = " from declared_training d where d.import_id = $1 and d.wrong <> ''"
LINES = Listing(
    "lines of training",
    sorts=(
        Sort(
            "line",
            "As in the list",
            "select " + _LINE + _LINES + " and (d.line, d.number) > ($2, $3) order by d.line, d.number limit $4",
            by={"line": int, "number": int},
        ),
    ),
    count="select count(*) from (select" + _LINES + " limit $2) as counted",
)


async def lines(tx: Transaction[Member], asked: Asked, id: UUID) -> Page[Line]:
    """Those with something wrong, in their order."""
    page = await LINES.page(tx, asked, id)
    return page.with_items([Line(**dict(row)) for row in page.items])


async def one(tx: Transaction[Member], id: UUID, line: int, number: int) -> Line:
    """Raises NotFound."""
    row = await tx.fetchrow(
        "select " + _LINE + " from declared_training d where d.import_id = $1 and d.line = $2 and d.number = $3"
        " and d.organisation_id = $4",
        *(id, line, number, tx.acting.organisation_id),
    )
    if row is None:
        raise NotFound
    found = Line(**dict(row))
    return replace(found, title="", held="", by="") if found.kept else found


async def hold(tx: Transaction[Member], id: UUID, line: int, number: int) -> None:
    """The line stays as it is until the commit."""
    await tx.lock_one(
        "select 1 from declared_training where import_id = $1 and line = $2 and number = $3 and organisation_id = $4"
        " for update",
        *(id, line, number, tx.acting.organisation_id),
    )


async def complete(tx: Transaction[Member], id: UUID, row: Line, *, declared_at: datetime | None) -> None:
    """`declared_at`: where the import is applied already. Raises NotOneRow where it is kept."""
    await tx.change_one(
        "update declared_training set title = $4, held = $5, run_by = $6, wrong = '', declared_at = $7"
        " where import_id = $1 and line = $2 and number = $3 and declared_at is null",
        *(id, row.line, row.number, row.title, row.held, row.by, declared_at),
    )


@dataclass(frozen=True)
class Declared:
    """Training that an organisation says somebody has done. `corrected`: its person put it right since."""

    id: UUID
    title: str
    held: str
    by: str
    organisation: str
    corrected: bool


_DECLARED = (
    "d.id, d.title, d.held, d.run_by as by, d.corrected_at is not null as corrected,"
    " coalesce((select o.state ->> 'name' from mirror_organisation o where o.id = d.organisation_id), '')"
    " as organisation"
)
_MINE = " from declared_training d where d.person_id = $1 and d.declared_at is not null"
MINE = Listing(
    "training declared of me",
    sorts=(
        Sort(
            "first",
            "As it was brought in",
            "select " + _DECLARED + _MINE + " and d.id > $2 order by d.id limit $3",
            by={"id": UUID},
        ),
    ),
    count="select count(*) from (select" + _MINE + " limit $2) as counted",
)


async def of_person(tx: Transaction[Person], asked: Asked) -> Page[Declared]:
    """What organisations say that the person has done."""
    page = await MINE.page(tx, asked, tx.acting.person_id)
    return page.with_items([Declared(**dict(row)) for row in page.items])


async def one_of_person(tx: Transaction[Person], id: UUID) -> Declared:
    """Raises NotFound."""
    row = await tx.fetchrow(
        "select " + _DECLARED + _MINE + " and d.id = $2",
        *(tx.acting.person_id, id),
    )
    if row is None:
        raise NotFound
    return Declared(**dict(row))


async def hold_of_person(tx: Transaction[Person], id: UUID) -> None:
    await tx.lock_one(
        "select 1 from declared_training where id = $1 and person_id = $2 for update", id, tx.acting.person_id
    )


async def correct(tx: Transaction[Person], id: UUID, *, title: str, held: str, by: str) -> None:
    await tx.change_one(
        "update declared_training set title = $3, held = $4, run_by = $5, corrected_at = $6"
        " where id = $1 and person_id = $2 and declared_at is not null",
        *(id, tx.acting.person_id, title, held, by, tx.now),
    )


async def remove(tx: Transaction[Person], id: UUID) -> None:
    await tx.change_one(
        "delete from declared_training where id = $1 and person_id = $2 and declared_at is not null",
        *(id, tx.acting.person_id),
    )


async def forget(tx: Transaction, person_id: UUID) -> None:
    await tx.change_any("delete from declared_training where person_id = $1", person_id)


async def drop_forgotten(tx: Transaction, id: UUID) -> None:
    """Whoever was forgotten while the import ran is on no list."""
    await tx.change_any(
        "delete from declared_training d using mirror_account a where d.import_id = $1 and a.id = d.person_id"
        " and a.erased",
        id,
    )


async def delete_old(tx: Transaction, *, staged_before: datetime) -> int:
    """Imports that nobody applied, and what stayed wrong of the others."""
    await tx.change_any(
        "delete from declared_training d using declared_import i where i.id = d.import_id and i.staged_at < $1"
        " and d.declared_at is null",
        staged_before,
    )
    return await tx.change_any(
        "delete from declared_import i where i.staged_at < $1 and i.applied_at is null", staged_before
    )
