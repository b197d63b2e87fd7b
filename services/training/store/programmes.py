"""Programmes and their sessions. A programme's lock covers its sessions too."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.base.refusals import NotFound
from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Row, Transaction
from services.training.domain.programme import Programme
from services.training.domain.session import Session

_PROGRAMME = (
    "p.id, p.version, p.organisation_id, p.ods_code, p.title, p.summary, p.credential, p.lasts_months, p.offered_at,"
    " p.withdrawn_at"
)


@dataclass(frozen=True)
class Listed:
    """A programme as a list shows it, with its organisation's name."""

    programme: Programme
    organisation: str


def _session(row: Row) -> Session:
    return Session(
        id=row["id"],
        starts_at=row["starts_at"],
        hours=row["hours"],
        mode=row["mode"],
        place=row["place"],
        places=row["places"],
        places_taken=row["places_taken"],
        attendance_due_since=row["asked_at"],
        recorded_on=row["recorded_on"],
        recorded_by=row["recorded_by"],
    )


def _programme(row: Row, sessions: Sequence[Session]) -> Programme:
    return Programme(
        id=row["id"],
        version=row["version"],
        organisation_id=row["organisation_id"],
        ods_code=row["ods_code"],
        title=row["title"],
        summary=row["summary"],
        credential=row["credential"],
        lasts_months=row["lasts_months"],
        offered_at=row["offered_at"],
        withdrawn_at=row["withdrawn_at"],
        sessions=tuple(sessions),
    )


async def lock(tx: Transaction, id: UUID) -> Programme:
    """Raises NotFound, also for another organisation's than the one that is acted for."""
    row = await tx.lock_one(
        "select " + _PROGRAMME + " from programme p where p.id = $1 and ($2::uuid is null or p.organisation_id = $2)"
        " for update",
        *(id, tx.acting.for_organisation),
    )
    if row is None:
        raise NotFound
    return _programme(row, (await _sessions(tx, [id]))[id])


async def lock_of_session(tx: Transaction, session_id: UUID) -> Programme:
    """The programme that a session belongs to, locked. Raises NotFound."""
    id = await tx.fetchval("select programme_id from session where id = $1", session_id)
    if id is None:
        raise NotFound
    return await lock(tx, id)


async def get(tx: Transaction, id: UUID) -> Listed | None:
    rows = await tx.fetch(
        "select " + _PROGRAMME + ", org.state ->> 'name' as organisation from programme p"
        " left join mirror_organisation org on org.id = p.organisation_id where p.id = $1",
        id,
    )
    return next(iter(await _listed(tx, rows)), None)


async def of_session(tx: Transaction, session_id: UUID) -> Listed | None:
    id = await tx.fetchval("select programme_id from session where id = $1", session_id)
    return await get(tx, id) if id else None


async def offered(tx: Transaction, asked: Asked, words: str) -> Page[Listed]:
    """One page of what is offered; `words`: of the title or summary."""
    page = await OFFERED.page(tx, asked, words)
    return page.with_items(await _listed(tx, page.items))


async def of_organisation(tx: Transaction, asked: Asked, organisation_id: UUID, words: str) -> Page[Listed]:
    page = await OWN.page(tx, asked, organisation_id, words)
    return page.with_items(await _listed(tx, page.items))


_OFFERED = " where p.withdrawn_at is null and strpos(p.words, (select searched($1))) > 0"
OFFERED = Listing(
    "programmes",
    sorts=(
        Sort(
            "newest",
            "Newest first",
            "select " + _PROGRAMME + ", org.state ->> 'name' as organisation from programme p"
            " left join mirror_organisation org on org.id = p.organisation_id"
            + _OFFERED
            + " and (p.offered_at, p.id) < ($2, $3) order by p.offered_at desc, p.id desc limit $4",
            by={"offered_at": datetime, "id": UUID},
            descending=True,
        ),
    ),
    count="select count(*) from (select from programme p" + _OFFERED + " limit $2) as counted",
)
_OWN = " from programme p where p.organisation_id = $1 and strpos(p.words, (select searched($2))) > 0"
OWN = Listing(
    "own programmes",
    sorts=(
        Sort(
            "newest",
            "Newest first",
            "select " + _PROGRAMME + ", null as organisation" + _OWN + " and (p.offered_at, p.id) < ($3, $4)"
            " order by p.offered_at desc, p.id desc limit $5",
            by={"offered_at": datetime, "id": UUID},
            descending=True,
        ),
    ),
    count="select count(*) from (select" + _OWN + " limit $3) as counted",
)


async def after(tx: Transaction, id: UUID, *, limit: int) -> list[Programme]:
    """Those after an id, in id order."""
    rows = await tx.fetch(
        "select " + _PROGRAMME + " from programme p where p.id > $1 order by p.id limit $2", id, limit
    )
    sessions = await _sessions(tx, [row["id"] for row in rows])
    return [_programme(row, sessions[row["id"]]) for row in rows]


async def _listed(tx: Transaction, rows: Sequence[Row]) -> list[Listed]:
    sessions = await _sessions(tx, [row["id"] for row in rows])
    return [Listed(_programme(row, sessions[row["id"]]), row["organisation"] or row["ods_code"]) for row in rows]


async def _sessions(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, list[Session]]:
    """A programme has at most MOST_SESSIONS of them."""
    rows = await tx.fetch(
        "select id, programme_id, starts_at, hours, mode, place, places, places_taken, asked_at, recorded_on,"
        " recorded_by from session where programme_id = any($1::uuid[]) order by starts_at, id",
        ids,
    )
    found: dict[UUID, list[Session]] = {id: [] for id in ids}
    for row in rows:
        found[row["programme_id"]].append(_session(row))
    return found


async def add(tx: Transaction, p: Programme) -> None:
    await tx.change_one(
        "insert into programme (id, version, organisation_id, ods_code, title, summary, credential, lasts_months,"
        " offered_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        *(p.id, p.version, p.organisation_id, p.ods_code, p.title, p.summary, p.credential, p.lasts_months),
        p.offered_at,
    )


async def save(tx: Transaction, p: Programme) -> None:
    """What may change of a programme itself; the caller holds its lock."""
    await tx.change_one(
        "update programme set version = $2, withdrawn_at = $3 where id = $1", *(p.id, p.version, p.withdrawn_at)
    )


async def add_session(tx: Transaction, p: Programme, s: Session) -> None:
    await tx.change_one(
        "insert into session (id, organisation_id, programme_id, starts_at, hours, mode, place, places, places_taken)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        *(s.id, p.organisation_id, p.id, s.starts_at, s.hours, s.mode, s.place, s.places, s.places_taken),
    )


async def save_session(tx: Transaction, s: Session) -> None:
    """What may change of a session; the caller holds its programme's lock."""
    await tx.change_one(
        "update session set places_taken = $2, asked_at = $3, recorded_on = $4, recorded_by = $5 where id = $1",
        *(s.id, s.places_taken, s.attendance_due_since, s.recorded_on, s.recorded_by),
    )


async def to_ask_about(tx: Transaction, after: UUID, *, limit: int) -> dict[UUID, datetime]:
    """When each programme has a session about which nobody was asked yet, of those after an id, in id order."""
    rows = await tx.fetch(
        "select programme_id, min(starts_at) as at from session where asked_at is null and recorded_on is null"
        " and places_taken > 0 and programme_id > $1 group by programme_id order by programme_id limit $2",
        *(after, limit),
    )
    return {row["programme_id"]: row["at"] for row in rows}


async def forget_recorder(tx: Transaction, person_id: UUID) -> None:
    await tx.change_any("update session set recorded_by = null where recorded_by = $1", person_id)
