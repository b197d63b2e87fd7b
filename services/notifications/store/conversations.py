"""Conversations: one a thing, under its id. Their messages: said.py; the lists of them: conversation_lists.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.chassis.postgres.transaction import Row, Transaction
from services.notifications.domain.conversation import Conversation

CONVERSATION = (
    "c.id, c.version, c.about, c.person_id, c.organisation_id, c.ods_code, c.opportunity_id, c.begun_at, c.messages,"
    " c.written_at, c.written_by, c.unread_since, c.answer_since, c.muted_at, c.ended_at, c.ended_by, c.seen, c.told,"
    " c.told_at"
)
_FIELDS = tuple(Conversation.__dataclass_fields__)


def conversation_of(row: Row) -> Conversation:
    return Conversation(**{name: row[name] for name in _FIELDS})


async def hold_each(tx: Transaction, ids: Sequence[UUID]) -> None:
    """Whoever else would write in these waits until the commit; also in one in which nothing is written yet."""
    await tx.execute(
        "select pg_advisory_xact_lock(hashtextextended('notifications:conversation:' || id, 0))"
        " from (select distinct id from unnest($1::text[]) as id order by id) as one",
        [str(id) for id in ids],
    )


async def get(tx: Transaction, id: UUID) -> Conversation | None:
    row = await tx.fetchrow("select " + CONVERSATION + " from conversation c where c.id = $1", id)
    return conversation_of(row) if row else None


async def lock(tx: Transaction, id: UUID) -> Conversation | None:
    row = await tx.lock_one("select " + CONVERSATION + " from conversation c where c.id = $1 for update", id)
    return conversation_of(row) if row else None


async def lock_each(tx: Transaction, ids: Sequence[UUID]) -> Mapping[UUID, Conversation]:
    rows = await tx.lock_all(
        "select " + CONVERSATION + " from conversation c where c.id = any($1::uuid[]) order by c.id for update",
        list(ids),
    )
    return {row["id"]: conversation_of(row) for row in rows}


async def lock_of_person(tx: Transaction, person_id: UUID) -> list[Conversation]:
    rows = await tx.lock_all(
        "select " + CONVERSATION + " from conversation c where c.person_id = $1 order by c.id for update", person_id
    )
    return [conversation_of(row) for row in rows]


async def after(tx: Transaction, id: UUID, *, limit: int) -> list[Conversation]:
    """Those after an id, in id order."""
    rows = await tx.fetch(
        "select " + CONVERSATION + " from conversation c where c.id > $1 order by c.id limit $2", id, limit
    )
    return [conversation_of(row) for row in rows]


async def add(tx: Transaction, *begun: Conversation) -> None:
    """The caller holds each (`hold_each`)."""
    await tx.change_each(
        "insert into conversation (id, version, about, person_id, organisation_id, ods_code, opportunity_id, begun_at,"
        " messages, written_at, written_by, unread_since, answer_since, muted_at, ended_at, ended_by, seen, told,"
        " told_at, turn) select id, version, about, person_id, organisation_id, ods_code, opportunity_id, begun_at,"
        " messages, written_at, written_by, unread_since, answer_since, muted_at, ended_at, ended_by, seen, told,"
        " told_at, turn from unnest($1::uuid[], $2::bigint[], $3::text[], $4::uuid[], $5::uuid[], $6::text[],"
        " $7::uuid[], $8::timestamptz[], $9::int[], $10::timestamptz[], $11::text[], $12::timestamptz[],"
        " $13::timestamptz[], $14::timestamptz[], $15::timestamptz[], $16::text[], $17::int[], $18::int[],"
        " $19::timestamptz[], $20::bigint[]) as n (id, version, about, person_id, organisation_id, ods_code,"
        " opportunity_id, begun_at, messages, written_at, written_by, unread_since, answer_since, muted_at, ended_at,"
        " ended_by, seen, told, told_at, turn)",
        [_values(one) for one in begun],
    )


def _values(c: Conversation) -> tuple[Any, ...]:
    return (
        *(c.id, c.version, c.about, c.person_id, c.organisation_id, c.ods_code, c.opportunity_id, c.begun_at),
        *(c.messages, c.written_at, c.written_by, c.unread_since, c.answer_since, c.muted_at, c.ended_at, c.ended_by),
        *(c.seen, c.told, c.told_at, c.turn),
    )


async def save(tx: Transaction, *changed: Conversation) -> None:
    """The caller holds the rows' locks."""
    await tx.change_each(
        "update conversation set version = n.version, messages = n.messages, written_at = n.written_at,"
        " written_by = n.written_by, unread_since = n.unread_since, answer_since = n.answer_since,"
        " muted_at = n.muted_at, ended_at = n.ended_at, ended_by = n.ended_by, seen = n.seen, told = n.told,"
        " told_at = n.told_at, turn = n.turn from unnest($1::uuid[], $2::bigint[], $3::int[], $4::timestamptz[],"
        " $5::text[], $6::timestamptz[], $7::timestamptz[], $8::timestamptz[], $9::timestamptz[], $10::text[],"
        " $11::int[], $12::int[], $13::timestamptz[], $14::bigint[]) as n (id, version, messages, written_at,"
        " written_by, unread_since, answer_since, muted_at, ended_at, ended_by, seen, told, told_at, turn)"
        " where conversation.id = n.id",
        [
            (
                *(c.id, c.version, c.messages, c.written_at, c.written_by, c.unread_since, c.answer_since, c.muted_at),
                *(c.ended_at, c.ended_by, c.seen, c.told, c.told_at, c.turn),
            )
            for c in changed
        ],
    )


async def forget(tx: Transaction, ids: Sequence[UUID]) -> None:
    """With all that was written in them. The caller holds the rows' locks."""
    await tx.change_any("delete from conversation where id = any($1::uuid[])", list(ids))


async def to_tell_later(tx: Transaction, after: UUID, *, limit: int) -> list[Conversation]:
    """Those in which staff wrote since their person was told last, of those after an id, in id order."""
    rows = await tx.fetch(
        "select " + CONVERSATION + " from conversation c where c.id > $1 and c.told > c.seen and c.muted_at is null"
        " and c.ended_at is null and exists (select from said s where s.conversation_id = c.id"
        " and s.side = 'organisation' and s.number > c.told) order by c.id limit $2",
        *(after, limit),
    )
    return [conversation_of(row) for row in rows]


@dataclass(frozen=True)
class Unread:
    """What people wrote to one desk of one organisation, by its code, that nobody there has read."""

    organisation: str
    desk: str
    count: int
    oldest: datetime


async def unread_by_desk(tx: Transaction) -> list[Unread]:
    """The desk is the role's, else the first of the organisation; empty where it has none."""
    rows = await tx.fetch(
        "select c.ods_code as organisation, coalesce((select d ->> 'name' from"
        " jsonb_array_elements(org.state -> 'desks') as d where d ->> 'id' = o.state ->> 'desk_id' limit 1),"
        " (select d ->> 'name' from jsonb_array_elements(org.state -> 'desks') as d limit 1), '') as desk,"
        " count(*) as count, min(c.unread_since) as oldest"
        " from conversation c left join mirror_opportunity o on o.id = c.opportunity_id and not o.erased"
        " left join mirror_organisation org on org.id = c.organisation_id and not org.erased"
        " where c.unread_since is not null group by 1, 2 order by 1, 2"
    )
    return [Unread(**dict(row)) for row in rows]


async def oldest_that_waits(tx: Transaction) -> datetime | None:
    """Since when somebody waits for an answer to what they wrote."""
    return await tx.fetchval("select min(answer_since) from conversation where answer_since is not null")
