"""Pieces of work of organisations, each with its five principles, and the roles that are a part of one."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.matching import Work
from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotFound
from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Row, Transaction, new_id
from services.matching.domain.work import MOST_GOING_ON, Kept, NoSuchWork, TitleTaken, TooManyWorks, WorkWords, public
from services.matching.store.opportunities import LISTED, Listed, listed_of

_WORKS = "select id, title, needed, high_impact, aligned, hard_wired, feasible from piece_of_work"
_KEPT = (
    "select w.id, w.title, w.needed, w.high_impact, w.aligned, w.hard_wired, w.feasible, w.added_at, w.ended_at,"
    " (select count(*) from opportunity o where o.work_id = w.id) as roles from piece_of_work w"
)


@dataclass(frozen=True)
class WorkFilter:
    """What an organisation looks for among its own. None: any."""

    goes_on: bool | None = None
    words: str | None = None


def _read(row: Row) -> Work:
    return Work.build(**dict(row))


def _kept(row: Row) -> Kept:
    said = dict(row)
    added_at, ended_at, roles = (said.pop(name) for name in ("added_at", "ended_at", "roles"))
    return Kept(Work.build(**said), added_at, ended_at, roles)


async def named(tx: Transaction[Member], given: UUID | WorkWords | None) -> Work | None:
    """The one that a role is a part of; words that are sent with the role are kept, once. Raises NoSuchWork."""
    if given is None:
        return None
    if isinstance(given, WorkWords):
        return await _of_words(tx, given)
    if found := await get(tx, given):
        return found
    raise NoSuchWork


async def get(tx: Transaction[Member], id: UUID) -> Work | None:
    """Of the organisation that is acted for, while it goes on."""
    row = await tx.fetchrow(
        _WORKS + " where id = $1 and organisation_id = $2 and ended_at is null", id, tx.acting.organisation_id
    )
    return _read(row) if row else None


async def going_on(tx: Transaction[Member]) -> list[Work]:
    """Those of the organisation that is acted for which have not ended, the newest first: there are never more."""
    rows = await tx.fetch(
        _WORKS + " where organisation_id = $1 and ended_at is null order by added_at desc, id desc limit $2",
        *(tx.acting.organisation_id, MOST_GOING_ON),
    )
    return [_read(row) for row in rows]


async def own(tx: Transaction[Member], id: UUID) -> Kept:
    """Raises NotFound, for another organisation's too."""
    row = await tx.fetchrow(_KEPT + " where w.id = $1 and w.organisation_id = $2", id, tx.acting.organisation_id)
    if row is None:
        raise NotFound
    return _kept(row)


async def lock(tx: Transaction[Member], id: UUID) -> Kept:
    """Raises NotFound, for another organisation's too."""
    await tx.lock_one(
        "select id from piece_of_work where id = $1 and organisation_id = $2 for update",
        *(id, tx.acting.organisation_id),
    )
    return await own(tx, id)


async def hold_titles(tx: Transaction[Member]) -> None:
    """Until the commit nobody else adds or renames one of the organisation's: no row of a new title can be locked."""
    await tx.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", f"work:{tx.acting.organisation_id}")


async def check_title(tx: Transaction[Member], title: str, *, but: UUID | None = None) -> None:
    """Raises TitleTaken. `but`: the one that has it."""
    if await tx.fetchval(
        "select exists (select from piece_of_work where organisation_id = $1 and title = $2"
        " and id is distinct from $3)",
        *(tx.acting.organisation_id, title, but),
    ):
        raise TitleTaken


async def check_room(tx: Transaction[Member]) -> None:
    """Raises TooManyWorks where one more that goes on could not be offered."""
    going = await tx.fetchval(
        "select count(*) from piece_of_work where organisation_id = $1 and ended_at is null", tx.acting.organisation_id
    )
    if going >= MOST_GOING_ON:
        raise TooManyWorks


async def add(tx: Transaction[Member], words: WorkWords) -> UUID:
    """The titles are held, and this one is not taken."""
    id = new_id()
    await tx.change_one(
        "insert into piece_of_work (id, organisation_id, title, needed, high_impact, aligned, hard_wired, feasible,"
        " added_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        *(id, tx.acting.organisation_id, *_said(words), tx.now),
    )
    return id


async def change(tx: Transaction[Member], id: UUID, words: WorkWords) -> None:
    await tx.change_one(
        "update piece_of_work set title = $2, needed = $3, high_impact = $4, aligned = $5, hard_wired = $6,"
        " feasible = $7 where id = $1",
        *(id, *_said(words)),
    )


async def end(tx: Transaction[Member], id: UUID, at: datetime | None) -> None:
    """None: it goes on again."""
    await tx.change_one("update piece_of_work set ended_at = $2 where id = $1", id, at)


def _said(words: WorkWords) -> tuple[str, ...]:
    return (words.title, words.needed, words.high_impact, words.aligned, words.hard_wired, words.feasible)


async def _of_words(tx: Transaction[Member], words: WorkWords) -> Work:
    """The organisation's one of that title, as it is kept already, or else these words.

    Raises NoSuchWork where it has ended, or TooManyWorks.
    """
    await hold_titles(tx)
    row = await tx.fetchrow(
        _WORKS + " where organisation_id = $1 and title = $2 and ended_at is null",
        *(tx.acting.organisation_id, words.title),
    )
    if row:
        return _read(row)
    try:
        await check_title(tx, words.title)
    except TitleTaken:
        raise NoSuchWork from None
    await check_room(tx)
    return public(await add(tx, words), words)


async def of_organisation(tx: Transaction[Member], asked: Asked, wanted: WorkFilter) -> Page[Kept]:
    """One page of the organisation's own."""
    page = await WORKS.page(tx, asked, tx.acting.organisation_id, wanted.goes_on, wanted.words)
    return page.with_items([_kept(row) for row in page.items])


_OWN = (
    " where w.organisation_id = $1 and ($2::boolean is null or (w.ended_at is null) = $2)"
    " and ($3::text is null or strpos(w.words, (select searched($3))) > 0)"
)
WORKS = Listing(
    "pieces of work",
    sorts=(
        Sort(
            "newest",
            "Newest first",
            _KEPT + _OWN + " and (w.added_at, w.id) < ($4, $5) order by w.added_at desc, w.id desc limit $6",
            by={"added_at": datetime, "id": UUID},
            descending=True,
        ),
    ),
    count="select count(*) from (select from piece_of_work w" + _OWN + " limit $4) as counted",
)


async def roles_of(tx: Transaction, asked: Asked, work_id: UUID) -> Page[Listed]:
    """One page of the roles that are a part of a piece of work, open and past: everybody may read them."""
    page = await ROLES.page(tx, asked, work_id)
    return page.with_items([listed_of(row) for row in page.items])


async def as_posted(tx: Transaction, work_id: UUID) -> Listed | None:
    """The newest role that is a part of it, with the words that it was posted with; None: there is none."""
    row = await tx.fetchrow(
        LISTED + " where o.work_id = $1 order by o.posted_at desc, o.id desc limit 1",
        work_id,
    )
    return listed_of(row) if row else None


_OF_WORK = " where o.work_id = $1"
ROLES = Listing(
    "roles of a piece of work",
    sorts=(
        Sort(
            "newest",
            "Newest first",
            LISTED + _OF_WORK + " and (o.posted_at, o.id) < ($2, $3) order by o.posted_at desc, o.id desc limit $4",
            by={"posted_at": datetime, "id": UUID},
            descending=True,
        ),
    ),
    count="select count(*) from (select from opportunity o" + _OF_WORK + " limit $2) as counted",
)
