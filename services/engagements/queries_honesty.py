"""What a person's page and the API both show of how much say they had."""

from dataclasses import dataclass
from uuid import UUID

from services.chassis.base.choices import Choice
from services.chassis.base.hands import Person
from services.chassis.postgres.transaction import Transaction
from services.engagements import queries
from services.engagements.domain.honesty import Say, may_say
from services.engagements.queries import MyEngagement
from services.engagements.store import honesty
from services.engagements.store.engagements import Mine


@dataclass(frozen=True)
class MySay:
    """What they said, whether they may say it (again) now, and whether whoever asks reads what it was.

    A helper writes an answer down and is not shown the one that stands.
    """

    said: Say | None
    may: Choice
    is_read: bool

    @property
    def answer(self) -> str:
        return self.said.said if self.said and self.is_read else ""


async def of_mine(tx: Transaction[Person], mine: Mine) -> MySay:
    said, by = await honesty.get(tx, mine.engagement.id), tx.acting
    on_its_side = await honesty.is_helped_on_its_side(tx, mine.engagement.organisation_id)
    may = may_say(mine.engagement, mine.opportunity, said, now=tx.now, on_its_side=on_its_side)
    return MySay(said, may, is_read=by.helper is None)


async def mine(tx: Transaction[Person], id: UUID) -> tuple[MyEngagement, MySay]:
    """Raises NotFound, for somebody else's too."""
    found = await queries.my_engagement(tx, id)
    return found, await of_mine(tx, found)
