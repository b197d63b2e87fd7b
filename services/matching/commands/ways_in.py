"""Coordinators keep their organisation's ways to get involved; those of the network also what others run."""

from datetime import timedelta
from uuid import UUID

from schemas.identity import Organisation
from services.chassis.base.hands import Member
from services.chassis.base.refusals import TryAgainSoon
from services.chassis.postgres import mirrors
from services.chassis.postgres.transaction import Transaction
from services.matching import metrics
from services.matching.domain import way_in as domain
from services.matching.domain.way_in import OnlyTheNetworkListsOthers, TooManyWaysIn, WayInWords
from services.matching.store import usual_ways
from services.matching.store import ways_in as store

A_YEAR = timedelta(days=365)
"""So long a role says what its organisation usually looks for."""


async def add_way_in(tx: Transaction[Member], words: WayInWords) -> UUID:
    """It comes last. Raises OnlyTheNetworkListsOthers and TooManyWaysIn."""
    await _check(tx, words)
    if len(await store.hold_order(tx)) >= domain.MOST:
        raise TooManyWaysIn
    id = await store.add(tx, words)
    tx.count(metrics.WAYS_IN.labels("added").inc)
    return id


async def change_way_in(tx: Transaction[Member], id: UUID, words: WayInWords) -> None:
    """Nothing is noted where it says the same. Raises NoSuchWayIn and OnlyTheNetworkListsOthers."""
    await _check(tx, words)
    before = await store.lock(tx, id)
    if domain.typed(before) != words.model_dump():
        await store.change(tx, id, words)
        tx.count(metrics.WAYS_IN.labels("changed").inc)


async def move_way_in_up(tx: Transaction[Member], id: UUID) -> None:
    """One place higher; the first stays. Raises NoSuchWayIn."""
    order = await store.hold_order(tx)
    moved = domain.moved_up(order, id)
    if moved != order:
        await store.put_in_order(tx, moved)
        tx.count(metrics.WAYS_IN.labels("moved").inc)


async def take_out_way_in(tx: Transaction[Member], id: UUID) -> None:
    """Raises NoSuchWayIn."""
    await store.lock(tx, id)
    await store.take_out(tx, id)
    tx.count(metrics.WAYS_IN.labels("taken_out").inc)


async def follow_roles(tx: Transaction) -> None:
    """What organisations usually look for says what their roles of the last year say."""
    await usual_ways.follow_names(tx)
    await usual_ways.follow_roles(tx, since=tx.now - A_YEAR)


async def is_network(tx: Transaction[Member]) -> bool:
    """Whether the organisation that is acted for is the one that runs the network. Raises TryAgainSoon."""
    organisation = await mirrors.get(tx, Organisation, tx.acting.organisation_id)
    if organisation is None:
        raise TryAgainSoon
    return organisation.kind == "network"


async def _check(tx: Transaction[Member], words: WayInWords) -> None:
    if not await is_network(tx) and words.run_by:
        raise OnlyTheNetworkListsOthers
    if words.link:
        domain.check_link(words.link)
