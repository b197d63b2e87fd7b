"""People whom an organisation listed, until they answer; and their past as it was declared, after that too."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.postgres.lists import Few, few
from services.chassis.postgres.transaction import Row, Transaction
from services.recruitment.domain.application import Application
from services.recruitment.domain.names import name_key
from services.recruitment.domain.register.lines import Past
from services.recruitment.store.applications import APPLICATION, read

MOST_PAST = 100
_DECLARED = "id, person_id, organisation_id, kind, what, body, since, until, declared_at, corrected_at"


@dataclass(frozen=True)
class Listed:
    """What is known of somebody until they answer."""

    application_id: UUID
    person_id: UUID
    import_id: UUID
    district: str | None


@dataclass(frozen=True)
class Declared:
    """A piece of somebody's past, and who said it. `corrected_at`: when they themselves put it right."""

    id: UUID
    person_id: UUID
    organisation_id: UUID
    past: Past
    declared_at: datetime
    corrected_at: datetime | None = None


def _declared(row: Row) -> Declared:
    past = Past(row["kind"], row["what"], row["body"], row["since"], row["until"])
    ids = (row["id"], row["person_id"], row["organisation_id"])
    return Declared(*ids, past, row["declared_at"], row["corrected_at"])


async def add(tx: Transaction, listed: Sequence[tuple[Application, Listed]]) -> None:
    """All by two statements."""
    await tx.change_each(
        "insert into application (id, version, person_id, organisation_id, ods_code, called, full_name, stage, sent_at,"
        " moved_at, listed_by, birth_year, name_key, answer_by)"
        " select * from unnest($1::uuid[], $2::bigint[], $3::uuid[],"
        " $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::timestamptz[], $10::timestamptz[],"
        " $11::uuid[], $12::smallint[], $13::text[], $14::timestamptz[])",
        [
            (
                *(a.id, a.version, a.person_id, a.screened_by.organisation_id, a.screened_by.ods_code),
                *(a.called, a.full_name, a.stage, a.sent_at, a.moved_at, a.listed_by, a.birth_year, _key(a)),
                a.answer_by,
            )
            for a, _ in listed
        ],
    )
    await tx.change_each(
        "insert into listed (application_id, person_id, import_id, district)"
        " select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[])",
        [(one.application_id, one.person_id, one.import_id, one.district) for _, one in listed],
    )


def _key(application: Application) -> str | None:
    """By which a full name is compared."""
    return name_key(application.full_name) if application.full_name else None


async def get(tx: Transaction, application_id: UUID) -> Listed | None:
    row = await tx.fetchrow(
        "select application_id, person_id, import_id, district from listed where application_id = $1",
        application_id,
    )
    return Listed(**row) if row else None


async def take(tx: Transaction, application_ids: Sequence[UUID]) -> list[Listed]:
    """They are listed no more. What was known of them is given back, once: whoever comes second is given nothing."""
    row = await tx.change_for(
        "with gone as (delete from listed where application_id = any($1::uuid[])"
        " returning application_id, person_id, import_id, district)"
        " select coalesce(jsonb_agg(to_jsonb(gone) order by application_id), '[]'::jsonb) as gone from gone",
        list(application_ids),
    )
    assert row, "a count always answers"
    uuids = ("application_id", "person_id", "import_id")
    return [Listed(**one | {name: UUID(one[name]) for name in uuids}) for one in json.loads(row["gone"])]


async def people_of_import(tx: Transaction, import_id: UUID) -> list[UUID]:
    """Everybody of a list who has not answered: as many as a list may have."""
    rows = await tx.fetch("select person_id from listed where import_id = $1 order by application_id", import_id)
    return [row["person_id"] for row in rows]


async def lock_of_import(tx: Transaction, import_id: UUID) -> list[Application]:
    """Everybody of a list who has not answered, in id order."""
    rows = await tx.lock_all(
        "select " + APPLICATION + " from application where stage = 'listed'"
        " and id in (select application_id from listed where import_id = $1) order by id for update",
        import_id,
    )
    return [read(row) for row in rows]


async def lock_silent(tx: Transaction, *, older_than_days: int, limit: int) -> list[Application]:
    """Whose time for an answer is over; skips who is answering just now. `older_than_days`: of those who were listed
    before each was given a day."""
    rows = await tx.fetch(
        "select " + APPLICATION + " from application where stage = 'listed' and coalesce(answer_by, sent_at"
        " + $2::integer * interval '1 day') < $1"
        " order by id limit $3 for update skip locked",
        *(tx.now, older_than_days, limit),
    )
    return [read(row) for row in rows]


async def answer(tx: Transaction, *applications: Application) -> None:
    """Yes or no, of as many as there are, by one statement. The caller holds the lock of each."""
    await tx.change_each(
        "update application set version = n.version, stage = n.stage, called = n.called, full_name = n.full_name,"
        " ended_at = n.ended_at, entered_by = n.entered_by, birth_year = n.birth_year, name_key = n.name_key"
        " from unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::uuid[],"
        " $8::smallint[], $9::text[]) as n (id, version, stage, called, full_name, ended_at, entered_by, birth_year,"
        " name_key) where application.id = n.id",
        [
            (
                *(a.id, a.version, a.stage, a.called, a.full_name, a.ended_at, a.entered_by, a.birth_year),
                _key(a),
            )
            for a in applications
        ],
    )


async def declare(tx: Transaction, import_id: UUID, declared: Sequence[Declared]) -> None:
    """By one statement."""
    await tx.change_each(
        "insert into declared (id, person_id, organisation_id, import_id, kind, what, body, since, until, declared_at)"
        " select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[],"
        " $8::text[], $9::text[], $10::timestamptz[])",
        [
            (
                *(one.id, one.person_id, one.organisation_id, import_id, one.past.kind, one.past.what),
                *(one.past.body, one.past.since, one.past.until, one.declared_at),
            )
            for one in declared
        ],
    )


async def past_of(tx: Transaction, person_id: UUID) -> Few[Declared]:
    """What was declared of somebody, each kind by itself, the oldest first."""
    rows = await tx.fetch(
        "select " + _DECLARED + " from declared where person_id = $1 order by kind desc, since, id limit $2",
        *(person_id, MOST_PAST + 1),
    )
    return few(rows, MOST_PAST, _declared)


async def lock_past(tx: Transaction, id: UUID, person_id: UUID) -> Declared | None:
    row = await tx.lock_one(
        "select " + _DECLARED + " from declared where id = $1 and person_id = $2 for update", id, person_id
    )
    return _declared(row) if row else None


async def correct(tx: Transaction, one: Declared, *, entered_by: UUID | None) -> None:
    """As its person says it now. The caller holds the row's lock."""
    await tx.change_one(
        "update declared set what = $2, body = $3, since = $4, until = $5, corrected_at = $6, entered_by = $7"
        " where id = $1",
        *(one.id, one.past.what, one.past.body, one.past.since, one.past.until, one.corrected_at, entered_by),
    )


async def take_out(tx: Transaction, id: UUID) -> None:
    await tx.change_one("delete from declared where id = $1", id)


async def forget_past(tx: Transaction, people: Sequence[UUID]) -> None:
    await tx.change_any("delete from declared where person_id = any($1::uuid[])", list(people))
