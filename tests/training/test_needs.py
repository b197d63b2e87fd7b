"""Trainers see what people with a place need, while they have it, if those said that they may."""

from datetime import UTC, datetime, timedelta

from schemas.event import Erased
from schemas.recruitment import Needs, NeedsChanged, NeedsErased, NeedsGiven
from tests.support import member
from tests.training.scene import NOW, Scene


async def test_needs_are_shown_with_the_place_by_their_yes_until_it_is_recorded_who_came(scene: Scene) -> None:
    sam, kim = await scene.person("Sam"), await scene.person("Kim")
    id = await scene.session(starts_at=NOW + timedelta(days=3))
    said = Needs(id=sam.id, version=1, needs=("lipspeaker",), format="braille", shared_with=("places",))
    hidden = Needs(id=kim.id, version=1, needs=("quiet_room",), shared_with=("coordinator",))
    await scene.training.hears_and_settles(NeedsGiven(said), NeedsGiven(hidden))
    path = f"/training/for/X24A1/sessions/{id}"
    colleague = member(scene.trust, "trainer")
    await scene.training.hears_and_settles(colleague.opened)

    async def shown() -> str:
        async with scene.training.browser(scene.trainer) as browser:
            return (await browser.get(path)).text

    assert "Lipspeaker" not in await shown(), "no place, nothing to see"
    await scene.enrol(id, sam, kim)
    page = await shown()
    assert "Lipspeaker" in page and "Braille" in page
    assert "quiet room" not in page, "Kim did not say yes to organisations"
    async with scene.training.transaction(colleague.acting(scene.trust)) as tx:
        assert await tx.fetchval("select count(*) from mirror_needs") == 0, "nor any other organisation"
    async with scene.training.api(scene.trainer) as api:
        given = (await api.get(f"/organisations/X24A1/sessions/{id}")).json()["enrolled"]
        assert [one["needs"] for one in given] == [["lipspeaker"], []]
    await scene.training.hears_and_settles(NeedsChanged(said.model_copy(update={"version": 2, "shared_with": ()})))
    assert "Lipspeaker" not in await shown(), "the yes was taken back"
    await scene.training.hears_and_settles(NeedsChanged(said.model_copy(update={"version": 3})))
    assert "Lipspeaker" in await shown()
    await scene.record(id, attended=[sam], absent=[kim], at=datetime.now(UTC) + timedelta(days=4))
    assert "Lipspeaker" not in await shown(), "it is over"
    await scene.training.hears_and_settles(NeedsErased(Erased(id=sam.id, version=4)))
    async with scene.training.transaction() as tx:
        assert await tx.fetchval("select count(*) from mirror_needs where not erased") == 1
