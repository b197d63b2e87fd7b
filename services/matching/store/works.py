"""Pieces of work of organisations, each with its five principles."""

from uuid import UUID

from schemas.matching import Work
from services.chassis.base.hands import Member
from services.chassis.postgres.transaction import Row, Transaction, new_id
from services.matching.domain.work import NoSuchWork, WorkWords, public

_WORKS = "select id, title, needed, high_impact, aligned, hard_wired, feasible from piece_of_work"
MOST_TO_CHOOSE_FROM = 200


def _read(row: Row) -> Work:
    return Work.build(**dict(row))


async def named(tx: Transaction[Member], given: UUID | WorkWords | None) -> Work | None:
    """The one that a role is a part of; words that are sent with the role are kept, once. Raises NoSuchWork."""
    if given is None:
        return None
    if isinstance(given, WorkWords):
        return await _kept(tx, given)
    if found := await get(tx, given):
        return found
    raise NoSuchWork


async def get(tx: Transaction[Member], id: UUID) -> Work | None:
    """Of the organisation that is acted for."""
    row = await tx.fetchrow(
        _WORKS + " where id = $1 and organisation_id = $2",
        *(id, tx.acting.organisation_id),
    )
    return _read(row) if row else None


async def newest(tx: Transaction[Member]) -> list[Work]:
    """Those of the organisation that is acted for, the newest first, as many as a form can offer."""
    rows = await tx.fetch(
        _WORKS + " where organisation_id = $1 order by added_at desc, id desc limit $2",
        *(tx.acting.organisation_id, MOST_TO_CHOOSE_FROM),
    )
    return [_read(row) for row in rows]


async def add(tx: Transaction[Member], words: WorkWords) -> UUID | None:
    """None where the organisation has one of that title already."""
    return await tx.fetchval(
        "insert into piece_of_work (id, organisation_id, title, needed, high_impact, aligned, hard_wired, feasible,"
        " added_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (organisation_id, title) do nothing"
        " returning id",
        *(new_id(), tx.acting.organisation_id, *words.model_dump().values(), tx.now),
    )


async def _kept(tx: Transaction[Member], words: WorkWords) -> Work:
    """The organisation's one of that title, as it is kept already, or else these words."""
    if id := await add(tx, words):
        return public(id, words)
    row = await tx.fetchrow(
        _WORKS + " where organisation_id = $1 and title = $2",
        *(tx.acting.organisation_id, words.title),
    )
    if row is None:
        raise NoSuchWork
    return _read(row)
