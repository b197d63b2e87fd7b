"""What the page of a role or a job says around what was posted, for whoever asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.engagements import Intake
from schemas.matching import Opportunity
from services.chassis.base.hands import Person, Visitor
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction
from services.matching import words_of_key_facts as key_facts
from services.matching.queries import Shown
from services.matching.store import beside
from services.matching.store.opportunities import Listed
from services.matching.words_of_key_facts import ANSWERED, STANDS, Step


@dataclass(frozen=True)
class Mine:
    """What whoever asks has with it, in words. `stands`: so there is no button to show interest."""

    id: UUID
    words: str
    stands: bool


@dataclass(frozen=True)
class Around:
    """`list`: where they came from; `letter`, `map`: addresses. `closed`: when nobody more can answer it, or could.

    `decides`, `tells`: what is still to come of a role that closed; `outcome`: what its organisation said that changed.
    """

    o: Opportunity
    now: datetime
    list: str
    address: str
    letter: str
    map: str
    steps: Sequence[Step]
    similar: Sequence[Listed]
    is_open: bool
    mine: Mine | None
    outcome: str
    map_of: str = key_facts.MAP_OF

    @property
    def closed(self) -> datetime:
        return self.o.closed_at or key_facts.closes(self.o)

    @property
    def decides(self) -> datetime | None:
        return self.o.decide_by if self.o.decide_by and self.o.decide_by > self.now else None

    @property
    def tells(self) -> bool:
        return self.o.feedback_by > self.now

    @property
    def has_days(self) -> bool:
        """Something of it can be put into a calendar."""
        return self.is_open or bool(self.o.to_come(self.now))

    def pay_first(self, of: Opportunity) -> str:
        return of.job.salary if of.job else key_facts.pay_first(of)

    def closing(self, of: Opportunity) -> str:
        return key_facts.closing(of, self.now)


async def around(tx: Transaction[Visitor | Person], shown: Shown, *, came_from: str, address: str) -> Around:
    """`address`: of the page itself, whole."""
    o, acting = shown.opportunity, tx.acting
    found = await beside.answered(tx, o.id, acting.person_id) if isinstance(acting, Person) else None
    is_open = bool(shown.choices.show_interest or shown.choices.apply)
    intake = None if is_open or o.job else await mirrors.get(tx, Intake, o.id)
    return Around(
        o,
        tx.now,
        list=came_from,
        address=address,
        letter=key_facts.letter_about(o, shown.organisation, address),
        map=key_facts.map_of(o),
        steps=key_facts.next_steps(o, shown.organisation, o.to_come(tx.now), tx.now),
        similar=await beside.similar(tx, o),
        is_open=is_open,
        mine=Mine(found.id, STANDS.get(found.status, ANSWERED), found.stands) if found else None,
        outcome=intake.outcome.what_changed if intake and intake.outcome else "",
    )
