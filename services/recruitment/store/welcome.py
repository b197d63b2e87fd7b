"""The lists of the welcome team: who waits, what was answered, and everybody; who is in the team and holds how many."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from schemas.identity import Membership
from services.chassis.base.hands import Member
from services.chassis.postgres.lists import Asked, Few, Listing, Page, Sort, few
from services.chassis.postgres.transaction import Transaction
from services.recruitment.domain.application import Application
from services.recruitment.store.applications import APPLICATION, read

MOST_WELCOMERS = 100
_REFERENCE = re.compile(r"AP-([0-9A-F]{6})", re.IGNORECASE)
_OPEN = (
    " from application where organisation_id = $1 and stage in ('asked', 'sent', 'talked') and answer is null"
    " and ($2::text = '' or strpos(called_key, (select searched($2))) > 0 or reference_key = $3)"
    " and ($4::text is null or stage = $4) and ($5::uuid is null or held_by = $5)"
    " and ($6::boolean is null or (more_asked_at is not null) = $6) and not $7 = any(close_to)"
)
WAITING = Listing(
    "applications",
    sorts=(
        Sort(
            "longest",
            "Longest waiting",
            "select " + APPLICATION + _OPEN + " and (sent_at, id) > ($8, $9) order by sent_at, id limit $10",
            by={"sent_at": datetime, "id": UUID},
        ),
        Sort(
            "newest",
            "Newest first",
            "select " + APPLICATION + _OPEN + " and (sent_at, id) < ($8, $9) order by sent_at desc, id desc limit $10",
            by={"sent_at": datetime, "id": UUID},
            descending=True,
        ),
    ),
    count="select count(*) from (select" + _OPEN + " limit $8) as counted",
    size=50,
)
_ANSWERED = (
    " from application where organisation_id = $1 and stage in ('approved', 'declined')"
    " and ($2::text is null or stage = $2) and not $3 = any(close_to)"
)
ANSWERED = Listing(
    "answered applications",
    sorts=(
        Sort(
            "newest",
            "Newest first",
            "select " + APPLICATION + _ANSWERED + " and (ended_at, id) < ($4, $5)"
            " order by ended_at desc, id desc limit $6",
            by={"ended_at": datetime, "id": UUID},
            descending=True,
        ),
    ),
    count="select count(*) from (select" + _ANSWERED + " limit $4) as counted",
    size=50,
)
_BEFORE = " and called_key < (select searched($2)) || chr(1114111)"
_FOUND = " from application where organisation_id = $1 and not $3 = any(close_to)" + _BEFORE
FOUND = Listing(
    "everybody who asked",
    sorts=(
        Sort(
            "name",
            "By name",
            # From the words on, not from the first name: of two lower bounds an index is read from the first.
            "select " + APPLICATION + ", called_key" + _FOUND + ' and (called_key, id) > (greatest($4 collate "C",'
            " (select searched($2))), $5) order by called_key, id limit $6",
            by={"called_key": str, "id": UUID},
        ),
    ),
    count="select count(*) from (select" + _FOUND + " and called_key >= (select searched($2)) limit $4) as counted",
    size=50,
)


@dataclass(frozen=True)
class Narrowed:
    """What the list of those who wait is narrowed to. `words`: of the called name, or the reference.

    `asked_more`: those who were asked for more (it is their turn), or those for whom it is the welcome team's.
    """

    words: str = ""
    stage: str | None = None
    held_by: UUID | None = None
    asked_more: bool | None = None


EVERYTHING = Narrowed()


async def waiting(tx: Transaction[Member], asked: Asked, organisation_id: UUID, to: Narrowed) -> Page[Application]:
    """One page of those that wait, without those that were answered and can still be undone. None of these lists has
    what whoever asks is close to."""
    narrowed = (to.words, _reference(to.words), to.stage, to.held_by, to.asked_more)
    page = await WAITING.page(tx, asked, organisation_id, *narrowed, tx.acting.by)
    return page.with_items([read(row) for row in page.items])


async def answered(
    tx: Transaction[Member], asked: Asked, organisation_id: UUID, stage: str | None
) -> Page[Application]:
    """One page of the answers that people were told, the newest first."""
    page = await ANSWERED.page(tx, asked, organisation_id, stage, tx.acting.by)
    return page.with_items([read(row) for row in page.items])


async def found(tx: Transaction[Member], asked: Asked, organisation_id: UUID, words: str) -> Page[Application]:
    """Everybody whose called name begins so, at whatever stage; or the one with this reference."""
    if reference := _reference(words):
        rows = await tx.fetch(
            "select " + APPLICATION + " from application where organisation_id = $1 and reference_key = $2"
            " and not $3 = any(close_to) order by sent_at desc, id limit $4",
            *(organisation_id, reference, tx.acting.by, FOUND.size),
        )
        return Page([read(row) for row in rows], count=len(rows), sort=FOUND.sorts[0].name)
    page = await FOUND.page(tx, asked, organisation_id, words, tx.acting.by)
    return page.with_items([read(row) for row in page.items])


async def untold(tx: Transaction, organisation_id: UUID, by: UUID) -> Few[Application]:
    """The answers of one hand that can still be undone, the newest first."""
    rows = await tx.fetch(
        "select " + APPLICATION + " from application where organisation_id = $1 and decided_by = $2"
        " and undo_until > $3 order by answered_at desc, id limit $4",
        *(organisation_id, by, tx.now, MOST_WELCOMERS + 1),
    )
    return few(rows, MOST_WELCOMERS, read)


async def next_for(tx: Transaction, organisation_id: UUID, by: UUID, *, on: date) -> UUID | None:
    """The one that has waited longest of those that this hand can answer: nobody's or their own, and not about them.

    Nobody's is also what somebody holds who is not in the team any more.
    """
    return await tx.fetchval(
        "select id from application where organisation_id = $1 and stage in ('asked', 'sent', 'talked')"
        " and answer is null and more_asked_at is null and person_id <> $2 and (held_by is null or held_by = $2"
        " or not exists (select from welcomer w where w.account_id = held_by and w.organisation_id = $1"
        " and in_force(w.valid_from, w.valid_to, $4)))"
        " and earlier_by is distinct from $2 and not $2 = any(close_to) and (talk_at is null or talk_at <= $3)"
        " order by sent_at, id limit 1",
        *(organisation_id, by, tx.now, on),
    )


@dataclass(frozen=True)
class Welcomer:
    """Somebody in the welcome team, and how many that wait they hold."""

    account_id: UUID
    called: str
    holds: int = 0


async def team(tx: Transaction, organisation_id: UUID, *, on: date) -> Few[Welcomer]:
    """Who is in it on a day, by name, with how many each holds."""
    rows = await tx.fetch(
        "select w.account_id, w.called, coalesce(h.holds, 0) as holds from welcomer w left join ("
        "select held_by, count(*) as holds from application where organisation_id = $1"
        " and stage in ('asked', 'sent', 'talked') and answer is null group by held_by) h on h.held_by = w.account_id"
        " where w.organisation_id = $1 and in_force(w.valid_from, w.valid_to, $2) order by w.called, w.account_id"
        " limit $3",
        *(organisation_id, on, MOST_WELCOMERS + 1),
    )
    return few(rows, MOST_WELCOMERS, lambda row: Welcomer(**row))


async def welcomer(tx: Transaction, account_id: UUID, organisation_id: UUID, *, on: date) -> Welcomer | None:
    """Somebody of it; None for who is not in it on that day, or whom whoever asks may not see."""
    row = await tx.fetchrow(
        "select account_id, called from welcomer where account_id = $1 and organisation_id = $2"
        " and in_force(valid_from, valid_to, $3)",
        *(account_id, organisation_id, on),
    )
    return Welcomer(**row) if row else None


async def keep_welcomer(tx: Transaction, account_id: UUID, called: str, held: Sequence[Membership]) -> None:
    """These are all the memberships by which they are in a welcome team, at most one for an organisation."""
    await tx.change_any(
        "delete from welcomer where account_id = $1 and organisation_id <> all($2::uuid[])",
        *(account_id, [one.organisation_id for one in held]),
    )
    await tx.change_any(
        "insert into welcomer (account_id, called, organisation_id, valid_from, valid_to)"
        " select $1, $2, organisation_id, valid_from, valid_to"
        " from unnest($3::uuid[], $4::date[], $5::date[]) as held (organisation_id, valid_from, valid_to)"
        " on conflict (account_id, organisation_id) do update set called = excluded.called,"
        " valid_from = excluded.valid_from, valid_to = excluded.valid_to",
        *(account_id, called, [one.organisation_id for one in held]),
        *([one.valid_from for one in held], [one.valid_to for one in held]),
    )


async def forget_welcomer(tx: Transaction, account_id: UUID) -> None:
    await tx.change_any("delete from welcomer where account_id = $1", account_id)


def _reference(words: str) -> str | None:
    found = _REFERENCE.fullmatch(words)
    return found[1].lower() if found else None
