"""Every edition of an opportunity, kept with the change that made it. Its sessions stay with the opportunity."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.matching import Opportunity
from services.chassis.postgres.lists import Asked, Few, Listing, Page, Sort, few
from services.chassis.postgres.transaction import Row, Transaction
from services.matching.domain.editions import Edition

NEWEST = 3
"""So many stand on the page of the role."""


async def keep(tx: Transaction, editions: Sequence[Edition]) -> None:
    """In the transaction that changes them."""
    await tx.change_each(
        "insert into opportunity_edition (opportunity_id, version, organisation_id, at, by, parts, why, opportunity)"
        " select n.id, n.version, n.organisation_id, n.at, n.by, string_to_array(n.parts, ' '), n.why,"
        " n.opportunity - 'sessions' from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::timestamptz[], $5::uuid[],"
        " $6::text[], $7::text[], $8::jsonb[]) as n (id, version, organisation_id, at, by, parts, why, opportunity)",
        [
            (o.id, o.version, o.organisation_id, one.at, one.by, " ".join(one.parts), one.why, o.model_dump_json())
            for one in editions
            for o in [one.opportunity]
        ],
    )


@dataclass(frozen=True)
class RoleChanged:
    """One change, with what the role said before it and after. `called`: who made it, for colleagues; "" if unknown."""

    at: datetime
    parts: tuple[str, ...]
    why: str
    version: int
    before: Opportunity | None
    after: Opportunity
    called: str


def _read(row: Row) -> RoleChanged:
    before = Opportunity.model_validate_json(row["before"]) if row["before"] else None
    after = Opportunity.model_validate_json(row["opportunity"])
    return RoleChanged(row["at"], tuple(row["parts"]), row["why"], row["version"], before, after, row["called"] or "")


_CHANGES = (
    "select e.opportunity_id, e.version, e.at, e.parts, e.why, e.opportunity, a.state ->> 'called' as called,"
    " (select p.opportunity from opportunity_edition p where p.opportunity_id = e.opportunity_id"
    " and p.version < e.version order by p.version desc limit 1) as before from opportunity_edition e"
    " left join mirror_account a on a.id = e.by and not a.erased"
)
_OF = " where e.opportunity_id = $1 and e.parts <> '{}'"
CHANGES = Listing(
    "changes of a role",
    sorts=(
        Sort(
            "newest",
            "Newest first",
            _CHANGES + _OF + " and (e.version, e.opportunity_id) < ($2, $3)"
            " order by e.version desc, e.opportunity_id desc limit $4",
            by={"version": int, "opportunity_id": UUID},
            descending=True,
        ),
    ),
    count="select count(*) from (select from opportunity_edition e" + _OF + " limit $2) as counted",
    size=10,
)


async def changes(tx: Transaction, asked: Asked, opportunity_id: UUID) -> Page[RoleChanged]:
    """One page of what was changed of it, the newest first."""
    page = await CHANGES.page(tx, asked, opportunity_id)
    return page.with_items([_read(row) for row in page.items])


async def newest(tx: Transaction, opportunity_id: UUID) -> Few[RoleChanged]:
    rows = await tx.fetch(_CHANGES + _OF + " order by e.version desc limit $2", *(opportunity_id, NEWEST + 1))
    return few(rows, NEWEST, _read)


async def one(tx: Transaction, opportunity_id: UUID, version: int) -> RoleChanged | None:
    """The edition of a version, also the one that was posted, before which there is none."""
    row = await tx.fetchrow(_CHANGES + " where e.opportunity_id = $1 and e.version = $2", *(opportunity_id, version))
    return _read(row) if row else None
