"""A new edition of what everybody agrees to begins: whoever it concerns is asked once, by few statements for many."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from schemas.event import Erased
from schemas.identity import AccountErased
from schemas.recruitment import Leader
from services.chassis.work.scheduler import Clock
from services.recruitment.commands import agreeing
from services.recruitment.domain.agreement import AgreedTo
from services.recruitment.jobs import look_for_new_editions
from tests.asking import FEW, asked
from tests.recruitment.scene import Scene
from tests.recruitment.team import Team
from tests.recruitment.test_agreeing import AGREE, BOTH
from tests.recruitment.test_policies import TODAY, begin
from tests.recruitment.test_web import text
from tests.recruitment.twice import Twice
from tests.support import Person, hidden

NEWER = AgreedTo(title="Code of conduct", words="Be kind.\nListen.", changed="We say how to speak up.\nNothing else.")
CODE, NOTICE = "agree_to_code", "agree_to_notice"


async def clock_strikes(scene: Scene) -> None:
    await look_for_new_editions(Clock(scene.recruitment.app.database, scene.recruitment.app.settings))
    await scene.recruitment.settle()
    assert await scene.recruitment.failing() == []


async def waits(scene: Scene, person: Person | None = None) -> list[str]:
    async with scene.recruitment.transaction() as tx:
        state = await tx.fetchval("select state from leader where id = $1", (person or scene.sam).id)
    return [one.what for one in Leader.model_validate_json(state).waiting]


async def said(scene: Scene) -> int:
    return (await scene.names()).count("LeaderAskedToAgree")


async def test_whoever_agreed_to_an_earlier_one_is_asked_once_with_what_changed_until_they_say_yes(
    scene: Scene,
) -> None:
    ida, new = Person("Ida"), Person("New")
    await scene.knows(ida, new)
    await scene.in_pool()
    await scene.approve(await scene.ask(ida), scene.screener)  # with a name alone: asked where a first role is
    await clock_strikes(scene)
    assert (await waits(scene), await said(scene)) == ([], 0), "nothing has changed"
    await scene.send(new)  # to the edition of that day
    await begin(scene, "code_of_conduct", NEWER)
    for _ in range(2):
        await clock_strikes(scene)
    assert (await waits(scene), await waits(scene, ida), await said(scene)) == ([CODE], [], 1)
    async with scene.recruitment.transaction() as tx:
        id = await tx.fetchval("select id from application where person_id = $1", new.id)
    await scene.approve(id)
    await scene.recruitment.settle()
    assert (await waits(scene, new), await said(scene)) == ([CODE], 2), "they said yes before it changed"
    async with scene.recruitment.browser(scene.sam) as sam, scene.recruitment.api(scene.sam) as api:
        page = await sam.get(AGREE)
        assert "What has changed: Code of conduct We say how to speak up. Nothing else." in text(page)
        assert (await api.get("/policies")).json()["code_of_conduct"]["changed"] == NEWER.changed
        await sam.post(AGREE, data={**hidden(page.text), **BOTH, "code_of_conduct": "2"})
        assert "What has changed" not in (await sam.get(AGREE)).text
    assert (await waits(scene), (await scene.names())[-1], await said(scene)) == ([], "LeaderAgreed", 2)
    await begin(scene, "data_notice", NEWER)
    await clock_strikes(scene)
    assert (await waits(scene), await waits(scene, new)) == ([NOTICE], [CODE, NOTICE])


async def test_on_the_phone_a_helper_writes_down_the_yes_and_nothing_waits_any_more(scene: Scene) -> None:
    pat = scene.sam = await scene.by_phone()
    await scene.in_pool()
    await begin(scene, "code_of_conduct", NEWER)
    await clock_strikes(scene)
    at = f"/join/for/QNX/people/{pat.id}/agree"
    async with scene.recruitment.browser(scene.screener) as coordinator:
        people = await coordinator.get("/people/for/QNX/mine")
        assert "Read the code of conduct, which has changed" in people.text, "whoever looks after them sees it"
        page = await coordinator.get(at)
        assert "We say how to speak up." in page.text and "Read them out to Pat" in page.text
        await coordinator.post(at, data={**hidden(page.text), **BOTH, "code_of_conduct": "2"})
    assert await waits(scene) == []
    async with scene.recruitment.transaction() as tx:
        by = await tx.fetchval("select entered_by from agreement where version = '2'")
        assert by == scene.screener.id
        assert (
            await tx.fetchval("select what from help_given where person_id = $1 order by done_at desc", pat.id)
            == "agree"
        )


async def test_who_leaves_or_is_forgotten_is_asked_nothing_and_who_is_opened_again_is(twice: Twice) -> None:
    scene = twice.scene
    kept, gone, erased = [await twice.comes("Ann Example", 1950, joins=True) for _ in range(2)] + [scene.sam]
    await scene.in_pool()
    pair = await twice.pair()
    await begin(scene, "code_of_conduct", NEWER)
    await clock_strikes(scene)
    assert await waits(scene, gone) == [CODE]
    await twice.keeps(pair, kept)
    assert await waits(scene, gone) == []
    await twice.opens_again(await twice.pair())
    await scene.recruitment.settle()
    assert await waits(scene, gone) == [CODE]
    await begin(scene, "data_notice", NEWER)
    await scene.recruitment.hears_and_settles(AccountErased(Erased(id=erased.id, version=2)))
    await clock_strikes(scene)
    assert await waits(scene, gone) == [CODE, NOTICE]


async def test_somebody_with_a_place_is_asked_even_if_they_never_agreed(scene: Scene) -> None:
    leader = await scene.approve(await scene.ask())
    async with scene.recruitment.transaction() as tx:
        in_force = await agreeing.policies.in_force(tx, on=TODAY)
    found = agreeing.domain.keep_in_step(leader, [], in_force, has_place=True)
    assert found and [one.what for one in found[0].waiting] == [CODE, NOTICE]
    assert {one.since for one in found[0].waiting} == {leader.approved_at}, "not before they came"
    assert agreeing.domain.keep_in_step(leader, [], in_force, has_place=False) is None


async def test_many_are_asked_a_batch_at_a_time_by_few_statements(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = team.scene
    ids = await team.crowd(45, scene.screener)
    async with scene.recruitment.transaction() as tx:
        await tx.execute(
            "insert into agreement (person_id, kind, version, agreed_at)"
            " select n, 'code_of_conduct', '1', $2 from unnest($1::uuid[]) as n",
            *(ids, datetime.now(UTC) - timedelta(days=9)),
        )
    await begin(scene, "code_of_conduct", NEWER)
    monkeypatch.setattr(agreeing, "AT_ONCE", 20)
    last: UUID | None = None
    for done in (20, 40, 45):
        async with scene.recruitment.transaction() as tx:
            with asked() as found:
                last = await agreeing.ask_everybody_to_agree(tx, UUID(int=1), last)
        assert len(found) <= FEW, "\n".join(found)
        assert (await said(scene), last) == (done, ids[done - 1] if done < 45 else None)
    async with scene.recruitment.transaction() as tx:
        await agreeing.ask_everybody_to_agree(tx, UUID(int=1), None)
    assert await said(scene) == 45, "done again, it says nothing"
