"""Whom somebody looks after, in every order, and when they were last in touch.

A row for everybody in the pool, kept in step with their leader by a trigger (migration 0009); only the last contact is
written here. Who has no coordinator is with `NOBODY`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from schemas.engagements import Engagement
from schemas.event import Waiting
from services.chassis.base.periods import london_day, start_of
from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Row, Transaction
from services.recruitment.domain.coordinator import NOBODY
from services.recruitment.store import policies


@dataclass(frozen=True)
class InCaseload:
    """A row of somebody's list. `quiet_since`: the day of the last contact, or of joining where there was none."""

    person_id: UUID
    since: datetime
    last_contact_on: date | None
    quiet_since: date


@dataclass(frozen=True)
class Narrowed:
    """`words`: part of the called name, or the reference; `quiet_before`: nobody was in touch since before that day."""

    words: str = ""
    quiet_before: date | None = None
    paused: bool | None = None


_MINE = (
    " from caseload where coordinator_id = $1"
    " and ($2 = '' or strpos(called_key, (select searched($2))) > 0 or reference = upper($2))"
    " and ($3::date is null or (quiet_since < $3 and paused_at is null))"
    " and ($4::boolean is null or (paused_at is not null) = $4)"
)
_ROW = "person_id, since, last_contact_on, quiet_since, called_key"
MINE = Listing(
    "my people",
    sorts=(
        Sort(
            "name",
            "By name",
            "select "
            + _ROW
            + _MINE
            + " and (called_key, person_id) > ($5, $6) order by called_key, person_id limit $7",
            by={"called_key": str, "person_id": UUID},
        ),
        Sort(
            "quiet",
            "Longest without contact",
            "select "
            + _ROW
            + _MINE
            + " and (quiet_since, person_id) > ($5, $6) order by quiet_since, person_id limit $7",
            by={"quiet_since": date, "person_id": UUID},
        ),
    ),
    count="select count(*) from (select" + _MINE + " limit $5) as counted",
    size=50,
)


def _read(row: Row) -> InCaseload:
    return InCaseload(row["person_id"], row["since"], row["last_contact_on"], row["quiet_since"])


async def of(tx: Transaction, asked: Asked, coordinator_id: UUID, by: Narrowed) -> Page[InCaseload]:
    """One page of somebody's people, or of those who wait for a coordinator (NOBODY)."""
    page = await MINE.page(tx, asked, coordinator_id, by.words, by.quiet_before, by.paused)
    return page.with_items([_read(row) for row in page.items])


async def get(tx: Transaction, person_id: UUID) -> InCaseload | None:
    """None for somebody who is not in the pool."""
    row = await tx.fetchrow(
        "select person_id, since, last_contact_on, quiet_since from caseload where person_id = $1", person_id
    )
    return _read(row) if row else None


async def next_of(
    tx: Transaction, coordinator_id: UUID, *, until: datetime, after: UUID | None, limit: int
) -> list[UUID]:
    """The next whom somebody looks after since that moment or before it, in id order."""
    rows = await tx.fetch(
        "select person_id from caseload where coordinator_id = $1 and since <= $2"
        " and person_id > $3 order by person_id limit $4",
        *(coordinator_id, until, after or NOBODY, limit),
    )
    return [row["person_id"] for row in rows]


async def never_given(tx: Transaction, *, after: UUID, limit: int) -> dict[UUID, UUID]:
    """Of those who joined before people had coordinators, the next in id order: person → who answered them."""
    rows = await tx.fetch(
        "select c.person_id, a.decided_by from caseload c join leader l on l.id = c.person_id"
        " cross join lateral (select decided_by from application where person_id = c.person_id and stage = 'approved'"
        " order by sent_at desc limit 1) as a"
        " where c.coordinator_id = $1 and c.person_id > $2 and l.state ->> 'coordinator_since' is null"
        " order by c.person_id limit $3",
        *(NOBODY, after, limit),
    )
    return {row["person_id"]: row["decided_by"] for row in rows}


async def coordinators(tx: Transaction) -> list[UUID]:
    """Everybody who looks after somebody now. There are some dozens of them, each found by one look at the index."""
    rows = await tx.fetch(
        "select found.id from (with recursive one as ((select coordinator_id as id from caseload"
        " where coordinator_id > $1 order by coordinator_id limit 1) union all"
        " select (select coordinator_id from caseload where coordinator_id > one.id order by coordinator_id limit 1)"
        " from one where one.id is not null) select id from one) as found where found.id is not null",
        NOBODY,
    )
    return [row["id"] for row in rows]


async def looks_after_somebody(tx: Transaction, account_id: UUID) -> bool:
    """As coordinator, or as who covers."""
    return await tx.fetchval(
        "select exists (select from caseload where coordinator_id = $1)"
        " or exists (select from cover where coordinator_id = $1 or cover_id = $1)",
        account_id,
    )


async def was_in_touch(tx: Transaction, person_id: UUID, on: date) -> None:
    """The last day stays the last, in whichever order notes are written."""
    await tx.change_one(
        "update caseload set last_contact_on = greatest(last_contact_on, $2) where person_id = $1", person_id, on
    )


async def set_last_contact(tx: Transaction, person_id: UUID, on: date | None) -> None:
    """After a note was deleted."""
    await tx.change_one("update caseload set last_contact_on = $2 where person_id = $1", person_id, on)


async def what_waits(tx: Transaction, people: Sequence[UUID]) -> dict[UUID, list[Waiting]]:
    """What each has to do about a role, as far as whoever asks looks after them."""
    rows = await tx.fetch(
        "select state from mirror_engagement where person_id = any($1::uuid[]) and not erased"
        " and state -> 'waiting' <> '[]'::jsonb order by id",
        people,
    )
    found: dict[UUID, list[Waiting]] = {}
    for row in rows:
        engagement = Engagement.model_validate_json(row["state"])
        theirs = [one for one in engagement.waiting if one.person_id == engagement.person_id]
        found.setdefault(engagement.person_id, []).extend(theirs)
    return found


async def waits(tx: Transaction) -> dict[str, datetime | None]:
    """Since when the oldest has no coordinator, waits for a word from theirs longer than the policy says, and was asked
    whether what they need is still right.
    """
    days = (await policies.in_force(tx, on=london_day(tx.now)))["contact"].days or 0
    quiet: date | None = await tx.fetchval("select min(quiet_since) from caseload where paused_at is null")
    late = start_of(quiet + timedelta(days=days + 1)) if quiet else None
    return {
        "coordinator": await tx.fetchval("select min(since) from caseload where coordinator_id = $1", NOBODY),
        "contact": late if late and late <= tx.now else None,
        "review_of_needs": await tx.fetchval("select min(asked_at) from needs where asked_at is not null"),
    }
