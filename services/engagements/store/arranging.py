"""Arrangements with their bookings: what people with a place need at each session, and how far it is.

Every statement for many: a role of 500 places and 60 sessions is followed in batches.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter

from schemas.engagements import Arrangement
from services.chassis.postgres.transaction import Row, Transaction
from services.engagements.domain.arrangement import Arranged, next_look
from services.engagements.domain.arranging import NEEDED, Booking, was_ready

_BOOKINGS = TypeAdapter(tuple[Booking, ...])
BOOKINGS_OF = (
    "(select coalesce(jsonb_agg(jsonb_build_object('need', b.need, 'state', b.state, 'with_whom', b.with_whom,"
    " 'why_failed', b.why_failed, 'who_pays', b.who_pays, 'who_pays_words', b.who_pays_words, 'owner', b.owner,"
    " 'before', b.before, 'before_at', b.before_at, 'changed_by', b.changed_by, 'changed_at', b.changed_at)), '[]')"
    " from booking b where b.arrangement_id = a.id) as bookings"
)


def arranged_of(row: Row) -> Arranged:
    return Arranged(Arrangement.model_validate_json(row["state"]), bookings_of(row))


def bookings_of(row: Row) -> tuple[Booking, ...]:
    """Of a row with `BOOKINGS_OF`, in the order of the needs."""
    return tuple(sorted(_BOOKINGS.validate_json(row["bookings"]), key=lambda one: NEEDED.index(one.need)))


async def after(tx: Transaction, id: UUID, *, limit: int) -> list[Arrangement]:
    """Those after an id, in id order."""
    rows = await tx.fetch("select state from arrangement where id > $1 order by id limit $2", id, limit)
    return [Arrangement.model_validate_json(row["state"]) for row in rows]


async def lock(tx: Transaction, id: UUID) -> Arrangement | None:
    row = await tx.lock_one("select state from arrangement where id = $1 for update", id)
    return Arrangement.model_validate_json(row["state"]) if row else None


async def lock_of(tx: Transaction, engagement_ids: Sequence[UUID]) -> list[Arranged]:
    """Of places whose engagements the caller has locked, in id order."""
    await tx.lock_all(
        "select id from arrangement where engagement_id = any($1::uuid[]) order by id for update", list(engagement_ids)
    )
    return await of_engagements(tx, engagement_ids)


async def of_engagements(tx: Transaction, engagement_ids: Sequence[UUID]) -> list[Arranged]:
    """With the bookings that whoever asks may see, in the order of their sessions."""
    rows = await tx.fetch(
        "select a.id, a.starts_at, a.state, " + BOOKINGS_OF + " from arrangement a where a.engagement_id"
        " = any($1::uuid[]) order by a.starts_at, a.id",
        list(engagement_ids),
    )
    return [arranged_of(row) for row in rows]


async def to_follow(tx: Transaction, opportunity_id: UUID, after: UUID | None, *, limit: int) -> list[UUID]:
    """Places of a role of which something is arranged, or would have to be, in id order."""
    rows = await tx.fetch(
        "select e.id from engagement e where e.opportunity_id = $1 and ($2::uuid is null or e.id > $2) and ("
        " e.status = 'accepted' and exists (select from mirror_needs n where n.id = e.person_id and not n.erased"
        " and n.state -> 'shared_with' ? 'places')"
        " or exists (select from arrangement a where a.engagement_id = e.id)) order by e.id limit $3",
        *(opportunity_id, after, limit),
    )
    return [row["id"] for row in rows]


async def of_person(tx: Transaction, person_id: UUID) -> dict[UUID, int]:
    """Places that somebody has, and those of which something is arranged for them: id → version."""
    rows = await tx.fetch(
        "select e.id, e.version from engagement e where e.person_id = $1 and (e.status = 'accepted'"
        " or exists (select from arrangement a where a.engagement_id = e.id)) order by e.id",
        person_id,
    )
    return {row["id"]: row["version"] for row in rows}


async def take_carried(tx: Transaction, engagement_ids: Sequence[UUID]) -> dict[UUID, tuple[Booking, ...]]:
    """What was said to be ready of a whole role before there were bookings: once, when they come about."""
    rows = await tx.fetch(
        "delete from arranged where engagement_id = any($1::uuid[])"
        " returning engagement_id, codes, arranged_by, arranged_at",
        list(engagement_ids),
    )
    return {
        row["engagement_id"]: tuple(was_ready(code, row["arranged_by"], row["arranged_at"]) for code in row["codes"])
        for row in rows
    }


async def add(tx: Transaction, new: Iterable[Arranged]) -> None:
    """The caller holds the lock of each engagement."""
    given = [one.state for one in new]
    await tx.change_each(
        "insert into arrangement (id, version, engagement_id, session_id, opportunity_id, organisation_id, person_id,"
        " state, look_at) select * from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::uuid[], $5::uuid[],"
        " $6::uuid[], $7::uuid[], $8::jsonb[], $9::timestamptz[])",
        [
            (
                *(a.id, a.version, a.engagement_id, a.session_id, a.opportunity_id, a.organisation_id, a.person_id),
                *(a.model_dump_json(), next_look(a, tx.now)),
            )
            for a in given
        ],
    )


async def save(tx: Transaction, *arrangements: Arrangement) -> None:
    """The caller holds the lock of each row."""
    await tx.change_each(
        "update arrangement set version = n.version, state = n.state from unnest($1::uuid[], $2::bigint[],"
        " $3::jsonb[]) as n (id, version, state) where arrangement.id = n.id",
        [(a.id, a.version, a.model_dump_json()) for a in arrangements],
    )


async def look_at_again(tx: Transaction, at: Mapping[UUID, datetime | None]) -> None:
    """When something becomes of each by itself. The caller holds the lock of each row."""
    await tx.change_any(
        "update arrangement set look_at = n.at from unnest($1::uuid[], $2::timestamptz[]) as n (id, at)"
        " where arrangement.id = n.id and arrangement.look_at is distinct from n.at",
        *(list(at), list(at.values())),
    )


async def save_bookings(tx: Transaction, each: Sequence[Arranged]) -> None:
    """All of each: what is not among them any more goes, with what was said of it."""
    if not each:
        return
    ids, needs = [one.state.id for one in each], [(one.state.id, need) for one in each for need in one.needs]
    await tx.change_any(
        "delete from was_there where arrangement_id = any($1::uuid[]) and (arrangement_id, need) not in"
        " (select * from unnest($2::uuid[], $3::text[]))",
        *(ids, [id for id, _ in needs], [need for _, need in needs]),
    )
    await tx.change_any("delete from booking where arrangement_id = any($1::uuid[])", ids)
    await tx.change_each(
        "insert into booking (arrangement_id, organisation_id, person_id, need, state, with_whom, why_failed, who_pays,"
        " who_pays_words, owner, before, before_at, changed_by, changed_at)"
        " select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[],"
        " $8::text[], $9::text[], $10::uuid[], $11::text[], $12::timestamptz[], $13::uuid[], $14::timestamptz[])",
        [
            (one.state.id, one.state.organisation_id, one.state.person_id, *astuple(booking))
            for one in each
            for booking in one.bookings
        ],
    )


async def change_bookings(tx: Transaction, need: str, each: Sequence[Arranged]) -> None:
    """One need of each, as its organisation says it is. The caller holds the lock of each arrangement."""
    await tx.change_each(
        "update booking set state = n.state, with_whom = n.with_whom, why_failed = n.why_failed,"
        " who_pays = n.who_pays, who_pays_words = n.who_pays_words, owner = n.owner, before = n.before,"
        " before_at = n.before_at, changed_by = n.changed_by, changed_at = n.changed_at from unnest($1::uuid[],"
        " $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::uuid[], $9::text[],"
        " $10::timestamptz[], $11::uuid[], $12::timestamptz[]) as n (id, need, state, with_whom, why_failed, who_pays,"
        " who_pays_words, owner, before, before_at, changed_by, changed_at)"
        " where booking.arrangement_id = n.id and booking.need = n.need",
        [(one.state.id, *astuple(booking)) for one in each for booking in one.bookings if booking.need == need],
    )


async def to_look_at(tx: Transaction, after: UUID, *, limit: int) -> dict[UUID, datetime]:
    """When something becomes of a place's arrangements by itself, of the engagements after an id, in id order."""
    rows = await tx.fetch(
        "select engagement_id, min(look_at) as at from arrangement where look_at is not null and engagement_id > $1"
        " group by engagement_id order by engagement_id limit $2",
        *(after, limit),
    )
    return {row["engagement_id"]: row["at"] for row in rows}


async def ids_of(tx: Transaction, engagement_ids: Sequence[UUID]) -> dict[UUID, int]:
    """The versions of all arrangements of some engagements, by id."""
    rows = await tx.fetch(
        "select id, version from arrangement where engagement_id = any($1::uuid[]) order by id", list(engagement_ids)
    )
    return {row["id"]: row["version"] for row in rows}
