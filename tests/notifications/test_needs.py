"""What somebody told recruitment that they need holds for letters and calls too, without being asked again."""

from schemas.event import Erased
from schemas.recruitment import Needs, NeedsChanged, NeedsErased, NeedsGiven
from services.notifications.domain.contact import Wanted
from services.notifications.store import contact as store
from tests.notifications.support import World, a_world
from tests.support import Connected

HOUSE = "Sam Example\n1 High Street\nChalkton\nCK1 2QX"


def needs(world: World, version: int, **said: object) -> Needs:
    return Needs.model_validate({"id": world.person.id, "version": version, **said})


async def reached(world: World) -> tuple[str, str]:
    async with world.service.transaction() as tx:
        found = await store.get(tx, world.person.id)
    assert found
    return found.format, found.relay


async def test_a_contact_follows_what_the_needs_say_and_forgets_it_with_them(notifications: Connected) -> None:
    world = await a_world(notifications)
    large = needs(world, 1, format="large_print", ways_to_talk=("lip_reading", "video_relay"))
    await notifications.hears_and_settles(NeedsGiven(large))
    await world.reach(Wanted("post", HOUSE))
    assert await reached(world) == ("large_print", "bsl_video"), "nothing was chosen here"
    await notifications.hears_and_settles(NeedsChanged(needs(world, 2, format="easy_read")))
    assert await reached(world) == ("easy_read", "none")
    await notifications.hears_and_settles(NeedsChanged(needs(world, 3, format="braille")))
    assert await reached(world) == ("standard", "none"), "nobody here prints braille: see test_letters_apart"
    await notifications.hears_and_settles(NeedsChanged(needs(world, 4, format="large_print")))
    await notifications.hears_and_settles(NeedsChanged(needs(world, 5)))
    assert await reached(world) == ("standard", "none"), "the yes was taken back"


async def test_what_was_chosen_with_the_contact_stands(notifications: Connected) -> None:
    world = await a_world(notifications)
    await world.reach(Wanted("post", HOUSE, format="easy_read", relay="text_relay"))
    said = needs(world, 1, format="large_print", ways_to_talk=("video_relay",))
    await notifications.hears_and_settles(NeedsGiven(said), NeedsErased(Erased(id=world.person.id, version=2)))
    assert await reached(world) == ("easy_read", "text_relay")
    async with notifications.transaction() as tx:
        kept = "select count(*) from handled where id = $1 and state is not null"
        assert await tx.fetchval(kept, world.person.id) == 0
