"""Concerns as they are kept. Row-level security keeps each from whoever it is about, whatever their role."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from services.chassis.base.refusals import NotFound
from services.chassis.postgres.lists import MOST_COUNTED, Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Row, Transaction
from services.notifications.domain.concern import Answer, Concern

_ANSWERS = TypeAdapter(tuple[Answer, ...])
CONCERN = (
    "c.id, c.kind, c.person_id, c.entered_by, c.organisation_id, c.ods_code, c.about, c.of_organisation, c.thing,"
    " c.thing_id, c.reads, c.subjects, c.not_for, c.words, c.anonymous, c.sent_at, c.since, c.answer_by, c.read_at,"
    " c.read_by, c.answers, c.closed_at, c.not_settled_at, c.network_sees_at, c.moved_at,"
    " c.to_network_at, c.came_from, c.offered_to, c.offered_ods, c.offered_at, c.offered_by, c.agreed_at, c.kept_at"
)


def concern_of(row: Row) -> Concern:
    given: dict[str, Any] = {name: value for name, value in dict(row).items() if name != "name"}
    given |= {name: tuple(row[name]) for name in ("reads", "subjects", "not_for")}
    given["answers"] = _ANSWERS.validate_json(row["answers"])
    return Concern(**given)


async def add(tx: Transaction, c: Concern) -> None:
    await tx.change_one(
        "insert into concern (id, kind, person_id, entered_by, organisation_id, ods_code, about, of_organisation,"
        " thing, thing_id, reads, subjects, not_for, words, anonymous, sent_at, since, answer_by)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
        *(c.id, c.kind, c.person_id, c.entered_by, c.organisation_id, c.ods_code, c.about, c.of_organisation),
        *(c.thing, c.thing_id, list(c.reads), list(c.subjects), list(c.not_for), c.words, c.anonymous),
        *(c.sent_at, c.since, c.answer_by),
    )


async def save(tx: Transaction, c: Concern) -> None:
    """All that can change. The caller holds the row's lock."""
    answers = json.dumps([asdict(one) for one in c.answers], default=str)
    await tx.change_one(
        "update concern set organisation_id = $2, ods_code = $3, not_for = $4, since = $5, answer_by = $6,"
        " read_at = $7, read_by = $8, answers = $9, closed_at = $10, not_settled_at = $11, network_sees_at = $12,"
        " moved_at = $13, subjects = $14, to_network_at = $15, came_from = $16, offered_to = $17, offered_ods = $18,"
        " offered_at = $19, offered_by = $20, agreed_at = $21, kept_at = $22, reads = $23 where id = $1",
        *(c.id, c.organisation_id, c.ods_code, list(c.not_for), c.since, c.answer_by, c.read_at, c.read_by),
        *(answers, c.closed_at, c.not_settled_at, c.network_sees_at, c.moved_at),
        *(list(c.subjects), c.to_network_at, c.came_from, c.offered_to, c.offered_ods, c.offered_at, c.offered_by),
        *(c.agreed_at, c.kept_at, list(c.reads)),
    )


async def lock(tx: Transaction, id: UUID) -> Concern | None:
    """As the system; None where it is gone."""
    row = await tx.lock_one("select " + CONCERN + " from concern c where c.id = $1 for update", id)
    return concern_of(row) if row else None


_THEIRS = (
    " from concern c where (c.organisation_id = $1 or c.network_sees_at is not null) and c.reads && $2::text[]"
    " and c.person_id is distinct from $3"
)
"""Of an organisation's, by the roles of whoever asks: not their own; and, at the network, what nobody else read."""


async def of_staff(tx: Transaction, id: UUID, whose: tuple[UUID, Sequence[str], UUID]) -> Concern:
    """`whose`: the organisation, the roles and the hand of whoever asks. Raises NotFound."""
    row = await tx.fetchrow("select " + CONCERN + _THEIRS + " and c.id = $4", *_given(whose), id)
    if row is None:
        raise NotFound
    return concern_of(row)


async def lock_of_staff(tx: Transaction, id: UUID, whose: tuple[UUID, Sequence[str], UUID]) -> Concern:
    """The same, locked. Raises NotFound."""
    row = await tx.lock_one("select " + CONCERN + _THEIRS + " and c.id = $4 for update", *_given(whose), id)
    if row is None:
        raise NotFound
    return concern_of(row)


def _given(whose: tuple[UUID, Sequence[str], UUID]) -> tuple[UUID, list[str], UUID]:
    return whose[0], list(whose[1]), whose[2]


async def of_person(tx: Transaction, id: UUID, person_id: UUID) -> Concern:
    """Raises NotFound."""
    row = await tx.fetchrow(
        "select " + CONCERN + " from concern c where c.id = $1 and c.person_id = $2", *(id, person_id)
    )
    if row is None:
        raise NotFound
    return concern_of(row)


async def lock_of_person(tx: Transaction, id: UUID, person_id: UUID) -> Concern:
    """Raises NotFound."""
    row = await tx.lock_one(
        "select " + CONCERN + " from concern c where c.id = $1 and c.person_id = $2 for update", *(id, person_id)
    )
    if row is None:
        raise NotFound
    return concern_of(row)


async def no_about(tx: Transaction, thing_id: UUID, person_id: UUID) -> UUID | None:
    """The look at a no that its person has asked for already."""
    return await tx.fetchval(
        "select id from concern where kind = 'no' and thing_id = $1 and person_id = $2", *(thing_id, person_id)
    )


_NEWEST = {"sent_at": datetime, "id": UUID}
_MINE = " from concern c where c.person_id = $1"
_NAME = ", (select o.state ->> 'name' from mirror_organisation o where o.id = c.organisation_id) as name"
_COUNT_MINE = "select count(*) from (select" + _MINE + " limit $2) as counted"
MINE = Listing(
    "my concerns",
    sorts=(
        Sort(
            "newest",
            "Newest first",
            "select "
            + CONCERN
            + _NAME
            + _MINE
            + " and (c.sent_at, c.id) < ($2, $3) order by c.sent_at desc, c.id desc limit $4",
            by=_NEWEST,
            descending=True,
        ),
    ),
    count=_COUNT_MINE,
)
_OPEN = " and (c.closed_at is null) = $4"
OURS = Listing(
    "concerns",
    sorts=(
        Sort(
            "newest",
            "Newest first",
            "select " + CONCERN + _THEIRS + _OPEN + " and (c.sent_at, c.id) < ($5, $6)"
            " order by c.sent_at desc, c.id desc limit $7",
            by=_NEWEST,
            descending=True,
        ),
    ),
    count="select count(*) from (select" + _THEIRS + _OPEN + " limit $5) as counted",
)


@dataclass(frozen=True)
class Listed:
    """A concern in its person's list. `organisation`: what the one is called that has it."""

    concern: Concern
    organisation: str


async def mine(tx: Transaction, asked: Asked, person_id: UUID) -> Page[Listed]:
    """Its count is asked for only where the first page is not all of it."""
    page = await MINE.page(tx, replace(asked, counted=False), person_id)
    if asked.counted:
        is_all = page.is_first and page.next is None
        most = MOST_COUNTED + 1
        page = replace(page, count=len(page.items) if is_all else await tx.fetchval(_COUNT_MINE, person_id, most))
    return page.with_items([Listed(concern_of(row), row["name"] or row["ods_code"]) for row in page.items])


async def ours(
    tx: Transaction, asked: Asked, whose: tuple[UUID, Sequence[str], UUID], *, is_open: bool
) -> Page[Concern]:
    """Those that are open, or those that are closed; the newest first."""
    page = await OURS.page(tx, asked, *_given(whose), is_open)
    return page.with_items([concern_of(row) for row in page.items])


async def open_ones(tx: Transaction, after: UUID, *, limit: int) -> list[UUID]:
    """Those after an id, in id order."""
    rows = await tx.fetch(
        "select id from concern where closed_at is null and id > $1 order by id limit $2", *(after, limit)
    )
    return [row["id"] for row in rows]


async def unread(tx: Transaction) -> dict[str, tuple[int, datetime]]:
    """How many nobody has read yet and since when the oldest waits, by the ODS code of who has it."""
    rows = await tx.fetch(
        "select ods_code, count(*) as unread, min(since) as since from concern where closed_at is null"
        " and read_at is null and person_id is not null group by ods_code"
    )
    return {row["ods_code"]: (row["unread"], row["since"]) for row in rows}


async def forget(tx: Transaction, person_id: UUID) -> list[UUID]:
    """Its days, and what sort of thing it was about, stay; its words and its person go. Returns ids."""
    rows = await tx.lock_all("select id from concern where person_id = $1 order by id for update", person_id)
    await tx.change_any(
        "update concern set person_id = null, words = '', answers = '[]', thing = null, thing_id = null,"
        " anonymous = true, closed_at = coalesce(closed_at, $2) where person_id = $1",
        *(person_id, tx.now),
    )
    return [row["id"] for row in rows]


async def delete_old(tx: Transaction, *, closed_before: datetime) -> int:
    return await tx.change_any("delete from concern where closed_at < $1", closed_before)
