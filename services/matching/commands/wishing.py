"""A person keeps searches, and says what is not for them. What they are told of follows after the commit."""

from uuid import UUID

from schemas.recruitment import Profile
from schemas.words import AREA
from services.chassis.base.hands import Person
from services.chassis.base.refusals import NotFound
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction
from services.matching import metrics
from services.matching.commands import fitting
from services.matching.domain.fit import Subscription
from services.matching.domain.looking import looked_for
from services.matching.domain.wish import MOST_SEARCHES, NothingLookedFor, TooManySearches, Wish
from services.matching.store import matches, opportunities, synonyms, wishes


async def keep_search(tx: Transaction[Person], wish: Wish) -> tuple[UUID, bool]:
    """Keep a search; whoever never said whether they want to be told says so by it. Its id, and whether it is new.

    Raises NothingLookedFor and TooManySearches. The same one twice is one.
    """
    if not wish.says_something:
        raise NothingLookedFor
    me = tx.acting.person_id
    if not await matches.lock_subscriber(tx, me):
        await matches.save_subscription(tx, me, Subscription(), await mirrors.get(tx, Profile, me))
    if found := await wishes.same(tx, me, wish):
        return found, False
    if len(await wishes.of_person(tx, me)) >= MOST_SEARCHES:
        raise TooManySearches
    words = looked_for(wish.words, await synonyms.groups(tx), AREA) if wish.words else None
    added = await wishes.add(tx, me, wish, words)
    await _follow(tx)
    tx.count(metrics.SEARCHES.labels("kept").inc)
    return added, True


async def remove_search(tx: Transaction[Person], id: UUID) -> None:
    """Raises NotFound, for somebody else's too."""
    await matches.lock_subscriber(tx, tx.acting.person_id)
    if not await wishes.remove(tx, tx.acting.person_id, id):
        raise NotFound
    await _follow(tx)
    tx.count(metrics.SEARCHES.labels("removed").inc)


async def not_for_me(tx: Transaction[Person], opportunity_id: UUID) -> None:
    """Leave a role out of what fits the person, and end what they were told of it. Raises NotFound."""
    await _known(tx, opportunity_id)
    await matches.lock_subscriber(tx, tx.acting.person_id)
    if await wishes.leave_out(tx, tx.acting.person_id, opportunity_id):
        await _follow(tx)
        tx.count(metrics.NOT_FOR_ME.labels("said").inc)


async def show_again(tx: Transaction[Person], opportunity_id: UUID) -> None:
    """Take that back. Raises NotFound."""
    await _known(tx, opportunity_id)
    await matches.lock_subscriber(tx, tx.acting.person_id)
    if await wishes.take_back(tx, tx.acting.person_id, opportunity_id):
        await _follow(tx)
        tx.count(metrics.NOT_FOR_ME.labels("taken_back").inc)


async def _known(tx: Transaction, opportunity_id: UUID) -> None:
    if await opportunities.get(tx, opportunity_id) is None:
        raise NotFound


async def _follow(tx: Transaction[Person]) -> None:
    """Nobody is told of anything who never asked for it, so nothing follows there."""
    if version := await matches.touch_subscription(tx, tx.acting.person_id):
        await tx.due(fitting.match_subscriber, tx.acting.person_id, version)
