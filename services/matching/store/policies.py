"""What matching obeys: how soon what was asked for is drafted, and how many places a role may have."""

from datetime import date
from typing import Any
from uuid import UUID

from services.chassis.base.hands import Member
from services.chassis.base.wording import many
from services.chassis.postgres import policies
from services.chassis.postgres.policies import Kind
from services.chassis.postgres.transaction import Transaction
from services.matching.domain.asked import Promise
from services.matching.domain.places import Allowed, MostPlaces
from services.matching.domain.telling import TellingOfRoles


async def _whoever_waits(tx: Transaction[Member]) -> str:
    count = await tx.fetchval(
        "select count(*) from asked where drafting_id = $1 and ended_at is null", tx.acting.organisation_id
    )
    return (
        "From its first day on, whoever asks is told the new day. What was asked for before keeps the day that was"
        f" told; {many(count, 'thing', 'things')} like this wait for your own coordinators."
    )


async def _whoever_posts(tx: Transaction[Member]) -> str:
    count = await tx.fetchval(
        "select count(*) from opportunity where organisation_id = $1 and closed_at is null and not is_job",
        tx.acting.organisation_id,
    )
    return (
        "From its first day on, nobody can post a role with more places, or give a role more. Roles that were posted "
        f"before keep theirs; your organisation has {many(count, 'role')} open."
    )


async def _whoever_is_told(tx: Transaction[Member]) -> str:
    count = await tx.fetchval("select count(*) from opportunity where closed_at is null")
    return (
        "From its first day on it holds for everybody in the pool and for every open role, also those that were posted"
        f" before and whose next round waits: {many(count, 'role')} today. Whoever was told of a role stays told."
    )


DRAFTING = Kind("drafting_what_was_asked", "How soon what was asked for is drafted", Promise, _whoever_waits)
MOST_PLACES = Kind("most_places", "Places that a role may have", MostPlaces, _whoever_posts, by_organisations=True)
TELLING = Kind("telling_of_roles", "How many people are told of a role", TellingOfRoles, _whoever_is_told)
KINDS: tuple[Kind[Any], ...] = (MOST_PLACES, DRAFTING, TELLING)
"""What matching obeys."""


async def drafting(tx: Transaction, *, on: date) -> Promise:
    """The network's edition on a day, which came with a migration."""
    edition = await policies.in_force(tx, DRAFTING, None, on=on)
    assert edition, "the network always has one"
    return edition.value


async def telling_of_roles(tx: Transaction, *, on: date) -> TellingOfRoles:
    """The network's edition on a day, which came with a migration."""
    edition = await policies.in_force(tx, TELLING, None, on=on)
    assert edition, "the network always has one"
    return edition.value


async def most_places(tx: Transaction, organisation_id: UUID, *, on: date) -> Allowed:
    """An organisation's own edition on a day, or the network's, which came with a migration."""
    edition = await policies.in_force(tx, MOST_PLACES, organisation_id, on=on)
    assert edition, "the network always has one"
    return Allowed(edition.value.most, own=edition.organisation_id is not None)
