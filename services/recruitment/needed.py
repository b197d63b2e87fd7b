"""What people need, as those read it to whom they said yes: their coordinator, and where they have a place.

Beside `queries.py`, for pages, the API and lists of people ("my people").
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from schemas.recruitment import Leader
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotFound
from services.chassis.base.security_log import Happened
from services.chassis.postgres.transaction import Transaction
from services.recruitment.domain.needs import Needs
from services.recruitment.store import leaders
from services.recruitment.store import needs as store

READERS = ("coordinator", "screener", "helper", "trainer")
"""The roles that have to do with people."""


@dataclass(frozen=True)
class ShownNeeds:
    """What a person needs, as they let it be seen; `review_due`: a year has passed, and they were asked again."""

    needs: tuple[str, ...]
    format: str
    ways_to_talk: tuple[str, ...]
    words: str
    said_on: date
    review_by: date
    review_due: bool


async def needs_of(tx: Transaction[Member], people: Sequence[Leader]) -> dict[UUID, ShownNeeds]:
    """By the id of each of these people whom whoever asks looks after today, and who let their coordinator see it.

    For lists: row-level security and the looking after are asked of all in one statement. Who looked is noted.
    """
    today = london_day(tx.now)
    theirs = [one.id for one in people if one.is_looked_after_by(tx.acting.by, today)]
    found = await store.get_each(tx, theirs) if theirs else {}
    shown = {id: _shown(one, today) for id, one in found.items() if "coordinator" in one.shared_with}
    for id in shown:
        tx.note(Happened.LOOKED, of=id, what="needs")
    return shown


async def needs_shown(tx: Transaction[Member], person_id: UUID) -> tuple[Leader, ShownNeeds]:
    """One person's, to whom they said yes. Raises NotFound to everybody else, and where nothing is said."""
    leader, found = await leaders.get(tx, person_id), await store.get(tx, person_id)
    if leader is None or found is None or not await _may_see(tx, leader, found):
        raise NotFound
    tx.note(Happened.LOOKED, of=person_id, what="needs")
    return leader, _shown(found, london_day(tx.now))


async def shows_needs(tx: Transaction[Member], leader: Leader) -> bool:
    """Whether there is something that whoever asks may see."""
    found = await store.get(tx, leader.id)
    return found is not None and await _may_see(tx, leader, found)


async def _may_see(tx: Transaction[Member], leader: Leader, needs: Needs) -> bool:
    if "coordinator" in needs.shared_with and leader.is_looked_after_by(tx.acting.by, london_day(tx.now)):
        return True
    return "places" in needs.shared_with and await store.has_place(tx, leader.id, tx.acting.organisation_id)


def _shown(needs: Needs, today: date) -> ShownNeeds:
    assert needs.said_on and needs.review_by, "only what was said is shared"
    return ShownNeeds(
        needs=needs.needs,
        format=needs.format,
        ways_to_talk=needs.ways_to_talk,
        words=needs.words,
        said_on=needs.said_on,
        review_by=needs.review_by,
        review_due=needs.asked_at is not None or needs.review_by <= today,
    )
