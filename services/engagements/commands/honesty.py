"""People say how much say they had, and what they said is published together with what others said."""

import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from services.chassis.base import publication
from services.chassis.base.hands import Person
from services.chassis.postgres.transaction import Transaction
from services.engagements.commands.settling import lock_mine
from services.engagements.domain import honesty as domain
from services.engagements.domain.honesty import Say
from services.engagements.store import honesty as store
from services.engagements.store.honesty import Promise

_CHANCE = secrets.SystemRandom().random


async def say(tx: Transaction[Person], id: UUID, said: str) -> Say:
    """Said again it takes the place of what was said before. Nobody hears of it.

    Raises NotFound, AskSomebodyElse, DidNotTakePart, NotOverYet or SaidForGood.
    """
    intake, mine = await lock_mine(tx, id)
    before, on_its_side = await store.get(tx, id), await store.is_helped_on_its_side(tx, mine.organisation_id)
    domain.may_say(mine, intake.opportunity, before, now=tx.now, on_its_side=on_its_side).must()
    now = domain.say(intake.opportunity, before, said, now=tx.now)
    await store.save(tx, mine, now)
    return now


async def publish(tx: Transaction, draw: Callable[[], float] = _CHANCE) -> None:
    """Publish the batches that are full, and what organisations said of their roles that are over."""
    await store.note_promises(tx)
    cells = await store.lock(tx)
    full = {of: publication.batch_of(people) for of, people in (await store.waiting(tx)).items() if of in cells}
    batches = await store.take(tx, {of: people for of, people in full.items() if people})
    await store.publish(tx, *(_with(cells[of], batch, draw) for of, batch in batches.items()))


def _with(cell: Promise, batch: Counter[str], draw: Callable[[], float]) -> Promise:
    more = publication.published(batch, batch.total(), draw)
    said = {code: cell.said.get(code, 0) + more.get(code, 0) for code in {**cell.said, **more}}
    return replace(cell, people=cell.people + batch.total(), said=said)
