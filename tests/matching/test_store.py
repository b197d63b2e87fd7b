"""What row policies keep from somebody is not taken for done, nor for not there; nothing to choose from is left out."""

from dataclasses import replace
from datetime import date

import pytest

from schemas.matching import MatchRestated
from schemas.payments import RateCardIssued
from services.chassis.base.hands import VISITOR
from services.chassis.base.refusals import NotFound
from services.chassis.postgres.transaction import NotOneRow, RowNotLocked
from services.matching.store import matches, opportunities
from tests.matching.world import NOW, a_trust, everything, in_the_pool, match_id, post, rate
from tests.support import Connected, member, organisation, registered, save_and_say


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
        async with matching.transaction(VISITOR) as tx:
            await opportunities.lock(tx, id)


async def test_the_rate_in_force_is_found_among_however_many_that_were(matching: Connected) -> None:
    trust, _ = await a_trust(matching)
    over = [rate(trust, valid_to=date(2021, 1, 1)) for _ in range(101)]
    in_force = rate(trust)
    await matching.hears(*map(RateCardIssued, [*over, in_force]))
    async with matching.transaction() as tx:
        assert await opportunities.rates_in_force(tx, trust.id, on=NOW.date()) == [in_force]


async def test_the_feed_can_be_narrowed_to_any_organisation_however_many_there_are(matching: Connected) -> None:
    many = [organisation(f"T{n:04}", f"Trust {n:04}") for n in range(501)]
    await matching.hears(*registered(*many))
    async with matching.browser() as anyone:
        assert "Trust 0500" in (await anyone.get("/opportunities")).text
