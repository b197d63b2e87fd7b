"""Applications, and the network that screens them."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from schemas.identity import Organisation
from services.chassis.base.periods import Period
from services.chassis.base.refusals import NotFound
from services.chassis.postgres import files
from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Row, Transaction
from services.recruitment.domain.application import Application, Screening

_APPLICATION = (
    "id, version, person_id, organisation_id, ods_code, called, full_name, why, sent_at, stage, entered_by, ended_at,"
    " decided_by, reason, answer_by"
)


def _read(row: Row) -> Application:
    return Application(
        id=row["id"],
        version=row["version"],
        person_id=row["person_id"],
        screened_by=Screening(row["organisation_id"], row["ods_code"]),
        called=row["called"],
        full_name=row["full_name"],
        why=row["why"],
        sent_at=row["sent_at"],
        stage=row["stage"],
        entered_by=row["entered_by"],
        ended_at=row["ended_at"],
        decided_by=row["decided_by"],
        reason=row["reason"],
        answer_by=row["answer_by"],
    )


async def network(tx: Transaction, *, on: date) -> Organisation | None:
    """The organisation that runs the network on a day, or None when it has not been heard of."""
    rows = await tx.fetch(
        "select state from mirror_organisation where state ->> 'kind' = 'network' and not erased order by id limit 10"
    )
    known = [Organisation.model_validate_json(row["state"]) for row in rows]
    return next((one for one in known if Period.of(one).in_force_on(on)), None)


async def add(tx: Transaction, a: Application) -> bool:
    """False when an application of this person waits already."""
    added = await tx.change_any(
        "insert into application (id, version, person_id, organisation_id, ods_code, called, full_name, why, stage,"
        " sent_at, entered_by, answer_by) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        " on conflict (person_id) where stage = 'sent' do nothing",
        *(a.id, a.version, a.person_id, a.screened_by.organisation_id, a.screened_by.ods_code),
        *(a.called, a.full_name, a.why, a.stage, a.sent_at, a.entered_by, a.answer_by),
    )
    return added == 1


async def save(tx: Transaction, a: Application) -> None:
    """What can change after it was sent. The caller holds the row's lock."""
    await tx.change_one(
        "update application set version = $2, stage = $3, ended_at = $4, decided_by = $5, reason = $6 where id = $1",
        *(a.id, a.version, a.stage, a.ended_at, a.decided_by, a.reason),
    )


async def rename(tx: Transaction, id: UUID, called: str) -> None:
    """The called name is no part of the public state, so the version stays."""
    await tx.change_one("update application set called = $2 where id = $1", id, called)


async def lock(tx: Transaction, id: UUID) -> Application:
    """Raises NotFound, also where a row policy hides it."""
    row = await tx.lock_one("select " + _APPLICATION + " from application where id = $1 for update", id)
    if row is None:
        raise NotFound
    return _read(row)


async def after(tx: Transaction, id: UUID, *, limit: int) -> list[Application]:
    """Those after an id, in id order."""
    rows = await tx.fetch("select " + _APPLICATION + " from application where id > $1 order by id limit $2", id, limit)
    return [_read(row) for row in rows]


async def lock_of_person(tx: Transaction, person_id: UUID) -> Sequence[Application]:
    """All of a person's applications, locked in id order, oldest first."""
    rows = await tx.lock_all(
        "select " + _APPLICATION + " from application where person_id = $1 order by id for update", person_id
    )
    return sorted((_read(row) for row in rows), key=lambda one: one.sent_at)


async def get(tx: Transaction, id: UUID) -> Application | None:
    row = await tx.fetchrow("select " + _APPLICATION + " from application where id = $1", id)
    return _read(row) if row else None


async def newest_of_person(tx: Transaction, person_id: UUID) -> Application | None:
    row = await tx.fetchrow(
        "select " + _APPLICATION + " from application where person_id = $1 order by sent_at desc, id desc limit 1",
        person_id,
    )
    return _read(row) if row else None


async def waiting(tx: Transaction, asked: Asked, organisation_id: UUID, words: str) -> Page[Application]:
    """One page of those that wait for an organisation's screeners; `words`: of the called name, or the reference."""
    reference = _REFERENCE.fullmatch(words)
    page = await WAITING.page(tx, asked, organisation_id, words, reference[1].lower() if reference else None)
    return page.with_items([_read(row) for row in page.items])


_WAITING = (
    " from application where organisation_id = $1 and stage = 'sent'"
    " and ($2 = '' or strpos(called_key, (select searched($2))) > 0 or right(id::text, 6) = $3)"
)
_REFERENCE = re.compile(r"AP-([0-9A-F]{6})", re.IGNORECASE)
WAITING = Listing(
    "applications",
    sorts=(
        Sort(
            "longest",
            "Longest waiting",
            "select " + _APPLICATION + _WAITING + " and (sent_at, id) > ($4, $5) order by sent_at, id limit $6",
            by={"sent_at": datetime, "id": UUID},
        ),
        Sort(
            "newest",
            "Newest first",
            "select " + _APPLICATION + _WAITING + " and (sent_at, id) < ($4, $5)"
            " order by sent_at desc, id desc limit $6",
            by={"sent_at": datetime, "id": UUID},
            descending=True,
        ),
    ),
    count="select count(*) from (select" + _WAITING + " limit $4) as counted",
    size=50,
)


async def waits(tx: Transaction) -> dict[str, datetime | None]:
    """Since when the oldest application waits for an answer."""
    return {"application": await tx.fetchval("select min(sent_at) from application where stage = 'sent'")}


async def lock_unsuccessful(tx: Transaction, *, older_than_days: int, limit: int) -> list[Application]:
    """Applications that did not lead to joining and ended longer ago than that; skips what is being worked on."""
    rows = await tx.fetch(
        "select " + _APPLICATION + " from application where stage in ('declined', 'withdrawn') and ended_at < $1"
        " order by id limit $2 for update skip locked",
        *(tx.now - timedelta(days=older_than_days), limit),
    )
    return [_read(row) for row in rows]


async def delete(tx: Transaction, *ids: UUID) -> None:
    """With their files. The caller holds the lock of each row."""
    await files.forget_about(tx, *ids)
    await tx.change_each(
        "delete from application using unnest($1::uuid[]) as n (id) where application.id = n.id", [(id,) for id in ids]
    )


async def forget(tx: Transaction, id: UUID) -> None:
    """The same, where it may be gone already."""
    await files.forget_about(tx, id)
    await tx.change_any("delete from application where id = $1", id)
