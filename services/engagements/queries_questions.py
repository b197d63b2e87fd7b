"""What the pages and the API show of questions: to whoever asked, and to the organisation that answers."""

from collections.abc import Sequence
from uuid import UUID

from services.chassis.base.hands import Member, Person
from services.chassis.postgres.transaction import Transaction
from services.engagements import queries
from services.engagements.domain.asking import Question
from services.engagements.queries import MyEngagement, ToOffer
from services.engagements.store import questions as store


async def mine(tx: Transaction[Person], id: UUID) -> tuple[MyEngagement, Sequence[Question]]:
    """Raises NotFound, for somebody else's too."""
    return await queries.my_engagement(tx, id), await store.of_engagement(tx, id)


async def theirs(tx: Transaction[Member], id: UUID) -> tuple[ToOffer, Sequence[Question]]:
    """With whoever asked, as far as their organisation sees who it is. Raises NotFound."""
    return await queries.to_choose(tx, id), await store.of_engagement(tx, id)
