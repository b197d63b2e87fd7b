"""The pool, and the evidence for a rung."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from schemas.engagements import Engagement
from schemas.recruitment import Leader
from schemas.training import Credential
from services.chassis.base.periods import start_of
from services.chassis.postgres.lists import Asked, Few, Listing, Page, Sort, few
from services.chassis.postgres.transaction import Row, Transaction

CREDENTIALS_LIMIT = 100


def _read(row: Row | None) -> Leader | None:
    return Leader.model_validate_json(row["state"]) if row else None


async def lock(tx: Transaction, person_id: UUID) -> Leader | None:
    return _read(await tx.lock_one("select state from leader where id = $1 for update", person_id))


async def get(tx: Transaction, person_id: UUID) -> Leader | None:
    return _read(await tx.fetchrow("select state from leader where id = $1", person_id))


async def after(tx: Transaction, id: UUID, *, limit: int) -> list[Leader]:
    """Those after an id, in id order."""
    rows = await tx.fetch("select state from leader where id > $1 order by id limit $2", id, limit)
    return [Leader.model_validate_json(row["state"]) for row in rows]


async def pool(tx: Transaction, asked: Asked, words: str) -> Page[Leader]:
    """One page of who is in the pool. `words`: how the called name begins, or the whole reference; then by name."""
    if _REFERENCE.fullmatch(words.upper()):
        row = await tx.fetchrow("select state from leader where reference = $1 and status = 'approved'", words.upper())
        found = [leader] if (leader := _read(row)) else []
        return Page(found, count=len(found), sort=asked.sort)
    if words:
        page = await POOL_BY_NAME.page(tx, replace(asked, sort=""), words)
    else:
        page = await POOL.page(tx, asked)
    return page.with_items([Leader.model_validate_json(row["state"]) for row in page.items])


_REFERENCE = re.compile(r"PL-[2-9A-Z]{4}")
_LEADER = "id, state, called_key, approved_text"
_POOL = " from leader where status = 'approved'"
_BEFORE = " and called_key < (select searched($1)) || chr(1114111)"
_CALLED = _POOL + " and called_key >= (select searched($1))" + _BEFORE
POOL = Listing(
    "pool",
    sorts=(
        Sort(
            "name",
            "By name",
            "select " + _LEADER + _POOL + " and (called_key, id) > ($1, $2) order by called_key, id limit $3",
            by={"called_key": str, "id": UUID},
        ),
        Sort(
            "newest",
            "Newest first",
            "select " + _LEADER + _POOL + " and (approved_text, id) < ($1, $2)"
            " order by approved_text desc, id desc limit $3",
            by={"approved_text": str, "id": UUID},
            descending=True,
        ),
    ),
    count="select count(*) from (select" + _POOL + " limit $1) as counted",
    size=50,
)
POOL_BY_NAME = Listing(
    "pool by name",
    sorts=(
        Sort(
            "name",
            "By name",
            # From the words on, not from the start of the pool: of two lower bounds an index is read from the first.
            "select " + _LEADER + _POOL + _BEFORE + ' and (called_key, id) > (greatest($2 collate "C",'
            " (select searched($1))), $3) order by called_key, id limit $4",
            by={"called_key": str, "id": UUID},
        ),
    ),
    count="select count(*) from (select" + _CALLED + " limit $2) as counted",
    size=50,
)


async def add(tx: Transaction, leader: Leader) -> bool:
    """False when the reference is somebody else's already."""
    added = await tx.change_any(
        "insert into leader (id, version, state) values ($1, $2, $3) on conflict (reference) do nothing",
        *(leader.id, leader.version, leader.model_dump_json()),
    )
    return added == 1


async def save(tx: Transaction, leader: Leader) -> None:
    """The caller holds the row's lock."""
    await tx.change_one(
        "update leader set version = $2, state = $3 where id = $1",
        *(leader.id, leader.version, leader.model_dump_json()),
    )


async def note_evidence(tx: Transaction, *, engagement_id: UUID, person_id: UUID) -> None:
    await tx.change_any(
        "insert into rung_evidence (engagement_id, person_id, noted_at) values ($1, $2, $3)"
        " on conflict (engagement_id) do nothing",
        *(engagement_id, person_id, tx.now),
    )


async def forget_evidence(tx: Transaction, engagement_id: UUID) -> None:
    await tx.change_any("delete from rung_evidence where engagement_id = $1", engagement_id)


async def credentials(tx: Transaction, person_id: UUID) -> Few[Credential]:
    """The training that a person completed, newest first."""
    rows = await tx.fetch(
        "select state from mirror_credential where person_id = $1 and not erased"
        " order by state ->> 'awarded_at' desc limit $2",
        *(person_id, CREDENTIALS_LIMIT + 1),
    )
    return few(rows, CREDENTIALS_LIMIT, lambda row: Credential.model_validate_json(row["state"]))


async def forget(tx: Transaction, person_id: UUID) -> None:
    """With the row in somebody's caseload."""
    await tx.change_any("delete from rung_evidence where person_id = $1", person_id)
    await tx.change_any("delete from leader where id = $1", person_id)


async def get_each(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, Leader]:
    """By id; of whom there is none, nothing."""
    rows = await tx.fetch("select id, state from leader where id = any($1::uuid[])", ids)
    return {row["id"]: Leader.model_validate_json(row["state"]) for row in rows}


async def open_engagements(tx: Transaction, person_id: UUID) -> list[Engagement]:
    """A person's interests, offers and places that are not over."""
    return [one for one in await engagements(tx, person_id) if one.ended_at is None]


async def engagements(tx: Transaction, person_id: UUID) -> list[Engagement]:
    """All of a person's, over or not."""
    rows = await tx.fetch("select state from mirror_engagement where person_id = $1 and not erased", person_id)
    return [Engagement.model_validate_json(row["state"]) for row in rows]


async def lock_each(tx: Transaction, ids: Sequence[UUID]) -> list[Leader]:
    """Those who are there, locked in id order."""
    rows = await tx.lock_all("select state from leader where id = any($1::uuid[]) order by id for update", ids)
    return [Leader.model_validate_json(row["state"]) for row in rows]


async def in_pool_after(tx: Transaction, after: UUID, *, limit: int) -> list[UUID]:
    """The next who are in the pool, in id order."""
    rows = await tx.fetch(
        "select id from leader where status = 'approved' and id > $1 order by id limit $2", after, limit
    )
    return [row["id"] for row in rows]


async def with_place(tx: Transaction, people: Sequence[UUID]) -> set[UUID]:
    """Which of these have a place in a role that is not over."""
    rows = await tx.fetch(
        "select distinct person_id from mirror_engagement where person_id = any($1::uuid[]) and not erased"
        " and status = 'accepted'",
        people,
    )
    return {row["person_id"] for row in rows}


async def save_each(tx: Transaction, leaders: Sequence[Leader]) -> None:
    """By one statement. The caller holds the lock of each."""
    await tx.change_each(
        "update leader set version = n.version, state = n.state"
        " from unnest($1::uuid[], $2::bigint[], $3::jsonb[]) as n (id, version, state) where leader.id = n.id",
        [(one.id, one.version, one.model_dump_json()) for one in leaders],
    )


async def pauses_to_end(tx: Transaction, after: UUID, *, limit: int) -> dict[UUID, datetime]:
    """Which pauses end by themselves, and when: as the day after the last one begins in London."""
    rows = await tx.fetch(
        "select id, state from leader where id > $1 and status = 'approved'"
        " and state ->> 'paused_until' is not null order by id limit $2",
        *(after, limit),
    )
    return {row["id"]: moment for row in rows if (moment := pause_ends(Leader.model_validate_json(row["state"])))}


def pause_ends(leader: Leader) -> datetime | None:
    """When the pause is over; None without one, or without a last day."""
    return start_of(leader.paused_until + timedelta(days=1)) if leader.paused_until else None
