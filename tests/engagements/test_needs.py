"""What people need is asked once, in recruitment: here it is shown. How it is arranged: test_arrangements.py."""

from schemas.recruitment import Needs, NeedsChanged, NeedsGiven
from tests.engagements.world import World


def needs_of(world: World, **changes: object) -> Needs:
    values = {"needs": ("lipspeaker", "something_else"), "format": "audio", "ways_to_talk": ("text_relay",)}
    said = {"id": world.person.id, "version": 1, "shared_with": ("places",), "said_on": "2026-11-01"}
    return Needs.model_validate(values | said | changes)


async def test_interest_asks_nothing_that_was_said_once_and_says_who_will_see_it(world: World) -> None:
    page = f"/engagements/interest/{world.o.id}"
    async with world.engagements.browser(world.person) as person:
        assert "Tell us once what you need" in (await person.get(page)).text
        await world.engagements.hears_and_settles(NeedsGiven(needs_of(world)))
        shown = (await person.get(page)).text
        for words in ("Lipspeaker", "Sound, to listen to", "By text relay", "sees this if you take a place"):
            assert words in shown, words
        await world.engagements.hears_and_settles(
            NeedsChanged(needs_of(world, version=2, shared_with=("coordinator",)))
        )
        assert "You said that organisations do not see this" in (await person.get(page)).text
