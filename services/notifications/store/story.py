"""Calls around a session at which somebody tells their own story."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.chassis.base.hands import SYSTEM
from services.chassis.base.refusals import NotFound
from services.chassis.postgres.lists import Asked, Listing, Page, Sort
from services.chassis.postgres.transaction import Row, Transaction
from services.notifications.domain.story import StoryCall

_CALL = (
    "s.engagement_id, s.person_id, s.organisation_id, s.ods_code, s.entered_by, s.at_desk, s.around, s.how, s.asked_at,"
    " s.session_at, s.spoke_at, s.spoke_by, s.again"
)


def _call(row: Row) -> StoryCall:
    return StoryCall(**dict(row))


async def of_person(tx: Transaction, engagement_id: UUID, person_id: UUID) -> StoryCall | None:
    row = await tx.fetchrow(
        "select " + _CALL + " from story_call s where s.engagement_id = $1 and s.person_id = $2",
        *(engagement_id, person_id),
    )
    return _call(row) if row else None


async def ask(tx: Transaction, s: StoryCall) -> None:
    """Ask for one, or say otherwise what was asked for; it is open again."""
    await tx.change_one(
        "insert into story_call (engagement_id, person_id, organisation_id, ods_code, entered_by, at_desk, around, how,"
        " asked_at, session_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        " on conflict (engagement_id) do update set organisation_id = excluded.organisation_id,"
        " ods_code = excluded.ods_code, entered_by = excluded.entered_by, at_desk = excluded.at_desk,"
        " around = excluded.around, how = excluded.how, asked_at = excluded.asked_at,"
        " session_at = excluded.session_at, spoke_at = null, spoke_by = null, again = false",
        *(s.engagement_id, s.person_id, s.organisation_id, s.ods_code, s.entered_by, s.at_desk, s.around, s.how),
        *(s.asked_at, s.session_at),
    )


async def take_back(tx: Transaction, engagement_id: UUID, person_id: UUID) -> bool:
    gone = await tx.change_for(
        "delete from story_call where engagement_id = $1 and person_id = $2 returning engagement_id",
        *(engagement_id, person_id),
    )
    return gone is not None


async def lock(tx: Transaction, engagement_id: UUID) -> StoryCall | None:
    row = await tx.lock_one(
        "select " + _CALL + " from story_call s where s.engagement_id = $1 for update", engagement_id
    )
    return _call(row) if row else None


async def lock_of_staff(tx: Transaction, engagement_id: UUID, organisation_id: UUID) -> StoryCall:
    """Raises NotFound."""
    found = await lock(tx, engagement_id)
    if found is None or found.organisation_id != organisation_id:
        raise NotFound
    return found


async def note_spoke(tx: Transaction, s: StoryCall) -> None:
    """What suited them is not kept once they spoke, unless another call is wished."""
    await tx.change_one(
        "update story_call set spoke_at = $2, spoke_by = $3, again = $4, how = case when $4 then how else '' end"
        " where engagement_id = $1",
        *(s.engagement_id, s.spoke_at, s.spoke_by, s.again),
    )


_OURS = " from story_call s where s.organisation_id = $1 and (s.spoke_at is null or s.again)"
OURS = Listing(
    "calls asked for",
    sorts=(
        Sort(
            "oldest",
            "Oldest first",
            "select " + _CALL + _OURS + " and (s.asked_at, s.engagement_id) > ($2, $3)"
            " order by s.asked_at, s.engagement_id limit $4",
            by={"asked_at": datetime, "engagement_id": UUID},
        ),
    ),
    count="select count(*) from (select" + _OURS + " limit $2) as counted",
)


async def ours(tx: Transaction, asked: Asked, organisation_id: UUID) -> Page[StoryCall]:
    page = await OURS.page(tx, asked, organisation_id)
    return page.with_items([_call(row) for row in page.items])


async def forget(tx: Transaction, person_id: UUID) -> list[UUID]:
    """Returns the engagements of which something waited."""
    rows = await tx.lock_all(
        "select engagement_id from story_call where person_id = $1 order by engagement_id for update", person_id
    )
    await tx.change_any("delete from story_call where person_id = $1", person_id)
    return [row["engagement_id"] for row in rows]


async def delete_old(tx: Transaction, *, before: datetime) -> list[UUID]:
    """What was asked for and whose session is over since then, spoken or not: nobody is chased. Returns engagements."""
    rows = await tx.lock_all(
        "select engagement_id from story_call where asked_at < $1 and (session_at is null or session_at < $1)"
        " order by engagement_id for update",
        before,
    )
    ids = [row["engagement_id"] for row in rows]
    await tx.change_any("delete from story_call where engagement_id = any($1::uuid[])", ids)
    return ids


async def titles(tx: Transaction, engagement_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Of the roles of these. Read as the system: it is a public title, and the place is theirs who asked for a call."""
    async with tx.reading_as(SYSTEM) as seeing:
        rows = await seeing.fetch(
            "select e.id, o.state ->> 'title' as title from mirror_engagement e"
            " join mirror_opportunity o on o.id = e.opportunity_id where e.id = any($1::uuid[]) and not e.erased",
            list(engagement_ids),
        )
    return {row["id"]: row["title"] for row in rows}
