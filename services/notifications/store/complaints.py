"""Complaints about data as they are kept."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from services.chassis.base.refusals import NotFound
from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Row, Transaction
from services.notifications.domain.complaint import Complaint, Step

_STEPS = TypeAdapter(tuple[Step, ...])
COMPLAINT = (
    "d.id, d.person_id, d.entered_by, d.organisation_id, d.called, d.contact, d.words, d.came_by, d.received_at,"
    " d.acknowledge_by, d.acknowledged_at, d.acknowledged_how, d.acknowledged_by, d.progress, d.outcome, d.settled_at,"
    " d.settled_by, d.forgotten_at"
)


def complaint_of(row: Row) -> Complaint:
    given: dict[str, Any] = dict(row)
    given["progress"] = _STEPS.validate_json(row["progress"])
    return Complaint(**given)


async def add(tx: Transaction, d: Complaint) -> None:
    await tx.change_one(
        "insert into data_complaint (id, person_id, entered_by, organisation_id, called, contact, words, came_by,"
        " received_at, acknowledge_by, acknowledged_at, acknowledged_how, acknowledged_by)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        *(d.id, d.person_id, d.entered_by, d.organisation_id, d.called, d.contact, d.words, d.came_by),
        *(d.received_at, d.acknowledge_by, d.acknowledged_at, d.acknowledged_how, d.acknowledged_by),
    )


async def save(tx: Transaction, d: Complaint) -> None:
    """All that can change. The caller holds the row's lock."""
    await tx.change_one(
        "update data_complaint set acknowledged_at = $2, acknowledged_how = $3, acknowledged_by = $4, progress = $5,"
        " outcome = $6, settled_at = $7, settled_by = $8 where id = $1",
        *(d.id, d.acknowledged_at, d.acknowledged_how, d.acknowledged_by),
        *(json.dumps([asdict(one) for one in d.progress], default=str), d.outcome, d.settled_at, d.settled_by),
    )


async def lock(tx: Transaction, id: UUID) -> Complaint | None:
    """As the system; None where it is gone."""
    row = await tx.lock_one("select " + COMPLAINT + " from data_complaint d where d.id = $1 for update", id)
    return complaint_of(row) if row else None


_OURS = " from data_complaint d where d.organisation_id = $1 and d.person_id is distinct from $2"
"""The network's; whoever complained does not settle it themselves."""


async def of_staff(tx: Transaction, id: UUID, organisation_id: UUID, by: UUID) -> Complaint:
    """Raises NotFound."""
    row = await tx.fetchrow("select " + COMPLAINT + _OURS + " and d.id = $3", *(organisation_id, by, id))
    if row is None:
        raise NotFound
    return complaint_of(row)


async def lock_of_staff(tx: Transaction, id: UUID, organisation_id: UUID, by: UUID) -> Complaint:
    """Raises NotFound."""
    row = await tx.lock_one("select " + COMPLAINT + _OURS + " and d.id = $3 for update", *(organisation_id, by, id))
    if row is None:
        raise NotFound
    return complaint_of(row)


async def of_person(tx: Transaction, id: UUID, person_id: UUID) -> Complaint:
    """Raises NotFound."""
    row = await tx.fetchrow(
        "select " + COMPLAINT + " from data_complaint d where d.id = $1 and d.person_id = $2", *(id, person_id)
    )
    if row is None:
        raise NotFound
    return complaint_of(row)


_NEWEST = {"received_at": datetime, "id": UUID}
_MINE = " from data_complaint d where d.person_id = $1"
_ORDER = " order by d.received_at desc, d.id desc limit "
MINE = Listing(
    "my complaints about data",
    sorts=(
        Sort(
            "newest",
            "Newest first",
            "select " + COMPLAINT + _MINE + " and (d.received_at, d.id) < ($2, $3)" + _ORDER + "$4",
            by=_NEWEST,
            descending=True,
        ),
    ),
    count="select count(*) from (select" + _MINE + " limit $2) as counted",
)
OURS = Listing(
    "complaints about data",
    sorts=(
        Sort(
            "newest",
            "Newest first",
            "select " + COMPLAINT + _OURS + " and (d.received_at, d.id) < ($3, $4)" + _ORDER + "$5",
            by=_NEWEST,
            descending=True,
        ),
    ),
    count="select count(*) from (select" + _OURS + " limit $3) as counted",
)


async def mine(tx: Transaction, asked: Asked, person_id: UUID) -> Page[Complaint]:
    page = await MINE.page(tx, asked, person_id)
    return page.with_items([complaint_of(row) for row in page.items])


async def ours(tx: Transaction, asked: Asked, organisation_id: UUID, by: UUID) -> Page[Complaint]:
    page = await OURS.page(tx, asked, organisation_id, by)
    return page.with_items([complaint_of(row) for row in page.items])


async def near(tx: Transaction, *, acknowledge_by: datetime, received_before: datetime) -> tuple[int, int]:
    """How many are not acknowledged though their day is near or past, and how many are open for too long."""
    row = await tx.fetchrow(
        "select count(*) filter (where acknowledged_at is null and acknowledge_by <= $1) as unacknowledged,"
        " count(*) filter (where acknowledged_at is not null and received_at <= $2) as unsettled"
        " from data_complaint where settled_at is null and forgotten_at is null",
        *(acknowledge_by, received_before),
    )
    assert row
    return row["unacknowledged"], row["unsettled"]


async def forget(tx: Transaction, person_id: UUID) -> list[UUID]:
    """That it came, when it was acknowledged and settled, stays; words and person go. Returns ids."""
    rows = await tx.lock_all("select id from data_complaint where person_id = $1 order by id for update", person_id)
    await tx.change_any(
        "update data_complaint set person_id = null, called = '', contact = '', words = '', outcome = '',"
        " progress = '[]', forgotten_at = $2 where person_id = $1",
        *(person_id, tx.now),
    )
    return [row["id"] for row in rows]


async def delete_old(tx: Transaction, *, settled_before: datetime, contacts_before: datetime) -> None:
    """What was settled long ago; and before that how strangers are reached, once nothing is owed to them."""
    await tx.change_any(
        "delete from data_complaint where settled_at < $1 or (settled_at is null and forgotten_at < $1)", settled_before
    )
    await tx.change_any(
        "update data_complaint set called = '', contact = '' where settled_at < $1 and (called <> '' or contact <> '')",
        contacts_before,
    )
