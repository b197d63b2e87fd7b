"""What engagements does about its neighbours' news, also when it is said twice."""

from schemas.event import Erased
from schemas.identity import AccountErased
from schemas.matching import OpportunityChanged, OpportunityClosed, OpportunityWithdrawn, Withdrawn
from schemas.recruitment import LeaderErased, LeaderLeft, Needs, NeedsChanged, NeedsGiven, Profile, ProfileGiven
from services.chassis.postgres.lists import Asked
from services.engagements import queries
from services.engagements.commands import mine, system
from tests.asking import FEW, asked
from tests.engagements.world import NOW, TO_COME, World, leader, make
from tests.support import Connected


async def test_an_intake_is_opened_once_and_follows_its_opportunity(world: World) -> None:
    fewer = world.o.model_copy(update={"version": 2, "places": 1})
    await world.engagements.hears_and_settles(OpportunityChanged(fewer))
    closed = fewer.model_copy(update={"version": 3, "closed_at": NOW})
    await world.engagements.hears_and_settles(OpportunityClosed(closed))
    assert await world.facts() == ["IntakeOpened", "IntakeChanged", "IntakeClosed"]
    intake = await world.intake()
    assert (intake.places, intake.closed_at) == (1, NOW)


async def test_news_that_changes_nothing_public_is_not_said(world: World) -> None:
    reworded = world.o.model_copy(update={"version": 2, "title": "Another title"})
    await world.engagements.hears_and_settles(OpportunityChanged(reworded))
    assert await world.facts() == ["IntakeOpened"]
    async with world.engagements.transaction() as tx:
        assert await tx.fetchval("select opportunity ->> 'title' from intake") == "Another title"


async def test_a_reaction_done_twice_changes_nothing(world: World) -> None:
    await world.accepted()
    gone = world.o.model_copy(update={"version": 2, "withdrawn": Withdrawn(at=NOW, why="postponed"), "closed_at": NOW})
    left = leader(world.person, status="left", version=2)
    await world.engagements.hears_and_settles(OpportunityWithdrawn(gone), LeaderLeft(left))
    before = await world.everything()
    async with world.engagements.transaction() as tx:
        await tx.execute("delete from handled")
        await tx.execute("insert into due (reaction, id, version) values ('keep_an_intake', $1, 2)", world.o.id)
        await tx.execute(
            "insert into due (reaction, id, version) values ('answer_whoever_left', $1, 2)", world.person.id
        )
    await world.engagements.settle()
    assert await world.engagements.failing() == []
    assert await world.everything() == before


async def test_fewer_places_than_were_taken_takes_no_place_away(world: World) -> None:
    kim = await world.approved("Kim")
    await world.accepted()
    await world.accepted(kim)
    await world.engagements.hears_and_settles(
        OpportunityChanged(world.o.model_copy(update={"version": 2, "places": 1}))
    )
    assert await world.engagements.failing() == []
    intake = await world.intake()
    assert (intake.places, intake.places_taken) == (2, 2)


async def test_whoever_leaves_the_pool_no_longer_waits_but_keeps_a_place(world: World) -> None:
    kim = await world.approved("Kim")
    place, offer = await world.accepted(), await world.offered(kim)
    for person in (world.person, kim):
        await world.engagements.hears_and_settles(LeaderLeft(leader(person, status="left", version=2)))
    assert [(await world.engagement(id)).status for id in (place, offer)] == ["accepted", "withdrawn"]
    assert (await world.engagement(offer)).waiting == ()


async def test_an_erased_person_is_forgotten_and_their_place_is_free_for_a_session_to_come(
    engagements: Connected,
) -> None:
    world = await make(engagements, starts_at=TO_COME)
    id = await world.accepted()
    await engagements.hears_and_settles(AccountErased(Erased(id=world.person.id, version=2)))
    async with engagements.transaction() as tx:
        assert await tx.fetchval("select count(*) from engagement") == 0
        assert await tx.fetchval("select count(*) from interest_words") == 0
        last = await tx.fetchrow("select version, type from outbox where key = $1", id)
        assert last
        assert (last["version"], last["type"]) == (4, "EngagementErased")
    assert (await world.intake()).places_taken == 0
    before = await world.everything()
    await engagements.hears_and_settles(LeaderErased(Erased(id=world.person.id, version=2)))
    assert await world.everything() == before


async def test_an_erased_person_who_took_part_leaves_the_count_of_places(world: World) -> None:
    await world.accepted()
    await world.engagements.hears_and_settles(AccountErased(Erased(id=world.person.id, version=2)))
    assert "EngagementErased" in await world.facts()
    intake = await world.intake()
    assert (intake.places_taken, intake.waiting) == (1, ()), "nobody's attendance waits to be recorded any more"


async def test_a_coordinator_sees_what_a_person_needs_only_while_they_have_a_place(world: World) -> None:
    needs = Needs(id=world.person.id, version=1, needs=("bsl",), format="audio", shared_with=("places",))
    await world.engagements.hears_and_settles(
        ProfileGiven(Profile(id=world.person.id, version=1, access_needs=("captions",), times=("mon_morning",))),
        NeedsGiven(needs),
    )
    id = await world.offered()
    acting = world.staff.acting(world.trust)

    async def seen() -> tuple[str, tuple[str, ...], str, tuple[str, ...], int]:
        async with world.engagements.transaction(acting) as tx:
            found = (await queries.own_applicants(tx, Asked(), await queries.own_intake(tx, world.o.id))).items[0]
            rows = await tx.fetchval(
                "select (select count(*) from mirror_profile) + (select count(*) from mirror_needs)"
            )
            return found.needs, found.access, found.format, found.times, rows

    assert await seen() == ("", (), "standard", (), 0)
    async with world.engagements.transaction(world.person.acting()) as tx:
        await mine.accept(tx, id)
    chair, monday = "A chair with a high back", ("mon_morning",)
    assert await seen() == (chair, ("bsl",), "audio", monday, 2)
    not_shared = needs.model_copy(update={"version": 2, "shared_with": ("coordinator",)})
    await world.engagements.hears_and_settles(NeedsChanged(not_shared))
    assert await seen() == (chair, (), "standard", monday, 1), "row-level security itself shows nothing of them"


async def test_a_coordinator_sees_only_people_who_showed_interest_in_their_own(world: World) -> None:
    await world.approved("Kim")
    await world.interested()
    async with world.engagements.transaction(world.staff.acting(world.trust)) as tx:
        assert await tx.fetchval("select array_agg(state ->> 'called') from mirror_leader") == ["Sam"]


async def test_a_withdrawal_ends_the_interest_of_many_by_few_statements(
    world: World,
) -> None:
    """A place that was taken stays."""
    place = await world.accepted()
    ids = [await world.interested(await world.approved()) for _ in range(12)]
    gone = world.o.model_copy(update={"version": 2, "withdrawn": Withdrawn(at=NOW, why="postponed"), "closed_at": NOW})
    async with world.engagements.transaction() as tx:
        with asked() as found:
            await system.follow_opportunity(tx, gone)
        ended = await tx.fetch("select key from outbox where type = 'PersonNotChosen' order by seq")
    assert len(found) <= FEW, "\n".join(found)
    assert [row["key"] for row in ended] == sorted(ids)
    assert {(await world.engagement(id)).status for id in ids} == {"not_chosen"}
    assert (await world.engagement(place)).status == "accepted"
