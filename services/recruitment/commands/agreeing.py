"""Ask everybody in the pool whom a new edition concerns, once, as it begins; and keep what is said of each in step.

What a leader says follows from what they agreed to and from what holds today, whoever looks and however often: a batch
that was cut off, or is done twice, harms nobody.
"""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from schemas.recruitment import LeaderAskedToAgree
from services.chassis.base.access import london_day
from services.chassis.postgres.transaction import Transaction, new_id
from services.recruitment import metrics
from services.recruitment.domain import agreeing as domain
from services.recruitment.domain.agreement import TO_JOIN
from services.recruitment.domain.coordinator import NOBODY
from services.recruitment.store import leaders, policies

AT_ONCE = 200
"""So many people are asked in one transaction."""
VERSION = 1
"""What is owed by these reactions is looked up when they are done; it has no versions of its own."""


async def look_for_new_editions(tx: Transaction) -> None:
    """Whichever edition of what everybody agrees to has begun since the last look: people are owed word of it."""
    in_force = await policies.in_force(tx, on=london_day(tx.now))
    new = await policies.note_begun(tx, {new_id(): (kind, in_force[kind].version) for kind in TO_JOIN})
    if new:  # two that began on one day are asked for together
        await tx.due(ask_everybody_to_agree, new[0], VERSION)


async def ask_everybody_to_agree(tx: Transaction, begun_id: UUID, after: UUID | None) -> UUID | None:
    """The next of those in the pool; nothing is said of whom it does not concern."""
    some = await leaders.in_pool_after(tx, after or NOBODY, limit=AT_ONCE)
    await _keep_in_step(tx, some)
    return some[-1] if len(some) == AT_ONCE else None


async def say_code_agreed(tx: Transaction, person_id: UUID) -> None:
    """Rooms that give places hear to which edition of the code of conduct somebody in the pool agreed last; and their
    home page what they are asked to agree to now."""
    await _keep_in_step(tx, [person_id])


async def _keep_in_step(tx: Transaction, people: Sequence[UUID]) -> None:
    """One statement for all rows, and one for what is said."""
    locked = await leaders.lock_each(tx, people)
    in_force = await policies.in_force(tx, on=london_day(tx.now))
    agreed = await policies.agreed_of_each(tx, people)
    places = await leaders.with_place(tx, people)
    changed = [
        done
        for one in locked
        if (done := domain.keep_in_step(one, agreed.get(one.id, ()), in_force, has_place=one.id in places))
    ]
    await leaders.save_each(tx, [leader for leader, _ in changed])
    await tx.emit(*(event for _, event in changed))
    asked = sum(isinstance(event, LeaderAskedToAgree) for _, event in changed)
    before = {one.id for one in locked if one.waiting}
    agreed_now = sum(leader.id in before and not leader.waiting for leader, _ in changed)
    tx.count(partial(metrics.AGREEING.labels("asked").inc, asked))
    tx.count(partial(metrics.AGREEING.labels("agreed").inc, agreed_now))
