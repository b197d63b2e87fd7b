"""About how many people a role would fit: asked for by its coordinators, and answered by the rule of publication.

Staff read nobody's row of the pool. What is asked for is counted by a reaction, which keeps exact numbers to itself.
"""

import secrets
from uuid import UUID

from schemas.matching import Opportunity
from services.chassis.base.hands import Member
from services.chassis.base.publication import FEWEST, rounded
from services.chassis.postgres.transaction import Transaction
from services.matching.domain.counting import CAN_BE_LEFT_OUT, DAY, THIRTY_DAYS, Demands, check_how_often, demands_of
from services.matching.store import counting as store
from services.matching.store.counting import FitCount

_CHANCE = secrets.SystemRandom().random


async def ask(tx: Transaction[Member], role: Opportunity) -> FitCount:
    """Ask about how many people a role fits, posted or as its draft would become. What was said lately stands."""
    demands = demands_of(role, now=tx.now)
    before = await store.find(tx, demands)
    if before and before.stands(tx.now):
        return before
    check_how_often(*await store.how_often(tx, DAY, THIRTY_DAYS))
    asked = await store.ask(tx, demands)
    await tx.due(count_who_fits, asked.id, asked.version)
    return asked


async def count_who_fits(tx: Transaction, id: UUID) -> None:
    """Answer what was asked for: rounded, nothing under ten, and what costs most only where it costs ten people."""
    demands = await store.waits_for_answer(tx, id)
    if demands is None:
        return
    people = await store.count(tx, demands)
    fit = people.get("", 0)
    about = await _say(tx, demands, fit)
    costs = max(CAN_BE_LEFT_OUT, key=lambda code: people.get(code, 0))
    without = None
    if people.get(costs, 0) >= FEWEST:
        without = await _say(tx, demands.without(costs), fit + people[costs])
    if without is None or without <= about:
        await store.answer(tx, id, about, None, None)
    else:
        await store.answer(tx, id, about, costs, without)


async def _say(tx: Transaction, demands: Demands, people: int) -> int:
    about = rounded(people, _CHANCE()) if people >= FEWEST else 0
    return await store.remembered(tx, demands.key, people, about)


async def delete_old(tx: Transaction) -> None:
    await store.delete_old(tx)
