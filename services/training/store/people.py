"""Who has a place in which session, and who completed what."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.chassis.postgres.transaction import Row, Transaction
from services.training.domain.credential import Credential

LIST_LIMIT = 200


@dataclass(frozen=True)
class Enrolled:
    """Somebody with a place in a session, as its organisation sees them. `attended` is None until it is recorded."""

    person_id: UUID
    called: str
    reference: str
    attended: bool | None


@dataclass(frozen=True)
class MyPlace:
    """A place in a session, as its person sees it."""

    session_id: UUID
    programme_id: UUID
    title: str
    organisation: str
    starts_at: datetime
    hours: float
    mode: str
    place: str
    attended: bool | None


@dataclass(frozen=True)
class MyCredential:
    """What a person completed, with the words of the programme that gave it."""

    programme_id: UUID
    title: str
    organisation: str
    credential: str
    awarded_at: datetime
    expires_on: date | None


async def is_enrolled(tx: Transaction, session_id: UUID, person_id: UUID) -> bool:
    return bool(
        await tx.fetchval(
            "select exists (select from enrolment where session_id = $1 and person_id = $2)", session_id, person_id
        )
    )


async def enrolled(tx: Transaction, session_id: UUID) -> list[Enrolled]:
    """Everybody with a place, in the order in which they took it; at most as many as a session has places."""
    rows = await tx.fetch(
        "select e.*, l.state ->> 'called' as called, l.state ->> 'reference' as reference from enrolment e"
        " left join mirror_leader l on l.id = e.person_id and not l.erased"
        " where e.session_id = $1 order by e.enrolled_at, e.person_id",
        session_id,
    )
    return [
        Enrolled(row["person_id"], row["called"] or "Somebody", row["reference"] or "", row["attended"]) for row in rows
    ]


async def enrol(tx: Transaction, session_id: UUID, *, person_id: UUID) -> None:
    """The caller holds the programme's lock and has seen that the person is not enrolled."""
    await tx.execute(
        "insert into enrolment (session_id, person_id, organisation_id, programme_id, enrolled_at)"
        " select s.id, $2, s.organisation_id, s.programme_id, $3 from session s where s.id = $1",
        *(session_id, person_id, tx.now),
    )


async def cancel(tx: Transaction, session_id: UUID, *, person_id: UUID) -> None:
    await tx.execute("delete from enrolment where session_id = $1 and person_id = $2", session_id, person_id)


async def note(tx: Transaction, session_id: UUID, *, attended: list[UUID], absent: list[UUID]) -> None:
    await tx.execute(
        "update enrolment set attended = person_id = any($2::uuid[])"
        " where session_id = $1 and person_id = any($2::uuid[] || $3::uuid[])",
        *(session_id, attended, absent),
    )


async def newest_attended(tx: Transaction, programme_id: UUID, person_id: UUID) -> tuple[UUID, datetime] | None:
    """The id and start of the newest session of the programme that the person attended."""
    row = await tx.fetchrow(
        "select s.id, s.starts_at from enrolment e join session s on s.id = e.session_id"
        " where e.programme_id = $1 and e.person_id = $2 and e.attended order by s.starts_at desc, s.id desc limit 1",
        *(programme_id, person_id),
    )
    return (row["id"], row["starts_at"]) if row else None


def _credential(row: Row) -> Credential:
    return Credential(
        id=row["id"],
        version=row["version"],
        person_id=row["person_id"],
        programme_id=row["programme_id"],
        organisation_id=row["organisation_id"],
        credential=row["credential"],
        awarded_at=row["awarded_at"],
        expires_on=row["expires_on"],
        session_id=row["session_id"],
    )


async def lock_credential(tx: Transaction, programme_id: UUID, person_id: UUID) -> Credential | None:
    row = await tx.fetchrow(
        "select * from credential where programme_id = $1 and person_id = $2 for update", programme_id, person_id
    )
    return _credential(row) if row else None


async def credentials_after(tx: Transaction, id: UUID, *, limit: int) -> list[Credential]:
    """Those after an id, in id order."""
    rows = await tx.fetch("select * from credential where id > $1 order by id limit $2", id, limit)
    return [_credential(row) for row in rows]


async def lock_credential_by_id(tx: Transaction, id: UUID) -> Credential | None:
    row = await tx.fetchrow("select * from credential where id = $1 for update", id)
    return _credential(row) if row else None


async def lock_credentials(tx: Transaction, person_id: UUID) -> list[Credential]:
    rows = await tx.fetch("select * from credential where person_id = $1 order by id for update", person_id)
    return [_credential(row) for row in rows]


async def add_credential(tx: Transaction, c: Credential) -> None:
    await tx.execute(
        "insert into credential (id, version, person_id, programme_id, organisation_id, credential, awarded_at,"
        " expires_on, session_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        *(c.id, c.version, c.person_id, c.programme_id, c.organisation_id, c.credential, c.awarded_at),
        *(c.expires_on, c.session_id),
    )


async def save_credential(tx: Transaction, c: Credential) -> None:
    await tx.execute(
        "update credential set version = $2, awarded_at = $3, expires_on = $4, session_id = $5 where id = $1",
        *(c.id, c.version, c.awarded_at, c.expires_on, c.session_id),
    )


async def delete_credential(tx: Transaction, id: UUID) -> None:
    await tx.execute("delete from credential where id = $1", id)


async def places_of(tx: Transaction, person_id: UUID) -> list[MyPlace]:
    """The person's places, the newest session first."""
    rows = await tx.fetch(
        "select e.attended, s.*, p.title, coalesce(org.state ->> 'name', p.ods_code) as organisation"
        " from enrolment e join session s on s.id = e.session_id join programme p on p.id = s.programme_id"
        " left join mirror_organisation org on org.id = p.organisation_id"
        " where e.person_id = $1 order by s.starts_at desc, s.id limit $2",
        *(person_id, LIST_LIMIT),
    )
    return [
        MyPlace(
            session_id=row["id"],
            programme_id=row["programme_id"],
            title=row["title"],
            organisation=row["organisation"],
            starts_at=row["starts_at"],
            hours=row["hours"],
            mode=row["mode"],
            place=row["place"],
            attended=row["attended"],
        )
        for row in rows
    ]


async def credentials_of(tx: Transaction, person_id: UUID) -> list[MyCredential]:
    rows = await tx.fetch(
        "select c.*, p.title, coalesce(org.state ->> 'name', p.ods_code) as organisation"
        " from credential c join programme p on p.id = c.programme_id"
        " left join mirror_organisation org on org.id = p.organisation_id"
        " where c.person_id = $1 order by c.awarded_at desc, c.id limit $2",
        *(person_id, LIST_LIMIT),
    )
    return [
        MyCredential(
            programme_id=row["programme_id"],
            title=row["title"],
            organisation=row["organisation"],
            credential=row["credential"],
            awarded_at=row["awarded_at"],
            expires_on=row["expires_on"],
        )
        for row in rows
    ]


async def programmes_of(tx: Transaction, person_id: UUID) -> list[UUID]:
    """The programmes in which the person has or had a place, in id order."""
    rows = await tx.fetch(
        "select distinct programme_id from enrolment where person_id = $1 order by programme_id", person_id
    )
    return [row["programme_id"] for row in rows]


async def sessions_of(tx: Transaction, person_id: UUID, programme_id: UUID) -> list[UUID]:
    rows = await tx.fetch(
        "select session_id from enrolment where person_id = $1 and programme_id = $2", person_id, programme_id
    )
    return [row["session_id"] for row in rows]
