"""A match that was made a moment before somebody's break began is on their page, and is told when they are back."""

from datetime import timedelta

from schemas.matching import MatchMade, OpportunityPosted
from schemas.recruitment import Leader, LeaderApproved, LeaderPaused
from services.notifications.commands import fitting
from tests.notifications.fitting import next_day
from tests.notifications.support import NOW, a_world
from tests.support import Connected


async def test_nobody_is_told_of_a_role_while_they_have_a_break(notifications: Connected) -> None:
    world = await a_world(notifications)
    leader = Leader(
        id=world.person.id,
        version=1,
        called="Sam",
        reference="PL-7K3Q",
        status="approved",
        rung="feedback",
        approved_at=NOW,
        paused_at=NOW,
        paused_until=NOW.date() + timedelta(days=5),
    )
    await notifications.hears_and_settles(LeaderPaused(leader), OpportunityPosted(world.opportunity))
    await notifications.hears_and_settles(MatchMade(world.match()))
    async with notifications.transaction() as tx:
        assert await tx.fetchval("select array_agg(channel) from message") == ["page"], "they look when they want to"
    back = leader.model_copy(update={"version": 2, "paused_at": None, "paused_until": None})
    await world.reach_by_verified_email()
    await notifications.hears_and_settles(LeaderApproved(back))
    async with notifications.transaction() as tx:
        tx.now = next_day(0, 12)
        await fitting.tell_round_ups(tx)
        assert await tx.fetchval("select array_agg(kind) from message where channel = 'email'") == ["roles_fit"]
