"""That an answer can still be undone is said for the side that gave it, and for no other."""

from datetime import timedelta

from schemas.engagements import Undoing
from schemas.event import Erased
from schemas.identity import AccountErased
from services.engagements.commands import choosing, mine
from services.engagements.store import undoing as store
from tests.engagements.world import TO_COME, World, make, time_passes
from tests.support import Connected


async def said(world: World) -> list[tuple[str, bool]]:
    """What was said of it, oldest first: of which side, and whether it can be undone."""
    async with world.engagements.transaction() as tx:
        rows = await tx.fetch("select value from outbox where topic = 'engagements.undoing' order by seq")
    return [(one.side, one.until is not None) for row in rows if (one := _state(row["value"]))]


def _state(value: str) -> Undoing | None:
    return None if '"erased"' in value else Undoing.model_validate_json(value)


async def test_it_is_said_from_the_answer_until_it_is_undone_told_or_something_comes_before_it(
    engagements: Connected,
) -> None:
    world = await make(engagements, starts_at=TO_COME)
    offered, kim = await world.offered(), await world.approved("Kim")
    interested = await world.interested(kim)
    await world.not_chosen(interested, tell_now=False)
    assert await said(world) == [("organisation", True)]
    await world.staff_do(choosing.undo_not_chosen, interested)
    assert await said(world) == [("organisation", True), ("organisation", False)]
    await world.does(mine.decline, offered)
    await world.does(mine.tell_no_now, offered)
    assert (await said(world))[2:] == [("person", True), ("person", False)]
    await world.not_chosen(interested, tell_now=False)
    await world.does(mine.withdraw, interested, kim)
    await time_passes(world, interested)
    await engagements.settle()
    assert (await said(world))[4:] == [("organisation", True), ("organisation", False)]
    before = await world.engagement(offered)
    assert before.version == 3, "interest, offer, no: nothing else was said of the engagement itself"


async def test_neither_side_finds_the_others_and_it_goes_with_its_person(engagements: Connected) -> None:
    world = await make(engagements, starts_at=TO_COME)
    id = await world.offered()
    await world.does(mine.decline, id)
    await world.not_chosen(id, tell_now=False)
    for acting, side in ((world.person.acting(), "person"), (world.staff.acting(world.trust), "organisation")):
        async with engagements.transaction(acting) as tx:
            assert [row["side"] for row in await tx.fetch("select side from undoing")] == [side]
    async with engagements.transaction() as tx:
        [one, _] = await store.of_person(tx, world.person.id)
        assert one.until and one.until - one.answered_at == timedelta(hours=1)
    await engagements.hears_and_settles(AccountErased(Erased(id=world.person.id, version=9)))
    async with engagements.transaction() as tx:
        assert await store.of_person(tx, world.person.id) == []
    assert (await world.facts()).count("UndoingErased") == 2
