"""What row policies keep from somebody is not taken for done, nor for not there."""

from dataclasses import replace

import pytest

from schemas.matching import MatchRestated
from services.chassis.base.access import ANONYMOUS
from services.chassis.base.refusals import NotFound
from services.chassis.postgres.transaction import NotOneRow, RowNotLocked
from services.matching.store import matches, opportunities
from tests.matching.world import a_trust, everything, in_the_pool, match_id, post
from tests.support import Connected, member, organisation, save_and_say


async def test_nobody_says_a_version_of_a_match_that_they_may_only_read(matching: Connected) -> None:
    sam = await in_the_pool(matching)
    await post(matching, *await a_trust(matching))
    await matching.settle()
    id = await match_id(matching)
    async with matching.transaction() as tx:
        match = await matches.lock(tx, id)
    assert match
    before = await everything(matching)
    changed = replace(match, version=2)
    event = MatchRestated(changed.public())
    with pytest.raises(NotOneRow):
        await save_and_say(matching, sam.acting(), lambda tx: matches.save(tx, changed), event)
    with pytest.raises(RowNotLocked):
        async with matching.transaction(sam.acting()) as tx:
            await matches.lock(tx, id)
    assert await everything(matching) == before


async def test_another_organisations_opportunity_answers_as_one_that_does_not_exist(matching: Connected) -> None:
    id = await post(matching, *await a_trust(matching))
    another = organisation("RYR")
    with pytest.raises(NotFound):
        async with matching.transaction(member(another, "coordinator").acting(another)) as tx:
            await opportunities.lock(tx, id)
    with pytest.raises(RowNotLocked):
        async with matching.transaction(ANONYMOUS) as tx:
            await opportunities.lock(tx, id)
