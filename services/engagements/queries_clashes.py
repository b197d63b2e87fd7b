"""What is at the same time: a person sees both things named, staff see when somebody is busy. Warned, never stopped."""

from collections.abc import Sequence
from uuid import UUID

from schemas.engagements import Engagement
from schemas.matching import Session
from services.chassis.base.hands import Member, Person
from services.chassis.postgres.lists import Few
from services.chassis.postgres.transaction import Transaction
from services.engagements.domain.intake import Intake
from services.engagements.store import clashes as store
from services.engagements.store.clashes import Clash

STILL_OPEN = frozenset({"interested", "offered", "accepted", "reserve"})
"""In which somebody takes part, or still may: of others nobody is warned."""


async def clashes_with(tx: Transaction[Person], opportunity_id: UUID) -> Few[Clash]:
    """What the person has at the time of a role's sessions to come, whether they showed interest in it or not."""
    return (await store.of_person(tx, tx.acting.person_id, [opportunity_id], now=tx.now))[opportunity_id]


async def clashes_of_mine(tx: Transaction[Person], mine: Sequence[Engagement]) -> dict[UUID, Few[Clash]]:
    """The same of each role of theirs that they are still in, by its id; nothing of the others."""
    roles = [one.opportunity_id for one in mine if one.status in STILL_OPEN]
    return await store.of_person(tx, tx.acting.person_id, roles, now=tx.now) if roles else {}


async def busy_then(tx: Transaction[Member], intake: Intake, people: Sequence[UUID]) -> dict[UUID, tuple[Session, ...]]:
    """At which sessions to come of the role each of them has something else; nothing of whoever has not."""
    to_come = intake.opportunity.to_come(tx.now)
    busy = await store.busy_then(tx, intake.id, people, now=tx.now) if to_come and people else {}
    return {person: tuple(one for one in to_come if one.id in sessions) for person, sessions in busy.items()}
