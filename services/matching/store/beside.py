"""What stands beside a role on its page: what is like it and open, and what whoever asks has with it already."""

from dataclasses import dataclass
from uuid import UUID

from schemas.matching import Opportunity
from services.chassis.postgres.transaction import Transaction
from services.matching.store.opportunities import LISTED, Listed, listed_of

MOST = 3
COME_BACK = ("withdrawn", "declined", "lapsed", "not_chosen")
"""As in engagements: the statuses from which somebody may show interest again, while the role is open."""
LOOKED_AT = 20
"""So many of the most alike are looked at again, for whether they are full."""
# Whom it is for counts most, then what it is; the way to take part and who posts it only tell apart what is alike. Only
# what shares an area, the kind of work or the organisation is like it at all. What is full is left out.
_LIKE = (
    "select o.id, o.apply_by, 4 * (o.areas && $3::text[])::integer + 3 * (o.strand = $4)::integer"
    " + 2 * (o.is_job = $5)::integer + 2 * (o.organisation_id = $6)::integer + (o.mode = $7)::integer as points"
    " from opportunity o where o.closed_at is null and o.apply_by > $1 and o.id <> $2"
    " and (o.strand = $4 or o.organisation_id = $6 or o.areas && $3::text[])"
    " order by points desc, o.apply_by, o.id limit $8"
)
_SIMILAR = (
    LISTED + " join (" + _LIKE + ") alike on alike.id = o.id where i.state is null or"
    " (i.state ->> 'places_taken')::integer + coalesce((i.state ->> 'places_held')::integer, 0) < o.places"
    " order by alike.points desc, alike.apply_by, alike.id limit $9"
)


async def similar(tx: Transaction, to: Opportunity) -> list[Listed]:
    """The open ones that are most like it, the most alike first; of those that are, the one that closes first."""
    rows = await tx.fetch(
        _SIMILAR,
        *(tx.now, to.id, list(to.lived_experience), to.strand, to.job is not None, to.organisation_id, to.mode),
        *(LOOKED_AT, MOST),
    )
    return [listed_of(row) for row in rows]


@dataclass(frozen=True)
class Answered:
    """What somebody has with a role. `stands`: they cannot show interest again."""

    id: UUID
    status: str
    stands: bool


async def answered(tx: Transaction, opportunity_id: UUID, person_id: UUID) -> Answered | None:
    row = await tx.fetchrow(
        "select id, status, status <> all($3::text[]) as stands from mirror_engagement"
        " where opportunity_id = $1 and person_id = $2 and not erased",
        *(opportunity_id, person_id, COME_BACK),
    )
    return Answered(row["id"], row["status"], row["stands"]) if row else None
