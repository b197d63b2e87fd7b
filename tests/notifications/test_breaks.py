"""A match that was made a moment before somebody's break began is not told to them."""

from datetime import timedelta

from schemas.matching import MatchMade, OpportunityPosted
from schemas.recruitment import Leader, LeaderApproved, LeaderPaused
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
    assert await notifications.said() == []
    back = leader.model_copy(update={"version": 2, "paused_at": None, "paused_until": None})
    await notifications.hears_and_settles(LeaderApproved(back), MatchMade(world.match()))
    assert "MessageQueued" in [name for name, _ in await notifications.said()]
