"""What each person needs."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from services.chassis.postgres.transaction import Row, Transaction
from services.recruitment.domain.agreement import Consent
from services.recruitment.domain.needs import Needs

_NEEDS = (
    "person_id, version, needs, format, ways_to_talk, words, shared_with, consent_version, consent_at, said_on,"
    " review_by, asked_at, entered_by"
)


def _read(row: Row) -> Needs:
    return Needs(
        person_id=row["person_id"],
        version=row["version"],
        needs=tuple(row["needs"]),
        format=row["format"],
        ways_to_talk=tuple(row["ways_to_talk"]),
        words=row["words"],
        shared_with=tuple(row["shared_with"]),
        consent=Consent(row["consent_version"], row["consent_at"]) if row["consent_at"] else None,
        said_on=row["said_on"],
        review_by=row["review_by"],
        asked_at=row["asked_at"],
        entered_by=row["entered_by"],
    )


async def lock(tx: Transaction, person_id: UUID) -> Needs | None:
    row = await tx.lock_one("select " + _NEEDS + " from needs where person_id = $1 for update", person_id)
    return _read(row) if row else None


async def get(tx: Transaction, person_id: UUID) -> Needs | None:
    """None when there is nothing, or whoever asks may not see it."""
    row = await tx.fetchrow("select " + _NEEDS + " from needs where person_id = $1", person_id)
    return _read(row) if row else None


async def get_each(tx: Transaction, person_ids: Sequence[UUID]) -> dict[UUID, Needs]:
    """Of each whose needs whoever asks may see, by their id."""
    rows = await tx.fetch("select " + _NEEDS + " from needs where person_id = any($1::uuid[])", person_ids)
    return {row["person_id"]: _read(row) for row in rows}


async def has_place(tx: Transaction, person_id: UUID, organisation_id: UUID) -> bool:
    """Whether the person has a place at the organisation now."""
    return bool(
        await tx.fetchval(
            "select exists (select from mirror_engagement where person_id = $1 and organisation_id = $2"
            " and status = 'accepted' and not erased)",
            *(person_id, organisation_id),
        )
    )


async def after(tx: Transaction, person_id: UUID, *, limit: int) -> list[Needs]:
    """Those of the people after an id, in id order."""
    rows = await tx.fetch(
        "select " + _NEEDS + " from needs where person_id > $1 order by person_id limit $2", person_id, limit
    )
    return [_read(row) for row in rows]


async def reviews(tx: Transaction, after: UUID, *, limit: int) -> Mapping[UUID, datetime]:
    """When each person is to be asked again, who was not asked yet."""
    rows = await tx.fetch(
        "select " + _NEEDS + " from needs where person_id > $1 and review_by is not null and asked_at is null"
        " order by person_id limit $2",
        *(after, limit),
    )
    each = [_read(row) for row in rows]
    return {one.person_id: one.asked_from for one in each if one.asked_from}


async def save(tx: Transaction, n: Needs) -> None:
    """Insert or update the row; the caller holds the lock of the person's application, or of the row."""
    consent = (n.consent.version, n.consent.given_at) if n.consent else (None, None)
    await tx.change_one(
        "insert into needs (person_id, version, needs, format, ways_to_talk, words, shared_with, consent_version,"
        " consent_at, said_on, review_by, asked_at, entered_by)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
        " on conflict (person_id) do update set version = excluded.version, needs = excluded.needs,"
        " format = excluded.format, ways_to_talk = excluded.ways_to_talk, words = excluded.words,"
        " shared_with = excluded.shared_with, consent_version = excluded.consent_version,"
        " consent_at = excluded.consent_at, said_on = excluded.said_on, review_by = excluded.review_by,"
        " asked_at = excluded.asked_at, entered_by = excluded.entered_by",
        *(n.person_id, n.version, n.needs, n.format, n.ways_to_talk, n.words, n.shared_with),
        *(*consent, n.said_on, n.review_by, n.asked_at, n.entered_by),
    )


async def forget(tx: Transaction, person_id: UUID) -> None:
    await tx.change_any("delete from needs where person_id = $1", person_id)
