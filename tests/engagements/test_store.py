"""What row policies keep from somebody is not taken for done, nor for not there."""

import pytest

from schemas.engagements import EngagementRestated
from services.chassis.base.refusals import NotFound
from services.chassis.postgres.transaction import NotOneRow, RowNotLocked
from services.engagements.store import engagements as store
from services.engagements.store import intakes
from tests.engagements.world import World
from tests.support import Person, member, organisation, save_and_say


async def test_nobody_says_a_version_of_an_engagement_that_a_row_policy_did_not_let_them_save(world: World) -> None:
    engagement = await world.engagement(await world.interested())
    before = await world.everything()
    another = organisation("RYR")
    changed = engagement.model_copy(update={"version": 2})
    for stranger in (Person().acting(), member(another, "coordinator").acting(another)):
        with pytest.raises(NotOneRow):
            await save_and_say(
                world.engagements, stranger, lambda tx: store.save(tx, changed), EngagementRestated(changed)
            )
    assert await world.everything() == before


async def test_an_intake_is_locked_by_its_organisation_and_by_people_with_an_engagement(world: World) -> None:
    await world.interested()
    another = organisation("RYR")
    for acting in (world.staff.acting(world.trust), world.person.acting()):
        async with world.engagements.transaction(acting) as tx:
            assert (await intakes.lock(tx, world.o.id)).id == world.o.id
    with pytest.raises(NotFound):
        async with world.engagements.transaction(member(another, "coordinator").acting(another)) as tx:
            await intakes.lock(tx, world.o.id)
    with pytest.raises(RowNotLocked):
        async with world.engagements.transaction(Person().acting()) as tx:
            await intakes.lock(tx, world.o.id)
