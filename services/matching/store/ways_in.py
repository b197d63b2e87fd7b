"""Ways to get involved: for everybody to read, by who runs them; an organisation's own in its order."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.chassis.base.hands import Member
from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Row, Transaction, new_id
from services.matching.domain.way_in import NoSuchWayIn, WayIn, WayInWords


@dataclass(frozen=True)
class WayFilter:
    """What a visitor looks for. None: any. `ods_code`: of the organisation that keeps it."""

    ods_code: str | None = None
    kind: str | None = None
    takes: str | None = None


_COLUMNS = (
    " w.id, w.whose_key, w.place, w.run_by, w.made_of_roles, w.kind, w.title, w.summary, w.looks_for, w.works,"
    " w.takes, w.expertise, w.how, w.link, w.since, s.organisation, s.ods,"
)
_KEPT = (
    " from way_in w join mirror_organisation m on m.id = w.organisation_id"
    " cross join lateral (select m.state ->> 'name' as organisation, m.state ->> 'ods_code' as ods) s"
)
_OPEN_NOW = (
    " w.made_of_roles and exists (select from opportunity o where o.organisation_id = w.organisation_id"
    " and o.height = height(w.kind) and not o.is_job and o.closed_at is null and o.apply_by > $4) as open_now"
)
_FOUND = (
    " where not m.erased and not ends_before(m.state, london_day($4)) and ($1::text is null or s.ods = $1)"
    " and ($2::text is null or w.kind = $2) and ($3::text is null or w.takes = $3)"
)
BY_WHOM = Listing(
    "ways in",
    sorts=(
        Sort(
            "organisation",
            "By organisation",
            "select" + _COLUMNS + _OPEN_NOW + _KEPT + _FOUND + " and (w.whose_key, w.place, w.id) > ($5, $6, $7)"
            " order by w.whose_key, w.place, w.id limit $8",
            by={"whose_key": str, "place": int, "id": UUID},
        ),
    ),
    count="select count(*) from (select" + _KEPT + _FOUND + " limit $5) as counted",
)


async def found(tx: Transaction, asked: Asked, wanted: WayFilter) -> Page[WayIn]:
    """One page of those of organisations that are there today."""
    page = await BY_WHOM.page(tx, asked, wanted.ods_code, wanted.kind, wanted.takes, at=tx.now)
    return page.with_items([_read(row) for row in page.items])


async def organisations(tx: Transaction) -> dict[str, str]:
    """ODS code → name of each organisation that has some in the list, by name."""
    rows = await tx.fetch(
        "select m.state ->> 'ods_code' as ods, m.state ->> 'name' as name from mirror_organisation m where not m.erased"
        " and not ends_before(m.state, london_day($1))"
        " and exists (select from way_in w where w.organisation_id = m.id) order by 2",
        tx.now,
    )
    return {row["ods"]: row["name"] for row in rows}


_OWN = "select" + _COLUMNS + " false as open_now" + _KEPT + " where w.organisation_id = $1"


async def own(tx: Transaction[Member]) -> list[WayIn]:
    """All of the organisation that is acted for, in its order; what is made of its roles comes last."""
    rows = await tx.fetch(_OWN + " order by w.place, w.id", tx.acting.organisation_id)
    return [_read(row) for row in rows]


async def get(tx: Transaction[Member], id: UUID) -> WayIn:
    """One that the organisation keeps. Raises NoSuchWayIn, for another organisation's too."""
    row = await tx.fetchrow(_OWN + " and w.id = $2 and not w.made_of_roles", tx.acting.organisation_id, id)
    if row is None:
        raise NoSuchWayIn
    return _read(row)


async def lock(tx: Transaction[Member], id: UUID) -> WayIn:
    """Raises NoSuchWayIn, for another organisation's too."""
    row = await tx.lock_one(
        "select id from way_in where organisation_id = $1 and id = $2 and not made_of_roles for update",
        *(tx.acting.organisation_id, id),
    )
    if row is None:
        raise NoSuchWayIn
    return await get(tx, id)


async def hold_order(tx: Transaction[Member]) -> list[UUID]:
    """Those that the organisation keeps, in its order: until this transaction ends nobody else adds or moves one."""
    whose = tx.acting.organisation_id
    await tx.execute("select pg_advisory_xact_lock(hashtextextended('ways in of ' || $1::uuid::text, 1))", whose)
    rows = await tx.lock_all(
        "select id from way_in where organisation_id = $1 and not made_of_roles order by place, id for update",
        whose,
    )
    return [row["id"] for row in rows]


async def add(tx: Transaction[Member], words: WayInWords) -> UUID:
    """The last of the organisation's. The caller holds the order."""
    id = new_id()
    await tx.change_one(
        "insert into way_in (id, organisation_id, place, since, title, kind, summary, looks_for, takes, expertise,"
        " run_by, link, how, whose_key) select $1, m.id,"
        " (select coalesce(max(w.place) + 1, 0) from way_in w where w.organisation_id = m.id and not w.made_of_roles),"
        " $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,"
        " searched(coalesce(nullif($10, ''), m.state ->> 'name')) from mirror_organisation m where m.id = $2",
        *(id, tx.acting.organisation_id, tx.now, *_said(words)),
    )
    return id


async def change(tx: Transaction[Member], id: UUID, words: WayInWords) -> None:
    """The caller holds its lock."""
    await tx.change_one(
        "update way_in set since = $2, title = $3, kind = $4, summary = $5, looks_for = $6, takes = $7, expertise = $8,"
        " run_by = $9, link = $10, how = $11, whose_key = searched(coalesce(nullif($9, ''), (select m.state ->> 'name'"
        " from mirror_organisation m where m.id = way_in.organisation_id))) where id = $1",
        *(id, tx.now, *_said(words)),
    )


async def put_in_order(tx: Transaction[Member], order: Sequence[UUID]) -> None:
    """The caller holds the order."""
    await tx.change_each(
        "update way_in set place = n.place from unnest($1::uuid[], $2::integer[]) as n (id, place)"
        " where way_in.id = n.id",
        [(id, place) for place, id in enumerate(order)],
    )


async def take_out(tx: Transaction[Member], id: UUID) -> None:
    """The caller holds its lock."""
    await tx.change_one("delete from way_in where id = $1", id)


def _said(words: WayInWords) -> tuple[object, ...]:
    looks_for = [words.looks_for] if words.looks_for else []
    return (
        *(words.title, words.kind, words.summary, looks_for, words.takes, words.expertise),
        *(words.run_by, words.link, words.how),
    )


def _read(row: Row) -> WayIn:
    return WayIn(
        id=row["id"],
        organisation=row["organisation"],
        ods_code=row["ods"],
        run_by=row["run_by"],
        made_of_roles=row["made_of_roles"],
        kind=row["kind"],
        title=row["title"],
        summary=row["summary"],
        looks_for=tuple(row["looks_for"]),
        works=tuple(row["works"]),
        takes=row["takes"],
        expertise=row["expertise"],
        how=row["how"],
        link=row["link"],
        since=row["since"],
        open_now=row["open_now"],
    )
