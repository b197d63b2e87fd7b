"""What organisations' imports brought here: each line, the way that is taken of it, and whether it is applied."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotFound
from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Transaction
from services.notifications.domain.alike import keys_of
from services.notifications.domain.contact import Channel
from services.notifications.domain.register import ASKED_AT_ONCE, Found, Import, Row


async def stage(tx: Transaction[Member], id: UUID, rows: Sequence[tuple[Row, Found]]) -> None:
    """Keep what came, two statements for all of it. What came before of the same lines stays as it is; of what is
    applied nothing comes again."""
    await tx.change_any(
        "insert into register_import (id, organisation_id, staged_by, staged_at) values ($1, $2, $3, $4)"
        " on conflict (id) do nothing",
        *(id, tx.acting.organisation_id, tx.acting.by, tx.now),
    )
    await tx.change_any(
        "insert into register_contact (import_id, line, organisation_id, person_id, typed, channel, address, by_text,"
        " wrong) select $1, n.line, $2, n.person_id, n.typed, n.channel, n.address, n.by_text, n.wrong from"
        " unnest($3::int[], $4::uuid[], $5::jsonb[], $6::text[], $7::text[], $8::boolean[], $9::text[])"
        " as n (line, person_id, typed, channel, address, by_text, wrong)"
        " join register_import i on i.id = $1 and i.applied_at is null on conflict do nothing",
        *(id, tx.acting.organisation_id),
        *(list(column) for column in zip(*(_columns(*one) for one in rows), strict=True)),
    )


def _columns(row: Row, found: Found) -> tuple[object, ...]:
    typed = json.dumps(dict(row.cells), ensure_ascii=False)
    return row.line, row.person_id, typed, found.channel, found.address, found.by_text, found.wrong


async def get(tx: Transaction[Member], id: UUID) -> Import:
    """Raises NotFound, for another organisation's too."""
    row = await tx.fetchrow(
        "select id, organisation_id, staged_at, applied_at from register_import where id = $1 and organisation_id = $2",
        *(id, tx.acting.organisation_id),
    )
    if row is None:
        raise NotFound
    return Import(**dict(row))


async def lock(tx: Transaction[Member], id: UUID) -> Import:
    """The same, locked."""
    row = await tx.lock_one(
        "select id, organisation_id, staged_at, applied_at from register_import where id = $1"
        " and organisation_id = $2 for update",
        *(id, tx.acting.organisation_id),
    )
    if row is None:
        raise NotFound
    return Import(**dict(row))


async def note_applied(tx: Transaction[Member], id: UUID) -> None:
    await tx.change_one(
        "update register_import set applied_by = $2, applied_at = $3 where id = $1", id, tx.acting.by, tx.now
    )


_IMPORTS = " from register_import i where i.organisation_id = $1"
IMPORTS = Listing(
    "registers",
    sorts=(
        Sort(
            "newest",
            "Newest first",
            "select i.id, i.organisation_id, i.staged_at, i.applied_at"
            + _IMPORTS
            + " and (i.staged_at, i.id) < ($2, $3) order by i.staged_at desc, i.id desc limit $4",
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
    """How many of an import are reached in which way, in none, and how many are done; and of the people who are kept
    how many were asked, wait to be told, could not be reached, and are not asked yet, `by_phone` and otherwise."""

    rows: int
    by: Mapping[str, int]
    nobody: int
    applied: int
    asked: int
    to_tell: int
    not_reached: int
    to_ask: int
    to_ask_by_phone: int

    @property
    def minutes(self) -> int:
        """So long it takes at least until all are asked who are not rung."""
        return -(-self.to_ask // ASKED_AT_ONCE)


async def counts(tx: Transaction[Member], id: UUID) -> Counts:
    """People whose lines are several are counted once in how far the asking is."""
    rows = await tx.fetch(
        "select channel, by_text, count(*) as count, count(applied_at) as applied from register_contact"
        " where import_id = $1 group by channel, by_text",
        id,
    )
    by = {"text" if row["by_text"] else row["channel"]: row["count"] for row in rows if row["channel"]}
    nobody = sum(row["count"] for row in rows if row["channel"] is None)
    applied = sum(row["applied"] for row in rows)
    return Counts(sum(row["count"] for row in rows), by, nobody, applied, **await _how_far(tx, id))


async def _how_far(tx: Transaction[Member], id: UUID) -> dict[str, int]:
    row = await tx.fetchrow(
        "select count(*) filter (where asking = 'sent') as asked, count(*) filter (where asking = 'queued') as to_tell,"
        " count(*) filter (where asking in ('failed', 'stale')) as not_reached,"
        " count(*) filter (where asking is null and not by_phone) as to_ask,"
        " count(*) filter (where asking is null and by_phone) as to_ask_by_phone"
        " from (select distinct on (person_id) asking, channel = 'phone' as by_phone from register_contact"
        " where import_id = $1 and applied_at is not null order by person_id, line) as kept",
        id,
    )
    assert row
    return dict(row)


@dataclass(frozen=True)
class Line:
    """One line of an import. `wrong`: what is wrong, in words; `way`: how its person is reached all the same."""

    line: int
    wrong: str
    way: str | None
    applied: bool


_LINES = " from register_contact r where r.import_id = $1 and r.wrong <> '' and (not $2 or r.channel is null)"
LINES = Listing(
    "lines of a register",
    sorts=(
        Sort(
            "line",
            "As in the list",
            "select r.line, r.person_id, r.wrong, case when r.by_text then 'text' else r.channel end as way,"
            " r.applied_at is not null as applied" + _LINES + " and (r.line, r.person_id) > ($3, $4)"
            " order by r.line, r.person_id limit $5",
            by={"line": int, "person_id": UUID},
        ),
    ),
    count="select count(*) from (select" + _LINES + " limit $3) as counted",
)


async def lines(tx: Transaction[Member], asked: Asked, id: UUID, *, nobody: bool) -> Page[Line]:
    """Those with something wrong, in their order. `nobody`: only those whom nobody can reach yet."""
    page = await LINES.page(tx, asked, id, nobody)
    return page.with_items([Line(row["line"], row["wrong"], row["way"], row["applied"]) for row in page.items])


@dataclass(frozen=True)
class Incomplete:
    """A line as it was typed, to be completed. `done`: it is applied, so there is nothing to complete any more."""

    line: int
    cells: Mapping[str, str]
    wrong: str
    done: bool


async def one(tx: Transaction[Member], id: UUID, line: int) -> Incomplete:
    """Raises NotFound."""
    row = await tx.fetchrow(
        "select r.typed, r.wrong, r.applied_at is not null as done from register_contact r where r.import_id = $1"
        " and r.line = $2 and r.organisation_id = $3",
        *(id, line, tx.acting.organisation_id),
    )
    if row is None:
        raise NotFound
    return Incomplete(line, json.loads(row["typed"] or "{}"), row["wrong"], row["done"])


async def hold(tx: Transaction[Member], id: UUID, line: int) -> None:
    """The line stays as it is until the commit."""
    await tx.lock_one(
        "select 1 from register_contact where import_id = $1 and line = $2 and organisation_id = $3 for update",
        *(id, line, tx.acting.organisation_id),
    )


async def complete(tx: Transaction[Member], id: UUID, line: int, cells: Mapping[str, str], found: Found) -> None:
    """The caller holds the line, and has seen that it is not applied."""
    await tx.change_one(
        "update register_contact set typed = $3, channel = $4, address = $5, by_text = $6, wrong = $7"
        " where import_id = $1 and line = $2",
        *(id, line, json.dumps(dict(cells), ensure_ascii=False)),
        *(found.channel, found.address, found.by_text, found.wrong),
    )


@dataclass(frozen=True)
class ToApply:
    """What is to be kept of somebody, whose account is known. `by`: who brought the register in."""

    import_id: UUID
    line: int
    person_id: UUID
    called: str
    channel: Channel
    address: str
    by_text: bool
    by: UUID


async def to_apply(
    tx: Transaction, *, import_id: UUID | None = None, person_id: UUID | None = None, after: UUID | None, limit: int
) -> tuple[list[ToApply], UUID | None]:
    """Of one import, or of one person, the next in id order of those whose account was heard of, locked; and after whom
    to go on, where there may be more."""
    known = await tx.fetch(
        "select r.import_id, r.line, r.person_id, a.state ->> 'called' as called, i.applied_by as by"
        " from register_contact r join register_import i on i.id = r.import_id"
        " join mirror_account a on a.id = r.person_id and not a.erased"
        " where ($1::uuid is null or r.import_id = $1) and ($2::uuid is null or r.person_id = $2)"
        " and r.applied_at is null and r.channel is not null and i.applied_at is not null"
        " and ($3::uuid is null or r.person_id > $3) order by r.person_id, r.line limit $4",
        *(import_id, person_id, after, limit),
    )
    about = {(row["import_id"], row["line"]): row for row in known}
    rows = await tx.lock_all(
        "select r.import_id, r.line, r.person_id, r.channel, r.address, r.by_text from register_contact r"
        " where (r.import_id, r.line) in (select * from unnest($1::uuid[], $2::int[])) and r.applied_at is null"
        " order by r.person_id, r.line for update",
        *([id for id, _ in about], [line for _, line in about]),
    )
    some = [(row, about[row["import_id"], row["line"]]) for row in rows]
    last = known[-1]["person_id"] if len(known) == limit else None
    return [ToApply(**dict(row), called=of["called"], by=of["by"]) for row, of in some], last


async def keep(tx: Transaction, some: Sequence[ToApply]) -> None:
    """Keep how they are reached, where nobody has said it yet and they are still there: one statement for all."""
    keys = [keys_of(one.channel, one.address) for one in some]
    await tx.change_any(
        "insert into contact_point (person_id, channel, address, by_text, changed_at, entered_by, email_key, phone_key,"
        " post_key) select n.person_id, n.channel, n.address, n.by_text, $1, n.by, n.email, n.phone, n.post"
        " from unnest($2::uuid[], $3::text[], $4::text[], $5::boolean[], $6::uuid[], $7::text[], $8::text[],"
        " $9::text[]) as n (person_id, channel, address, by_text, by, email, phone, post)"
        " join mirror_account a on a.id = n.person_id and not a.erased on conflict (person_id) do nothing",
        tx.now,
        *([one.person_id for one in some], [one.channel for one in some], [one.address for one in some]),
        *([one.by_text for one in some], [one.by for one in some]),
        *([one.email for one in keys], [one.phone for one in keys], [one.post for one in keys]),
    )
    await tx.change_any(
        "update register_contact set applied_at = $1, typed = null, address = null from unnest($2::uuid[], $3::int[])"
        " as n (import_id, line) where register_contact.import_id = n.import_id and register_contact.line = n.line",
        *(tx.now, [one.import_id for one in some], [one.line for one in some]),
    )


async def drop_forgotten(tx: Transaction, id: UUID) -> None:
    """Whoever was forgotten while the import ran is on no list."""
    await tx.change_any(
        "delete from register_contact r using mirror_account a where r.import_id = $1 and a.id = r.person_id"
        " and a.erased",
        id,
    )


async def forget(tx: Transaction, person_id: UUID) -> None:
    await tx.change_any("delete from register_contact where person_id = $1", person_id)


async def delete_old(tx: Transaction, *, staged_before: datetime, applied_before: datetime) -> int:
    """Imports that nobody applied, and those that are over."""
    return await tx.change_any(
        "delete from register_import where applied_at is null and staged_at < $1 or applied_at < $2",
        *(staged_before, applied_before),
    )
