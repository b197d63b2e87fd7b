"""What somebody lets the draw of one role use: a row of theirs alone, until it is drawn by rules that ask it."""

from uuid import UUID

from schemas.engagements import Engagement
from services.chassis.postgres.transaction import Row, Transaction
from services.engagements.domain.draw import NOTHING_GIVEN, Given

_GIVEN = "area, knows, side, been"


def _given(row: Row) -> Given:
    return Given(area=row["area"], knows=row["knows"], side=row["side"], been=row["been"])


async def get(tx: Transaction, engagement_id: UUID) -> Given:
    row = await tx.fetchrow("select " + _GIVEN + " from draw_given where engagement_id = $1", engagement_id)
    return _given(row) if row else NOTHING_GIVEN


async def save(tx: Transaction, of: Engagement, given: Given) -> None:
    """The caller holds the engagement's lock."""
    if given == NOTHING_GIVEN:
        await tx.change_any(
            "delete from draw_given where opportunity_id = $1 and person_id = $2", *(of.opportunity_id, of.person_id)
        )
        return
    await tx.change_one(
        "insert into draw_given (engagement_id, opportunity_id, person_id, area, knows, side, been, given_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (engagement_id) do update set area = excluded.area,"
        " knows = excluded.knows, side = excluded.side, been = excluded.been, given_at = excluded.given_at",
        *(of.id, of.opportunity_id, of.person_id, given.area, given.knows, given.side, given.been, tx.now),
    )


async def of_role(tx: Transaction, opportunity_id: UUID) -> dict[UUID, Given]:
    """By engagement; of nobody before the role is drawn."""
    rows = await tx.fetch(
        "select engagement_id, " + _GIVEN + " from draw_given where opportunity_id = $1", opportunity_id
    )
    return {row["engagement_id"]: _given(row) for row in rows}
