"""What was written in conversations, message by message; with the files that came with it, each about its message."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.chassis.postgres import files
from services.chassis.postgres.files import KeptFile
from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Row, Transaction
from services.notifications.domain.conversation import Said

FILE = "message"
"""The kind of file that came with a message."""
MOST_READ_OUT = 20
"""Messages that are read out, printed or mailed at once; the page has all."""
_SAID = (
    "s.id, s.conversation_id, s.person_id, s.organisation_id, s.number, s.side, s.words, s.link, s.has_file, s.said_by,"
    " s.said_at, s.phone_on, s.read_by, s.read_at, s.to_all"
)
_FIELDS = tuple(Said.__dataclass_fields__)


def _said(row: Row) -> Said:
    return Said(**{name: row[name] for name in _FIELDS})


@dataclass(frozen=True)
class Shown:
    """A message with the names that go with it; "" of somebody who has gone. `file`: what came with it."""

    said: Said
    by: str
    read_by: str
    file: KeptFile | None = None


async def add(tx: Transaction, *many: Said) -> None:
    """The caller holds the lock of each conversation."""
    await tx.change_each(
        "insert into said (id, conversation_id, person_id, organisation_id, number, side, words, link, has_file,"
        " said_by, said_at, phone_on, read_by, read_at, to_all) select id, conversation_id, person_id, organisation_id,"
        " number, side, words, link, has_file, said_by, said_at, phone_on, read_by, read_at, to_all"
        " from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::int[], $6::text[], $7::text[], $8::text[],"
        " $9::boolean[], $10::uuid[], $11::timestamptz[], $12::date[], $13::uuid[], $14::timestamptz[], $15::uuid[])"
        " as n (id, conversation_id, person_id, organisation_id, number, side, words, link, has_file, said_by, said_at,"
        " phone_on, read_by, read_at, to_all)",
        [_values(one) for one in many],
    )


def _values(s: Said) -> tuple[Any, ...]:
    return (
        *(s.id, s.conversation_id, s.person_id, s.organisation_id, s.number, s.side, s.words, s.link, s.has_file),
        *(s.said_by, s.said_at, s.phone_on, s.read_by, s.read_at, s.to_all),
    )


async def mark_read(tx: Transaction, conversation_id: UUID, *, by: UUID, saw: int | None = None) -> datetime | None:
    """What the person wrote and nobody has read, up to the message that was seen; since when they wait with what is
    newer. The caller holds the conversation's lock."""
    await tx.change_any(
        "update said set read_by = $2, read_at = $3 where conversation_id = $1 and side = 'person' and read_at is null"
        " and ($4::int is null or number <= $4)",
        *(conversation_id, by, tx.now, saw),
    )
    return await tx.fetchval(
        "select min(said_at) from said where conversation_id = $1 and side = 'person' and read_at is null",
        conversation_id,
    )


async def of_conversation(tx: Transaction, asked: Asked, id: UUID) -> Page[Shown]:
    """The newest first."""
    page = await SAID.page(tx, asked, id)
    said = [_said(row) for row in page.items]
    found = {one.file_of: file for one in said if one.has_file for file in await files.about(tx, one.file_of, FILE)}
    return page.with_items(
        [
            Shown(one, row["by"] or "", row["reader"] or "", found.get(one.file_of))
            for one, row in zip(said, page.items, strict=True)
        ]
    )


_OF = " from said s where s.conversation_id = $1"
SAID = Listing(
    "what was written",
    sorts=(
        Sort(
            "newest",
            "Newest first",
            "select "
            + _SAID
            + ", hand_called(s.id, s.said_by) as by, hand_called(s.id, s.read_by) as reader"
            + _OF
            + " and (s.number, s.id) < ($2, $3) order by s.number desc, s.id desc limit $4",
            by={"number": int, "id": UUID},
            descending=True,
        ),
    ),
    count="select count(*) from (select" + _OF + " limit $2) as counted",
    size=10,
)


async def one(tx: Transaction, conversation_id: UUID, id: UUID) -> Said | None:
    row = await tx.fetchrow(
        "select " + _SAID + " from said s where s.id = $2 and s.conversation_id = $1", conversation_id, id
    )
    return _said(row) if row else None


async def not_seen(tx: Transaction, conversation_id: UUID) -> list[int]:
    """The numbers of what the organisation wrote and its person has not shown to have read, oldest first."""
    rows = await tx.fetch(
        "select s.number from said s join conversation c on c.id = s.conversation_id where s.conversation_id = $1"
        " and s.side = 'organisation' and s.number > c.seen order by s.number",
        conversation_id,
    )
    return [row["number"] for row in rows]


async def to_read_out(tx: Transaction, conversation_ids: Sequence[UUID]) -> dict[UUID, list[Said]]:
    """Of each, what the organisation wrote and its person has not shown to have read: the last of it, oldest first."""
    rows = await tx.fetch(
        "select " + _SAID + " from conversation c cross join lateral (select " + _SAID + " from said s"
        " where s.conversation_id = c.id and s.side = 'organisation' and s.number > c.seen"
        " order by s.number desc limit $2) s where c.id = any($1::uuid[]) order by s.conversation_id, s.number",
        *(list(conversation_ids), MOST_READ_OUT),
    )
    found: dict[UUID, list[Said]] = {}
    for row in rows:
        found.setdefault(row["conversation_id"], []).append(_said(row))
    return found


async def printed_before(tx: Transaction, letters: Sequence[UUID]) -> dict[UUID, list[Said]]:
    """Of each letter that was posted, what it had told of: up to its stage, from where the one before it ended."""
    rows = await tx.fetch(
        "select m.id as letter, " + _SAID + " from message m cross join lateral (select coalesce((select"
        " max(split_part(b.stage, ':', 2)::int) from message b where b.person_id = m.person_id and b.about = m.about"
        " and b.kind = m.kind and b.status = 'sent' and b.id <> m.id"
        " and split_part(b.stage, ':', 2)::int < split_part(m.stage, ':', 2)::int), 0) as after) x"
        " cross join lateral (select " + _SAID + " from said s where s.conversation_id = m.about"
        " and s.person_id = m.person_id and s.side = 'organisation' and s.number > x.after"
        " and s.number <= split_part(m.stage, ':', 2)::int order by s.number desc limit $2) s"
        " where m.id = any($1::uuid[]) order by m.id, s.number",
        *(list(letters), MOST_READ_OUT),
    )
    found: dict[UUID, list[Said]] = {}
    for row in rows:
        found.setdefault(row["letter"], []).append(_said(row))
    return found


async def have_it(tx: Transaction, to_all: UUID, conversation_ids: Sequence[UUID]) -> set[UUID]:
    """Which of these conversations have the one message to all already."""
    rows = await tx.fetch(
        "select conversation_id from said where to_all = $1 and conversation_id = any($2::uuid[])",
        *(to_all, list(conversation_ids)),
    )
    return {row["conversation_id"] for row in rows}


async def forget_files(tx: Transaction, conversation_ids: Sequence[UUID]) -> list[UUID]:
    """Those of these conversations alone; what was written to all whose file others may still have: `forget_shared`."""
    rows = await tx.fetch(
        "select id, to_all from said where conversation_id = any($1::uuid[]) and has_file", list(conversation_ids)
    )
    if rows:
        await files.forget_about(tx, *(row["id"] for row in rows))
    return sorted({row["to_all"] for row in rows if row["to_all"]})


async def forget_shared(tx: Transaction, to_all: Sequence[UUID]) -> None:
    """Files that were sent to all, once nobody has the message any more."""
    if not to_all:
        return
    rows = await tx.fetch("select distinct to_all from said where to_all = any($1::uuid[])", list(to_all))
    if gone := sorted({*to_all} - {row["to_all"] for row in rows}):
        await files.forget_about(tx, *gone)


async def forget_old(tx: Transaction, *, before: datetime, limit: int) -> tuple[int, list[UUID]]:
    """Delete some of what was written before then, with its files: how many, and the conversations of which nothing is
    left now."""
    rows = await tx.fetch(
        "select id, conversation_id, has_file, to_all from said where said_at < $1 order by said_at, id limit $2",
        *(before, limit),
    )
    if not rows:
        return 0, []
    await files.forget_about(tx, *(row["id"] for row in rows))
    await tx.change_each(
        "delete from said using unnest($1::uuid[]) as n (id) where said.id = n.id", [(row["id"],) for row in rows]
    )
    await forget_shared(tx, sorted({row["to_all"] for row in rows if row["has_file"] and row["to_all"]}))
    of = sorted({row["conversation_id"] for row in rows})
    left = await tx.fetch("select distinct conversation_id from said where conversation_id = any($1::uuid[])", of)
    still = {row["conversation_id"] for row in left}
    return len(rows), [id for id in of if id not in still]
