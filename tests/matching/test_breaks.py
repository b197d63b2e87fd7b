"""Whoever has a break is matched with nothing new; what they were told of stays, and the rest comes after it."""

from datetime import UTC, datetime, timedelta

from schemas.recruitment import LeaderApproved, LeaderCameBack, LeaderPaused
from services.chassis.base.access import london_day
from services.matching.commands import fitting
from tests.matching.world import a_trust, leader, matches, post, subscribe
from tests.support import Connected, Person

NOW = datetime.now(UTC)
TODAY = london_day(NOW)


async def test_a_break_keeps_what_one_was_told_of_and_adds_nothing_until_one_is_back(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    person = Person()
    await subscribe(matching, person)
    await matching.hears_and_settles(person.opened, LeaderApproved(leader(person)))
    before = await post(matching, trust, staff)
    await matching.settle()
    paused = leader(person, version=2).model_copy(update={"paused_at": NOW, "paused_until": TODAY + timedelta(days=9)})
    await matching.hears_and_settles(LeaderPaused(paused))
    meanwhile = await post(matching, trust, staff)
    await matching.settle()
    assert await matches(matching) == ["MatchMade"]
    async with matching.browser(person) as browser:
        page = (await browser.get("/matches/mine")).text
        assert "You have a break" in page
        assert "No longer fits" not in page
    async with matching.transaction() as tx:
        await fitting.match_opportunity(tx, meanwhile)
        await fitting.match_opportunity(tx, before)
    assert await matches(matching) == ["MatchMade"]
    await matching.hears_and_settles(LeaderCameBack(leader(person, version=3)))
    assert await matches(matching) == ["MatchMade", "MatchMade"]


async def test_a_break_whose_last_day_has_passed_is_none_also_before_anybody_says_so(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    person = Person()
    await subscribe(matching, person)
    over = leader(person).model_copy(update={"paused_at": NOW, "paused_until": TODAY - timedelta(days=1)})
    await matching.hears_and_settles(LeaderPaused(over))
    await post(matching, trust, staff)
    await matching.settle()
    assert await matches(matching) == ["MatchMade"]
