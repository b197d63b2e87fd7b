"""Places in sessions. The lock of a session's programme covers them too."""

from uuid import UUID

from services.chassis.postgres.transaction import Row, Transaction
from services.training.domain.enrolment import Enrolment

_ENROLMENT = "e.id, e.version, e.session_id, e.person_id, e.organisation_id, e.programme_id, e.attended"


def _enrolment(row: Row) -> Enrolment:
    return Enrolment(
        id=row["id"],
        version=row["version"],
        session_id=row["session_id"],
        person_id=row["person_id"],
        organisation_id=row["organisation_id"],
        programme_id=row["programme_id"],
        attended=row["attended"],
    )


async def find(tx: Transaction, session_id: UUID, person_id: UUID) -> Enrolment | None:
    row = await tx.fetchrow(
        "select " + _ENROLMENT + " from enrolment e where e.session_id = $1 and e.person_id = $2",
        *(session_id, person_id),
    )
    return _enrolment(row) if row else None


async def get(tx: Transaction, id: UUID) -> Enrolment | None:
    row = await tx.fetchrow("select " + _ENROLMENT + " from enrolment e where e.id = $1", id)
    return _enrolment(row) if row else None


async def of_session(tx: Transaction, session_id: UUID) -> list[Enrolment]:
    """Everybody's, in id order; at most as many as a session has places."""
    rows = await tx.fetch(
        "select " + _ENROLMENT + " from enrolment e where e.session_id = $1 order by e.id", session_id
    )
    return [_enrolment(row) for row in rows]


async def of_person(tx: Transaction, person_id: UUID, programme_id: UUID) -> list[Enrolment]:
    rows = await tx.fetch(
        "select " + _ENROLMENT + " from enrolment e where e.person_id = $1 and e.programme_id = $2 order by e.id",
        *(person_id, programme_id),
    )
    return [_enrolment(row) for row in rows]


async def after(tx: Transaction, id: UUID, *, limit: int) -> list[Enrolment]:
    """Those after an id, in id order."""
    rows = await tx.fetch(
        "select " + _ENROLMENT + " from enrolment e where e.id > $1 order by e.id limit $2", id, limit
    )
    return [_enrolment(row) for row in rows]


async def lock(tx: Transaction, id: UUID) -> Enrolment | None:
    row = await tx.lock_one("select " + _ENROLMENT + " from enrolment e where e.id = $1 for update", id)
    return _enrolment(row) if row else None


async def add(tx: Transaction, e: Enrolment) -> None:
    """The caller holds the programme's lock and has seen that the person has no place in the session."""
    await tx.change_one(
        "insert into enrolment (id, version, session_id, person_id, organisation_id, programme_id, enrolled_at)"
        " values ($1, $2, $3, $4, $5, $6, $7)",
        *(e.id, e.version, e.session_id, e.person_id, e.organisation_id, e.programme_id, tx.now),
    )


async def save(tx: Transaction, *enrolments: Enrolment) -> None:
    """Whether each came. Raises NotOneRow when row-level security hides one of them."""
    await tx.change_each(
        "update enrolment set version = n.version, attended = n.attended"
        " from unnest($1::uuid[], $2::bigint[], $3::boolean[]) as n (id, version, attended) where enrolment.id = n.id",
        [(e.id, e.version, e.attended) for e in enrolments],
    )


async def delete(tx: Transaction, *enrolments: Enrolment) -> None:
    """The caller holds the lock of their programmes."""
    await tx.change_each(
        "delete from enrolment using unnest($1::uuid[]) as n (id) where enrolment.id = n.id",
        [(e.id,) for e in enrolments],
    )
