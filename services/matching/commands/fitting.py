"""Who is told of a role, and what stays told: made to agree with the people and the roles there are now.

What fits somebody is worked out when they look (store/rule.py). A match is kept for what a person was told of.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import UUID

from schemas.engagements import Engagement
from schemas.event import Erased
from schemas.matching import MatchEnded, MatchErased, MatchingHelpErased, MatchMade
from schemas.recruitment import Profile
from services.chassis.base import hands
from services.chassis.base.access import london_day
from services.chassis.base.refusals import NotYet
from services.chassis.postgres import help_given, mirrors
from services.chassis.postgres.transaction import Transaction
from services.matching import metrics
from services.matching.commands import fair
from services.matching.domain.fit import Subscription
from services.matching.domain.match import Match
from services.matching.store import asked, policies, pool, telling, untold
from services.matching.store import matches as match_store
from services.matching.store import opportunities as store

AT_ONCE = 1000
"""Of what people were told of, so many are looked at in one transaction."""


async def subscribe(tx: Transaction[hands.Person], wanted: Subscription, *, keeps_most: bool = False) -> None:
    """Keep what the person who asks wants to be told of. They are told of what fits already, after the commit.

    `keeps_most`: how many a week stays as it was.
    """
    await match_store.lock_subscriber(tx, tx.acting.person_id)
    if keeps_most and (saved := await match_store.subscription(tx, tx.acting.person_id)):
        wanted = replace(wanted, most_a_week=saved[0].most_a_week)
    profile = await mirrors.get(tx, Profile, tx.acting.person_id)
    version = await match_store.save_subscription(tx, tx.acting.person_id, wanted, profile)
    await tx.due(match_subscriber, tx.acting.person_id, version)


async def match_opportunity(tx: Transaction, id: UUID) -> None:
    """It was changed: end what fits no longer. Who else is told, and who is busy now, has transactions of its own, so
    that nobody who waits for somebody's row is waited for."""
    listed = await store.get(tx, id)
    if listed is None:
        raise NotYet(f"opportunity {id}")
    await _say_ended(tx, await telling.end_unfit(tx, opportunity_ids=[id]))
    await _say_made(tx, await telling.fit_again(tx, opportunity_id=id))
    await tx.due(tell_next, id, listed.opportunity.version)
    await tx.due(know_who_is_busy, id, listed.opportunity.version)


async def tell_next(tx: Transaction, id: UUID) -> None:
    """Tell the next people of a role: when it was posted or changed, and when a round is due; nobody once it is closed,
    or enough have answered."""
    listed = await store.get(tx, id)
    if listed is None or listed.opportunity.closed_at is not None:
        await tx.wake(tell_next, id, None)
        return
    policy = await policies.telling_of_roles(tx, on=london_day(tx.now))
    held = await telling.lock(tx, id, policy)
    rounds, next_at = held.rounds, held.next_at
    if next_at <= tx.now:
        rounds, next_at = rounds + (not held.is_enough), tx.now + timedelta(days=policy.next_after_days)
        await telling.save(tx, id, rounds, next_at)
        if rounds > held.rounds:
            tx.count(metrics.ROUNDS.inc)
    left = rounds * policy.in_a_round(listed.opportunity.places) - held.told
    if left > 0 and not held.is_enough:
        made = await telling.tell_of_role(tx, listed.opportunity, policy, left)
        await _say_made(tx, made)
        await fair.note_told(tx, id, held.told + len(made))
    await tx.wake(tell_next, id, next_at)


async def know_who_is_busy(tx: Transaction, id: UUID) -> None:
    """When whoever has a place in it is somewhere: its sessions may have changed."""
    await pool.refresh(tx, await pool.with_a_place_in(tx, id))


async def match_subscriber(tx: Transaction, person_id: UUID) -> None:
    """Make what a person is told of agree with what is known of them now."""
    await pool.refresh(tx, [person_id])
    if not await telling.hold_person(tx, person_id):
        return
    await _say_ended(tx, await telling.end_unfit(tx, person_id=person_id))
    await _say_made(tx, await telling.fit_again(tx, person_id=person_id))
    policy = await policies.telling_of_roles(tx, on=london_day(tx.now))
    await _say_made(tx, await telling.tell_person(tx, person_id, policy))


async def follow(tx: Transaction, person_id: UUID) -> None:
    """Something of them was heard: nothing is worked out where the rule does not see a difference."""
    if await pool.refresh(tx, [person_id]):
        await match_subscriber(tx, person_id)


async def catch_up(tx: Transaction) -> bool:
    """Follow some of those of whom something was written down that the pool does not say, as by a version before it.
    Whether there were any."""
    behind = await pool.out_of_step(tx, limit=AT_ONCE)
    await tx.due_each(match_subscriber, dict.fromkeys(behind, 1))
    await pool.refresh(tx, behind)
    return bool(behind)


async def remember_told(tx: Transaction, after: UUID) -> UUID | None:
    """Count whom a version of before told as told, for the next of the pool. Nobody is told of more for it.

    Returns the last of them; None when there is nobody more.
    """
    some = await pool.told_otherwise(tx, after, limit=AT_ONCE)
    await pool.remember_told(tx, some)
    return max(some, default=None)


async def follow_engagement(tx: Transaction, now: Engagement) -> None:
    """They took a place, or gave one back: when they are busy is known for the next role."""
    await fair.measure_first_interest(tx, now)
    await pool.refresh(tx, [now.person_id])


async def end_some_unfit(tx: Transaction, after: UUID) -> UUID | None:
    """The next of all that people were told of and that fits no longer, as after a day on which training ends.

    Returns the last that was looked at; None when there is nothing more.
    """
    last = await telling.last_of(tx, after, limit=AT_ONCE)
    if last is not None:
        await _say_ended(tx, await telling.end_unfit(tx, ids=(after, last)))
    return last


async def forget_credential(tx: Transaction, id: UUID) -> None:
    """An erased credential no longer says whose it was: whatever rested on one is looked at."""
    await _say_ended(tx, await telling.end_unfit(tx, opportunity_ids=await telling.told_of_training(tx)))


async def forget_person(tx: Transaction, person_id: UUID) -> None:
    """Delete what matching holds of a person and say so for each match."""
    await telling.hold_person(tx, person_id)
    await match_store.lock_subscriber(tx, person_id)
    theirs = await match_store.lock_matches(tx, person_id=person_id)
    await tx.emit(*(MatchErased(Erased(id=one.id, version=one.version + 1)) for one in theirs))
    await match_store.forget(tx, person_id)
    await pool.forget(tx, person_id)
    await untold.forget(tx, person_id)
    await asked.forget(tx, person_id)
    await help_given.forget(tx, person_id, MatchingHelpErased)


async def _say_made(tx: Transaction, made: Sequence[Match]) -> None:
    await tx.emit(*(MatchMade(one.public()) for one in made))
    tx.count(partial(metrics.MATCHES.labels("made").inc, len(made)))


async def _say_ended(tx: Transaction, ended: Sequence[Match]) -> None:
    await tx.emit(*(MatchEnded(one.public()) for one in ended))
    tx.count(partial(metrics.MATCHES.labels("ended").inc, len(ended)))
