"""What would fit each person."""

from uuid import UUID

from services.chassis.postgres.transaction import Row, Transaction
from services.recruitment.domain.agreement import Consent
from services.recruitment.domain.profile import Profile

_PROFILE = (
    "person_id, version, strands, modes, lived_experience, access_needs, own_words, learning, district, distance,"
    " times, languages, consent_version, consent_at, entered_by"
)


def _read(row: Row) -> Profile:
    return Profile(
        person_id=row["person_id"],
        version=row["version"],
        strands=tuple(row["strands"]),
        modes=tuple(row["modes"]),
        lived_experience=tuple(row["lived_experience"]),
        access_needs=tuple(row["access_needs"]),
        own_words=row["own_words"],
        learning=tuple(row["learning"]),
        district=row["district"],
        distance=row["distance"],
        times=tuple(row["times"]),
        languages=tuple(row["languages"]),
        consent=Consent(row["consent_version"], row["consent_at"]) if row["consent_at"] else None,
        entered_by=row["entered_by"],
    )


async def lock(tx: Transaction, person_id: UUID) -> Profile | None:
    row = await tx.lock_one("select " + _PROFILE + " from profile where person_id = $1 for update", person_id)
    return _read(row) if row else None


async def get(tx: Transaction, person_id: UUID) -> Profile | None:
    row = await tx.fetchrow("select " + _PROFILE + " from profile where person_id = $1", person_id)
    return _read(row) if row else None


async def after(tx: Transaction, person_id: UUID, *, limit: int) -> list[Profile]:
    """Those of the people after an id, in id order."""
    rows = await tx.fetch(
        "select " + _PROFILE + " from profile where person_id > $1 order by person_id limit $2", person_id, limit
    )
    return [_read(row) for row in rows]


async def save(tx: Transaction, p: Profile) -> None:
    """Insert or update the row; the caller holds the lock of the person's application."""
    consent = (p.consent.version, p.consent.given_at) if p.consent else (None, None)
    await tx.change_one(
        "insert into profile (person_id, version, strands, modes, lived_experience, access_needs, own_words, learning,"
        " district, distance, times, languages, consent_version, consent_at, entered_by)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
        " on conflict (person_id) do update set version = excluded.version, strands = excluded.strands,"
        " modes = excluded.modes, lived_experience = excluded.lived_experience,"
        " access_needs = excluded.access_needs, own_words = excluded.own_words, learning = excluded.learning,"
        " district = excluded.district, distance = excluded.distance, times = excluded.times,"
        " languages = excluded.languages, consent_version = excluded.consent_version,"
        " consent_at = excluded.consent_at, entered_by = excluded.entered_by",
        *(p.person_id, p.version, p.strands, p.modes, p.lived_experience, p.access_needs, p.own_words, p.learning),
        *(p.district, p.distance, p.times, p.languages, *consent, p.entered_by),
    )


async def forget(tx: Transaction, person_id: UUID) -> None:
    await tx.change_any("delete from profile where person_id = $1", person_id)
