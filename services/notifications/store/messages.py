"""Messages, from queued to sent."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotFound
from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Row, Transaction
from services.notifications.domain.contact import Apart
from services.notifications.domain.message import Fit, Lists, Message, News, Office

MESSAGE = (
    "m.id, m.version, m.person_id, m.kind, m.about, m.stage, m.subject, m.body, m.link, m.link_words, m.address,"
    " m.good_until, m.channel, m.status, m.queued_at, m.organisation_id, m.ods_code, m.sent_at, m.done_by,"
    " m.easy, m.list_month, m.left_out, m.thread_id, m.later, m.daily, m.thing, m.rings,"
    " m.round_up, m.after_break, m.matches, m.roles"
)


def message_of(row: Row) -> Message:
    news = News(
        person_id=row["person_id"],
        kind=row["kind"],
        about=row["about"],
        stage=row["stage"],
        subject=row["subject"],
        body=row["body"],
        link=row["link"],
        link_words=row["link_words"],
        good_until=row["good_until"],
        address=row["address"],
        easy=row["easy"],
        lists=Lists(row["list_month"], frozenset(row["left_out"])) if row["list_month"] else None,
        thread_id=row["thread_id"],
        later=row["later"],
        daily=row["daily"],
        thing=row["thing"],
        rings=row["rings"],
        round_up=row["round_up"],
        after_break=row["after_break"],
        fits=tuple(map(Fit, row["matches"] or (), row["roles"] or ())),
    )
    return Message(
        id=row["id"],
        version=row["version"],
        news=news,
        channel=row["channel"],
        status=row["status"],
        queued_at=row["queued_at"],
        office=Office(row["organisation_id"], row["ods_code"]) if row["organisation_id"] else None,
        sent_at=row["sent_at"],
        done_by=row["done_by"],
    )


async def add(tx: Transaction, messages: Sequence[tuple[Message, datetime]]) -> set[UUID]:
    """The ids of those that were added, each with its first moment to be sent.

    The others are told already, perhaps a moment ago by another reaction.
    """
    rows = await tx.fetch(
        "insert into message (id, version, person_id, kind, about, stage, channel, status, subject, body, link,"
        " link_words, address, organisation_id, ods_code, queued_at, next_try_at, good_until, sent_at, easy, rank,"
        " list_month, left_out, thread_id, later, daily, thing, rings, round_up, after_break, matches,"
        " roles) select id, version, person_id, kind, about, stage, channel, status, subject, body, link, link_words,"
        " address,"
        " organisation_id, ods_code, queued_at, next_try_at, good_until, sent_at, easy, rank, list_month,"
        " case when list_month is not null then array(select jsonb_array_elements_text(left_out)::uuid) end,"
        " thread_id, later, daily, thing, rings, round_up, after_break,"
        " case when matches <> '[]' then array(select jsonb_array_elements_text(matches)::uuid) end,"
        " case when roles <> '[]' then array(select jsonb_array_elements_text(roles)::uuid) end"
        " from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::text[], $5::uuid[], $6::text[], $7::text[],"
        " $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::uuid[], $15::text[],"
        " $16::timestamptz[], $17::timestamptz[], $18::timestamptz[], $19::timestamptz[], $20::text[], $21::smallint[],"
        " $22::date[], $23::jsonb[], $24::uuid[], $25::text[], $26::boolean[],"
        " $27::text[], $28::uuid[], $29::boolean[], $30::boolean[], $31::jsonb[], $32::jsonb[]) as n (id,"
        " version, person_id, kind, about, stage, channel, status, subject, body, link, link_words, address,"
        " organisation_id, ods_code, queued_at, next_try_at, good_until, sent_at, easy, rank, list_month, left_out,"
        " thread_id, later, daily, thing, rings, round_up, after_break, matches, roles)"
        " on conflict (person_id, about, stage) do nothing returning id",
        *(list(column) for column in zip(*(_added(one, at) for one, at in messages), strict=True)),
    )
    return {row["id"] for row in rows}


def _added(m: Message, first_try_at: datetime) -> tuple[Any, ...]:
    n = m.news
    return (
        *(m.id, m.version, n.person_id, n.kind, n.about, n.stage, m.channel, m.status, n.subject, n.body, n.link),
        *(n.link_words, n.address, *_office(m)),
        *(m.queued_at, first_try_at, n.good_until, m.sent_at, n.easy, m.rank.value),
        *((n.lists.month, json.dumps(sorted(map(str, n.lists.left_out)))) if n.lists else (None, "[]")),
        *(n.thread, n.later, n.daily, n.thing, n.rings, n.round_up, n.after_break),
        *(json.dumps([str(one.match_id) for one in n.fits]), json.dumps([str(one.role_id) for one in n.fits])),
    )


async def save(tx: Transaction, *changed: Message) -> None:
    """The caller holds the rows' locks. Tries, lease and error are the chassis' own (chassis/work/leases.py)."""
    await tx.change_each(
        "update message set version = n.version, channel = n.channel, status = n.status, sent_at = n.sent_at,"
        " done_by = n.done_by, organisation_id = n.organisation_id, ods_code = n.ods_code from unnest($1::uuid[],"
        " $2::bigint[], $3::text[], $4::text[], $5::timestamptz[], $6::uuid[], $7::uuid[], $8::text[]) as n (id,"
        " version, channel, status, sent_at, done_by, organisation_id, ods_code) where message.id = n.id",
        [(m.id, m.version, m.channel, m.status, m.sent_at, m.done_by, *_office(m)) for m in changed],
    )


def _office(m: Message) -> tuple[UUID | None, str | None]:
    return (m.office.organisation_id, m.office.ods_code) if m.office else (None, None)


async def lock_waiting_of(tx: Transaction, person_id: UUID, kind: str, *, besides: Sequence[str]) -> list[Message]:
    """A person's messages of one kind that wait to be sent or said, but for these stages; locked, in id order."""
    rows = await tx.lock_all(
        "select " + MESSAGE + " from message m where m.person_id = $1 and m.kind = $2"
        " and m.status in ('queued', 'sending') and m.stage <> all($3::text[]) order by m.id for update",
        *(person_id, kind, besides),
    )
    return [message_of(row) for row in rows]


async def attempts(tx: Transaction, id: UUID) -> int:
    """How often its sending was begun, this time too."""
    return await tx.fetchval("select attempts from message where id = $1", id)


async def bring_forward(tx: Transaction, person_id: UUID) -> None:
    """E-mails to somebody that are to be looked at later are looked at now."""
    await tx.change_any(
        "update message set next_try_at = $2 where person_id = $1 and channel = 'email' and status = 'queued'"
        " and address is null and next_try_at > $2",
        *(person_id, tx.now),
    )


async def lock(tx: Transaction, id: UUID) -> Message | None:
    row = await tx.lock_one("select " + MESSAGE + " from message m where m.id = $1 for update", id)
    return message_of(row) if row else None


async def after(tx: Transaction, id: UUID, *, limit: int) -> list[Message]:
    """Those after an id, in id order."""
    rows = await tx.fetch("select " + MESSAGE + " from message m where m.id > $1 order by m.id limit $2", id, limit)
    return [message_of(row) for row in rows]


async def lock_for_office(tx: Transaction[Member], id: UUID) -> Message:
    """A message that the acting organisation's staff tell by phone or post. Raises NotFound for every other."""
    row = await tx.lock_one(
        "select " + MESSAGE + " from message m where m.id = $1 and m.organisation_id = $2 for update",
        *(id, tx.acting.organisation_id),
    )
    if row is None:
        raise NotFound
    return message_of(row)


async def lock_of_person(tx: Transaction, person_id: UUID) -> list[tuple[UUID, int]]:
    """Id and version of each, locked in id order."""
    rows = await tx.lock_all("select id, version from message where person_id = $1 order by id for update", person_id)
    return [(row["id"], row["version"]) for row in rows]


async def forget(tx: Transaction, person_id: UUID) -> None:
    await tx.change_any("delete from message where person_id = $1", person_id)


async def undelivered_since(tx: Transaction, person_id: UUID, since: datetime) -> datetime | None:
    """When the last e-mail was queued that has met its fate since then, if that was to be refused for good."""
    row = await tx.fetchrow(
        "select status, queued_at from message where person_id = $1 and channel = 'email'"
        " and status in ('sent', 'failed') and queued_at >= $2 order by queued_at desc limit 1",
        *(person_id, since),
    )
    return row["queued_at"] if row and row["status"] == "failed" else None


@dataclass(frozen=True)
class LinkLetter:
    """The newest letter of a kind to somebody. `refused`: it was given up. `works`: its link is still good."""

    sent_at: datetime | None
    good_until: datetime
    refused: bool
    works: bool


async def newest_letter(tx: Transaction, person_id: UUID, kind: str, *, address: str) -> LinkLetter | None:
    row = await tx.fetchrow(
        "select status, sent_at, good_until from message where person_id = $1 and kind = $2 and address = $3"
        " order by queued_at desc limit 1",
        *(person_id, kind, address),
    )
    if row is None:
        return None
    refused = row["status"] in ("failed", "stale")
    return LinkLetter(row["sent_at"], row["good_until"], refused, not refused and row["good_until"] > tx.now)


async def count_of_kind(tx: Transaction, person_id: UUID, kind: str, *, since: datetime) -> int:
    return int(
        await tx.fetchval(
            "select count(*) from message where person_id = $1 and kind = $2 and queued_at >= $3",
            *(person_id, kind, since),
        )
    )


async def of_person(tx: Transaction, asked: Asked, person_id: UUID) -> Page[Message]:
    """What the person may read on a page, newest first. Never a message that goes to an address which is not yet known
    to be theirs: reading its link there would prove nothing; and no mail of what waits, which stands there itself.
    """
    page = await MINE.page(tx, asked, person_id)
    return page.with_items([message_of(row) for row in page.items])


_OF_PERSON = (
    " from message m where m.person_id = $1 and m.address is null and m.kind not in ('round_up', 'daily', 'roles_fit')"
)
MINE = Listing(
    "my messages",
    sorts=(
        Sort(
            "newest",
            "Newest first",
            "select " + MESSAGE + _OF_PERSON + " and (m.queued_at, m.id) < ($2, $3)"
            " order by m.queued_at desc, m.id desc limit $4",
            by={"queued_at": datetime, "id": UUID},
            descending=True,
        ),
    ),
    count="select count(*) from (select" + _OF_PERSON + " limit $2) as counted",
)


@dataclass(frozen=True)
class ToTell:
    """A message that waits for a member of staff, with whom to reach and how."""

    message: Message
    called: str
    address: str | None
    by_text: bool = False
    apart: Apart | None = None
    """What they asked for instead of print, of which we make none."""


async def to_tell(tx: Transaction, asked: Asked, organisation_id: UUID, words: str) -> Page[ToTell]:
    """Oldest first. `words`: a part of the called name."""
    page = await TO_TELL.page(tx, asked, organisation_id, words)
    return page.with_items(
        [ToTell(message_of(r), r["called"] or "", r["reached_at"], r["by_text"], r["apart"]) for r in page.items]
    )


_TO_TELL = (
    " from message m where m.organisation_id = $1 and m.status = 'queued' and ($2 = '' or"
    " (select strpos(a.called_key, (select searched($2))) > 0 from mirror_account a where a.id = m.person_id))"
)
TO_TELL = Listing(
    "to tell",
    sorts=(
        Sort(
            "longest",
            "Longest waiting",
            "select " + MESSAGE + ", (select a.state ->> 'called' from mirror_account a where a.id = m.person_id)"
            " as called,"
            " (select case when c.channel = m.channel and c.unreached is distinct from 'wrong_number' then c.address"
            " when m.channel = 'post' then c.letters_to end from contact_point c"
            " where c.person_id = m.person_id) as reached_at,"
            " coalesce((select c.by_text from contact_point c where c.person_id = m.person_id), false) as by_text,"
            " (select c.apart from contact_point c where c.person_id = m.person_id) as apart"
            + _TO_TELL
            + " and (m.queued_at, m.id) > ($3, $4) order by m.queued_at, m.id limit $5",
            by={"queued_at": datetime, "id": UUID},
        ),
    ),
    count="select count(*) from (select" + _TO_TELL + " limit $3) as counted",
)
