"""Commands with what they need, for the tests that try each as somebody."""

from datetime import timedelta
from uuid import UUID

from schemas.engagements import Engagement
from services.chassis.base import hands
from services.chassis.base.hands import Member
from services.chassis.postgres.transaction import Transaction
from services.engagements.commands import choosing, comparing, talking
from services.engagements.domain.comparing import Marks
from services.engagements.domain.offers import Offering
from services.engagements.domain.talking import Picked, Proposing
from tests.engagements.world import NOT_CHOSEN, NOW


async def pick_none(tx: Transaction[hands.Person], id: UUID) -> Engagement:
    return await talking.pick(tx, id, Picked(starts_at=None))


async def mark(tx: Transaction[Member], id: UUID) -> Engagement:
    return await comparing.mark(tx, id, Marks(marks=["shows"]))


async def propose_talk(tx: Transaction[Member], id: UUID) -> Engagement:
    soon = NOW + timedelta(minutes=40)
    return await talking.propose(tx, id, Proposing(times=[soon], minutes=10, mode="phone", words="We ring you."))


async def offer_beyond(tx: Transaction[Member], id: UUID) -> Engagement:
    """Out of turn too: with a reason."""
    return await choosing.offer_place(tx, id, Offering(beyond=True, passing_over="asked_to_wait"))


async def not_choose(tx: Transaction[Member], id: UUID) -> Engagement:
    return await choosing.not_choose(tx, id, NOT_CHOSEN)
