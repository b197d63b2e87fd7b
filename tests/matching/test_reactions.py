"""What matching does about its neighbours' news: said twice, taken back, and at the same moment."""

import asyncio
from datetime import datetime, timedelta

from schemas.engagements import Intake, IntakeOpened
from schemas.event import Erased
from schemas.identity import AccountErased
from schemas.recruitment import LeaderApproved, LeaderErased, LeaderLeft, Profile, ProfileChanged, ProfileErased
from schemas.recruitment import ProfileGiven as Given
from schemas.training import CredentialAwarded, CredentialErased
from services.chassis.base.access import london_day
from services.chassis.operate.maintenance import Sweeper
from services.chassis.work.scheduler import Clock
from services.matching import jobs
from services.matching.commands import fitting, saving
from services.matching.domain.fit import Subscription
from tests.asking import FEW, asked
from tests.matching import world
from tests.matching.world import NOW, a_trust, everything, in_the_pool, leader, matches, post, reasons
from tests.support import Connected, registered, until, until_a_lock_is_waited_for


async def test_news_that_is_said_again_or_changes_nothing_says_nothing(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    sam = await in_the_pool(matching)
    id = await post(matching, trust, staff)
    await matching.settle()
    before = await everything(matching)
    news = LeaderApproved(leader(sam))
    await matching.hears_and_settles(news, news, *registered(trust))
    await matching.hears_and_settles(LeaderApproved(leader(sam, version=2)))
    async with matching.transaction() as tx:
        await tx.execute("delete from handled")
        for reaction, about in (("match_opportunity", id), ("match_leader", sam.id), ("match_subscriber", sam.id)):
            await tx.execute("insert into due (reaction, id, version) values ($1, $2, 2)", reaction, about)
    await matching.settle()
    assert await matching.failing() == []
    assert await everything(matching) == before


async def test_a_match_ends_and_is_made_again_with_the_same_id_and_reasons_of_its_own(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    sam = await in_the_pool(matching)
    await post(matching, trust, staff)
    await matching.settle()
    id, told = await world.match_id(matching), await when_told(matching)
    await world.subscribe(matching, sam, Subscription(active=False))
    await matching.settle()
    assert await reasons(matching) == [[]]
    await world.subscribe(matching, sam, Subscription(modes=("remote",)))
    await matching.settle()
    assert [one for one in await matching.said() if one[0].startswith("Match")] == [
        ("MatchMade", id),
        ("MatchEnded", id),
        ("MatchMade", id),
    ]
    assert await reasons(matching) == [["in_pool", "mode:remote", "next_rung"]]
    assert await when_told(matching) == told  # nobody was told of it a second time


async def when_told(matching: Connected) -> tuple[datetime, list[datetime]]:
    async with matching.transaction() as tx:
        row = await tx.fetchrow("select m.matched_at, p.told from match m join pool p using (person_id)")
    assert row
    return row["matched_at"], row["told"]


async def test_a_match_that_holds_for_other_reasons_keeps_only_those_and_says_nothing(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    sam = await in_the_pool(matching)
    told = Profile(id=sam.id, version=1, lived_experience=("pain", "caring"))
    await matching.hears_and_settles(Given(told))
    await post(matching, trust, staff, lived_experience=["pain", "caring"])
    await matching.settle()
    assert await reasons(matching) == [["in_pool", "next_rung", "lived:pain", "lived:caring"]]
    fewer = told.model_copy(update={"version": 2, "lived_experience": ("caring",)})
    await matching.hears_and_settles(ProfileChanged(fewer))
    assert await reasons(matching) == [["in_pool", "next_rung", "lived:caring"]]
    assert await matches(matching) == ["MatchMade"]


async def test_an_erased_profile_takes_what_rested_on_it_with_it(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    sam = await in_the_pool(matching)
    await matching.hears_and_settles(Given(Profile(id=sam.id, version=1, lived_experience=("pain",))))
    await post(matching, trust, staff, lived_experience=["pain"])
    await post(matching, trust, staff)
    await matching.settle()
    await matching.hears_and_settles(ProfileErased(Erased(id=sam.id, version=2)))
    assert await matches(matching) == ["MatchMade", "MatchMade", "MatchEnded"]
    assert "lived:pain" not in str(await everything(matching))
    async with matching.transaction() as tx:
        assert "pain" not in await tx.fetchval("select string_agg(state::text, '') from mirror_profile")
        assert await tx.fetchval("select count(*) from handled where state::text like '%\"pain\"%'") == 0


async def test_an_erased_credential_takes_the_match_that_needed_it(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    sam = await in_the_pool(matching)
    held = world.credential(sam)
    await matching.hears_and_settles(CredentialAwarded(held))
    await post(matching, trust, staff, training=["foundations"])
    await matching.settle()
    await matching.hears_and_settles(CredentialErased(Erased(id=held.id, version=2)))
    assert await matches(matching) == ["MatchMade", "MatchEnded"]


async def test_a_match_ends_after_the_last_day_of_the_training_it_needed(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    sam = await in_the_pool(matching)
    lasts = london_day(NOW) + timedelta(days=30)  # the day of the session
    await matching.hears_and_settles(CredentialAwarded(world.credential(sam, expires_on=lasts)))
    await post(matching, trust, staff, training=["foundations"])
    await post(matching, trust, staff)
    await matching.settle()
    app = matching.app
    await jobs.end_what_fits_no_longer(Clock(app.database, app.settings))
    await matching.settle()
    assert await matches(matching) == ["MatchMade", "MatchMade"]
    async with matching.transaction() as tx:  # as if a day had gone by
        await tx.execute(
            "update mirror_credential set state = state || jsonb_build_object('expires_on', $1::text)",
            (london_day(NOW) - timedelta(days=1)).isoformat(),
        )
    await jobs.end_what_fits_no_longer(Clock(app.database, app.settings))
    await matching.settle()
    assert await matches(matching) == ["MatchMade", "MatchMade", "MatchEnded"]


async def test_two_reactions_about_the_same_two_at_once_make_one_match(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    people = [await in_the_pool(matching, f"Person {n}") for n in range(4)]
    for _ in range(3):
        await post(matching, trust, staff)
    await matching.hears(*(LeaderApproved(leader(person, version=2)) for person in people))
    await asyncio.gather(*(matching.settle() for _ in range(6)))
    await matching.settle()
    assert await matching.failing() == []
    assert await matches(matching) == ["MatchMade"] * 12


async def test_somebody_who_leaves_while_they_are_matched_is_not_left_with_the_match(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    sam = await in_the_pool(matching)
    id = await post(matching, trust, staff)
    async with matching.transaction() as tx:
        await fitting.tell_next(tx, id)
        leaving = asyncio.create_task(matching.hears_and_settles(LeaderLeft(leader(sam, status="left", version=2))))
        await until_a_lock_is_waited_for(matching.app.settings)
    await leaving
    assert await matches(matching) == ["MatchMade", "MatchEnded"]


async def test_what_is_withdrawn_while_somebody_is_matched_with_it_does_not_stay_a_match(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    sam = await in_the_pool(matching)
    id = await post(matching, trust, staff)
    async with matching.transaction() as tx:
        await fitting.match_subscriber(tx, sam.id)
        withdrawing = asyncio.create_task(world.withdraw(matching, trust, staff, id))
        await until_a_lock_is_waited_for(matching.app.settings)
    await withdrawing
    await matching.settle()
    assert await matches(matching) == ["MatchMade", "MatchEnded"]


async def test_an_opportunity_that_closes_by_itself_ends_its_matches(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    await in_the_pool(matching)
    past, open_still = await post(matching, trust, staff), await post(matching, trust, staff)
    await matching.settle()
    await world.let_its_closing_pass(matching, past)
    for _ in range(2):
        await matching.settle()
    said = await matching.said()
    assert [name for name, id in said if id == past] == ["OpportunityPosted", "OpportunityClosed"]
    assert [name for name, id in said if id == open_still] == ["OpportunityPosted"]
    assert await matches(matching) == ["MatchMade", "MatchMade", "MatchEnded"]
    assert list(await world.timers(matching)) == [open_still]


async def test_it_closes_at_its_closing_moment_and_not_when_it_was_withdrawn_before(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    id, withdrawn = await post(matching, trust, staff), await post(matching, trust, staff)
    assert await world.timers(matching) == {id: world.draft().apply_by, withdrawn: world.draft().apply_by}
    await world.withdraw(matching, trust, staff, withdrawn)
    assert list(await world.timers(matching)) == [id]


async def test_woken_too_early_it_stays_open_until_its_moment(matching: Connected) -> None:
    """As when the database's clock had jumped ahead."""
    trust, staff = await a_trust(matching)
    id = await post(matching, trust, staff)
    async with matching.transaction() as tx:
        await tx.wake(saving.close_opportunity, id, NOW)
    await matching.settle()
    assert [name for name, _ in await matching.said()] == ["OpportunityPosted"]
    assert await world.timers(matching) == {id: world.draft().apply_by}


async def test_one_that_is_older_than_its_timer_is_given_one_and_closes(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    id, closed = await post(matching, trust, staff), await post(matching, trust, staff)
    await world.withdraw(matching, trust, staff, closed)
    await world.let_its_closing_pass(matching, id)
    async with matching.transaction() as tx:
        await tx.execute("delete from timer")
    app = matching.app
    await Sweeper(app.service.reactions, app.workers.wake).sweep_all(Clock(app.database, app.settings))
    assert list(await world.timers(matching)) == [id]
    await matching.settle()
    assert ("OpportunityClosed", id) in await matching.said()


async def test_whoever_is_erased_by_one_room_after_another_is_forgotten_once(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    sam, kim = await in_the_pool(matching, "Sam"), await in_the_pool(matching, "Kim")
    await post(matching, trust, staff)
    await matching.settle()
    await matching.hears_and_settles(LeaderErased(Erased(id=sam.id, version=2)))
    await matching.hears_and_settles(AccountErased(Erased(id=sam.id, version=2)))
    assert sorted(await matches(matching)) == ["MatchErased", "MatchMade"]  # the erased one's first fact went too
    async with matching.transaction() as tx:
        assert [row["person_id"] for row in await tx.fetch("select person_id from match")] == [kim.id]
    assert await matching.failing() == []


async def test_the_feed_says_how_many_places_are_left_as_soon_as_it_is_known(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    id = await post(matching, trust, staff)
    async with matching.browser() as anyone:
        assert "Places left" not in (await anyone.get("/opportunities")).text
        intake = Intake(
            id=id,
            version=1,
            organisation_id=trust.id,
            ods_code="RX2",
            places=2,
            places_taken=2,
            feedback_by=NOW + timedelta(days=60),
        )
        await matching.hears_and_settles(IntakeOpened(intake))

        async def none_left() -> bool:
            return 'Places left</dt> <dd dir="auto">None</dd>' in (await anyone.get("/opportunities")).text

        await until(none_left)  # what visitors see is kept for a second
        assert "2, 0 left" in (await anyone.get(f"/opportunities/{id}")).text


async def test_a_role_is_matched_with_many_by_few_statements(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    people = [await in_the_pool(matching) for _ in range(12)]
    id = await post(matching, trust, staff)
    async with matching.transaction() as tx:
        with asked() as found:
            await fitting.tell_next(tx, id)
    assert len(found) <= FEW, "\n".join(found)
    assert len([name for name, _ in await matching.said() if name == "MatchMade"]) == len(people)
    assert await reasons(matching) == [["in_pool", "next_rung"]] * 12
