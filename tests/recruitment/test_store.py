"""What row policies keep from somebody is not taken for done, nor for not there."""

import pytest

from schemas.recruitment import LeaderRestated
from services.chassis.postgres.transaction import NotOneRow, RowNotLocked
from services.recruitment.store import leaders
from tests.recruitment.scene import Scene
from tests.support import save_and_say


async def test_nobody_says_a_version_of_a_leader_whom_they_may_only_see_in_the_pool(scene: Scene) -> None:
    leader = await scene.in_pool()
    before = await scene.names()
    coordinator = scene.coordinator.acting(scene.trust)
    changed = leader.model_copy(update={"version": leader.version + 1})
    event = LeaderRestated(changed)
    with pytest.raises(NotOneRow):
        await save_and_say(scene.recruitment, coordinator, lambda tx: leaders.save(tx, changed), event)
    with pytest.raises(RowNotLocked):
        async with scene.recruitment.transaction(coordinator) as tx:
            await leaders.lock(tx, leader.id)
    assert await scene.names() == before
