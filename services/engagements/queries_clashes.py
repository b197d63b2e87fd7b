"""What is at the same time: a person sees both things named, and is warned, never stopped."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from schemas.engagements import Chat, Engagement
from services.chassis.base.hands import Person
from services.chassis.postgres.lists import Few
from services.chassis.postgres.transaction import Transaction
from services.engagements.domain.talking import times_left
from services.engagements.store import clashes as store
from services.engagements.store.clashes import Clash

STILL_OPEN = frozenset({"interested", "offered", "accepted", "reserve"})
"""In which somebody takes part, or still may: of others nobody is warned."""


async def clashes_with(tx: Transaction[Person], opportunity_id: UUID) -> Few[Clash]:
    """What the person has at the time of a role's sessions to come, whether they showed interest in it or not."""
    return (await store.of_person(tx, tx.acting.person_id, [opportunity_id], now=tx.now))[opportunity_id]


async def at_times_of_talk(tx: Transaction[Person], chat: Chat | None) -> dict[datetime, str]:
    """What the person has at those times of a talk from which they can choose, by its title."""
    times = times_left(chat, tx.now)
    return await store.at_times(tx, tx.acting.person_id, times, chat.minutes) if chat and times else {}


async def clashes_of_mine(tx: Transaction[Person], mine: Sequence[Engagement]) -> dict[UUID, Few[Clash]]:
    """The same of each role of theirs that they are still in, by its id; nothing of the others."""
    roles = [one.opportunity_id for one in mine if one.status in STILL_OPEN]
    return await store.of_person(tx, tx.acting.person_id, roles, now=tx.now) if roles else {}
