"""How fairly people are told of roles: measured over the pool by the clock, and said by the rule of publication."""

import secrets
from datetime import timedelta
from functools import partial
from uuid import UUID

from schemas.engagements import Engagement
from services.chassis.base.access import london_day
from services.chassis.base.publication import FEWEST, rounded
from services.chassis.postgres.transaction import Transaction
from services.matching import metrics
from services.matching.store import fair as store
from services.matching.store import fitting_nobody, policies, untold

COUNTED_EVERY = timedelta(days=28)
"""The same few, and of those who were told nothing how many there are: seldom, so that nobody's coming shows."""
_TENTH = 10
_CHANCE = secrets.SystemRandom().random


async def note_told(tx: Transaction, opportunity_id: UUID, told: int) -> None:
    """So many were told of a role by now. Its organisation hears of it by tens."""
    await store.note_told(tx, opportunity_id, told, rounded(told, _CHANCE()))


async def measure_first_interest(tx: Transaction, now: Engagement) -> None:
    seconds = await store.is_first_interest(tx, now.opportunity_id, now.interested_at)
    if seconds is not None:
        tx.count(partial(metrics.FIRST_INTEREST.observe, max(0.0, seconds)))


async def look_for_roles_that_fit_nobody(tx: Transaction) -> bool:
    """Whether there may be more to look at now."""
    return await fitting_nobody.look(tx) == store.MOST_ROLES


async def count(tx: Transaction) -> None:
    policy = await policies.telling_of_roles(tx, on=london_day(tx.now))
    await store.count(tx, policy.most_a_week)


async def count_the_same_few(tx: Transaction) -> None:
    """Of the network only where the tenth is ten people: everybody reads it."""
    last = await store.counted_on(tx)
    if last is None or last <= london_day(tx.now) - COUNTED_EVERY:
        await store.count_same_few(tx, fewest_of_all=_TENTH * FEWEST)


async def note_next_untold(tx: Transaction, after: UUID) -> UUID | None:
    return await untold.note_next(tx, after)


async def say_who_is_told_nothing(tx: Transaction) -> None:
    """Forget whoever was told since; say their counts, once in four weeks."""
    await untold.forget_others(tx)
    last = await untold.counted_on(tx)
    if last is None or last <= london_day(tx.now) - COUNTED_EVERY:
        counts = await untold.by_reason(tx)
        await untold.say_counts(tx, {code: rounded(n, _CHANCE()) for code, n in counts.items() if n >= FEWEST})
