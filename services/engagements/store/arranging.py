"""What people with a place need, as they let the organisation see it, and what it has arranged of that."""

from dataclasses import dataclass
from uuid import UUID

from schemas.engagements import Engagement
from schemas.recruitment import Needs
from services.chassis.postgres.transaction import Row, Transaction
from services.engagements.domain.arranging import Arranged


@dataclass(frozen=True)
class AskedFor:
    """A place, what its person needs, and what is arranged of it; None where nothing was said of it yet."""

    engagement: Engagement
    called: str
    needs: Needs
    arranged: Arranged | None


def _arranged(row: Row) -> Arranged | None:
    return Arranged(tuple(row["codes"]), row["arranged_by"], row["arranged_at"]) if row["arranged_at"] else None


async def asked_for(tx: Transaction, organisation_id: UUID, engagement_id: UUID) -> AskedFor | None:
    """None without a place at the organisation, or where the person does not let it see what they need."""
    row = await tx.fetchrow(
        "select e.state, n.state as needs, l.state ->> 'called' as called, a.codes, a.arranged_by, a.arranged_at"
        " from engagement e join mirror_needs n on n.id = e.person_id and not n.erased"
        " left join mirror_leader l on l.id = e.person_id and not l.erased"
        " left join arranged a on a.engagement_id = e.id"
        " where e.id = $1 and e.organisation_id = $2 and e.status = 'accepted' and n.state -> 'shared_with' ? 'places'",
        *(engagement_id, organisation_id),
    )
    if row is None:
        return None
    return AskedFor(
        engagement=Engagement.model_validate_json(row["state"]),
        called=row["called"] or "Somebody",
        needs=Needs.model_validate_json(row["needs"]),
        arranged=_arranged(row),
    )


async def of_place(tx: Transaction, engagement_id: UUID) -> Arranged | None:
    """What is arranged for one place, to its person and its organisation."""
    row = await tx.fetchrow(
        "select codes, arranged_by, arranged_at from arranged where engagement_id = $1", engagement_id
    )
    return _arranged(row) if row else None


async def save(tx: Transaction, engagement: Engagement, arranged: Arranged) -> None:
    """The caller holds the engagement's lock."""
    await tx.change_one(
        "insert into arranged (engagement_id, organisation_id, person_id, codes, arranged_by, arranged_at)"
        " values ($1, $2, $3, $4, $5, $6) on conflict (engagement_id) do update set codes = excluded.codes,"
        " arranged_by = excluded.arranged_by, arranged_at = excluded.arranged_at",
        *(engagement.id, engagement.organisation_id, engagement.person_id),
        *(arranged.codes, arranged.by, arranged.at),
    )
