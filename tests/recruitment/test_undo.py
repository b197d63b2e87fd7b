"""For an hour an answer can be undone, and is told to nobody; the hour is a policy."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.chassis.base.refusals import Refused
from services.recruitment.commands import joining, welcoming
from services.recruitment.domain.agreement import Minutes
from services.recruitment.domain.applying import NothingToTakeBack
from services.recruitment.domain.welcome import AlreadyAnswered, NothingToUndo, NotYourAnswer
from services.recruitment.store import applications, leaders
from tests.recruitment.scene import Scene
from tests.recruitment.test_policies import begin
from tests.recruitment.test_welcome import get, themselves, waiting, welcomer
from tests.support import Person


async def answer(scene: Scene, id: UUID, yes: bool) -> None:
    async with welcomer(scene) as tx:
        if yes:
            await welcoming.approve_application(tx, id)
        else:
            await welcoming.decline_application(tx, id, reason="Too much now", would_help="An evening a month")


async def answered(scene: Scene, yes: bool = True) -> UUID:
    id = await scene.send()
    await answer(scene, id, yes)
    return id


async def undo(scene: Scene, id: UUID, by: Person | None = None) -> None:
    async with welcomer(scene, by) as tx:
        await welcoming.undo_answer(tx, id)


async def an_hour_goes_by(scene: Scene, id: UUID) -> None:
    """By the clock of the database, which rings the timer, and by ours."""
    async with scene.recruitment.transaction() as tx:
        over = "update application set undo_until = now() - interval '1 second'"
        await tx.execute(over + " where id = $1 and undo_until is not null", id)
        await tx.execute("update timer set at = now() - interval '1 second'")
    await scene.recruitment.settle()


@pytest.mark.parametrize("yes", [True, False])
async def test_what_we_keep_about_them_does_not_tell_its_person_of_an_answer_before_the_hour_is_over(
    scene: Scene, yes: bool
) -> None:
    async def kept(api: httpx.AsyncClient) -> dict[str, Any]:
        holds = {one["name"]: one["rows"] for one in (await api.get("/mine/data")).json()["holds"]}
        [row] = holds["application"]
        return row

    id = await scene.send()
    async with scene.recruitment.api(scene.sam) as sam:
        before = await kept(sam)
        await answer(scene, id, yes)
        assert {**await kept(sam), "version": 1} == {**before, "version": 1}
        await an_hour_goes_by(scene, id)
        told = await kept(sam)
    assert told["stage"] == ("approved" if yes else "declined")
    assert told["reason"] == (None if yes else "Too much now")


@pytest.mark.parametrize("yes", [True, False])
async def test_nobody_is_told_until_the_hour_is_over_and_then_the_answer_is_so(scene: Scene, yes: bool) -> None:
    id = await answered(scene, yes)
    assert await scene.names() == ["ApplicationSent", "ApplicationChanged"]
    one = await get(scene, id)
    assert (one.stage, one.public().decided_at, one.told, await waiting(scene, id)) == ("sent", None, None, None)
    async with scene.recruitment.api(scene.sam) as sam:
        mine = (await sam.get("/mine/application")).json()
    assert (mine["application"]["stage"], mine["application"]["reason"], mine["leader"]) == ("sent", None, None)
    await an_hour_goes_by(scene, id)
    told = ["ApplicationApproved", "LeaderApproved"] if yes else ["ApplicationDeclined"]
    assert (await scene.names())[2:] == told
    async with scene.recruitment.transaction() as tx:
        assert (await leaders.get(tx, scene.sam.id) is not None) == yes
    await an_hour_goes_by(scene, id)
    assert (await scene.names())[2:] == told, "once"


async def test_undone_it_waits_as_before_and_nobody_ever_hears_of_it(scene: Scene) -> None:
    id = await answered(scene, yes=False)
    await undo(scene, id)
    turn = await waiting(scene, id)
    assert turn and turn.what == "screen_application"
    async with scene.recruitment.transaction() as tx:
        assert await tx.fetchval("select count(*) from timer where id = $1", id) == 0
    await scene.approve(id)
    assert "ApplicationDeclined" not in await scene.names()


async def test_told_now_it_cannot_be_undone_any_more(scene: Scene) -> None:
    id = await answered(scene)
    async with welcomer(scene) as tx:
        await welcoming.tell_now(tx, id)
    for act in (welcoming.undo_answer, welcoming.tell_now):
        with pytest.raises(NothingToUndo):
            async with welcomer(scene) as tx:
                await act(tx, id)
    await an_hour_goes_by_for_nothing(scene)
    assert (await scene.names()).count("LeaderApproved") == 1


async def an_hour_goes_by_for_nothing(scene: Scene) -> None:
    async with scene.recruitment.transaction() as tx:
        assert await tx.fetchval("select count(*) from timer") == 0
    await scene.recruitment.settle()


async def test_another_hand_neither_undoes_it_nor_tells_it_nor_answers_again(scene: Scene) -> None:
    id = await answered(scene)
    acts: list[tuple[Callable[..., Any], type[Refused]]] = [
        (welcoming.undo_answer, NotYourAnswer),
        (welcoming.tell_now, NotYourAnswer),
        (welcoming.approve_application, AlreadyAnswered),
    ]
    for act, refusal in acts:
        with pytest.raises(refusal):
            async with welcomer(scene, scene.welcomer) as tx:
                await act(tx, id)
    assert await scene.names() == ["ApplicationSent", "ApplicationChanged"]


async def test_after_the_hour_undoing_is_refused_even_before_it_is_told(scene: Scene) -> None:
    id = await answered(scene)
    async with scene.recruitment.transaction() as tx:
        await tx.execute("update application set undo_until = now() - interval '1 second' where id = $1", id)
    with pytest.raises(NothingToUndo):
        await undo(scene, id)


async def test_an_hour_that_ends_while_undo_is_pressed_ends_in_one_of_the_two(scene: Scene) -> None:
    id = await answered(scene)

    async def tell() -> None:
        async with welcomer(scene) as tx:
            await welcoming.tell_now(tx, id)

    ended = await asyncio.gather(tell(), undo(scene, id), return_exceptions=True)
    assert sorted(type(one).__name__ for one in ended) == ["NoneType", "NothingToUndo"]
    stage, told = (await get(scene, id)).stage, "LeaderApproved" in await scene.names()
    assert (stage == "approved") == told


async def test_a_timer_that_rings_too_early_waits_for_the_hour(scene: Scene) -> None:
    id = await answered(scene)
    async with scene.recruitment.transaction() as tx:
        await tx.execute("update timer set at = now()")
    await scene.recruitment.settle()
    one = await get(scene, id)
    assert one.answer and one.stage == "sent"
    async with scene.recruitment.transaction() as tx:
        assert await tx.fetchval("select at from timer where id = $1", id) == one.undo_until
        assert await applications.to_tell(tx, UUID(int=0), limit=10) == {id: one.undo_until}


async def test_what_its_person_does_within_the_hour_comes_before_the_answer(scene: Scene) -> None:
    id = await scene.ask()
    async with welcomer(scene) as tx:
        await welcoming.ask_more(tx, id, "Which clinic?")
        await welcoming.decline_application(tx, id, reason="No word", would_help="A word")
    async with themselves(scene) as tx:
        await joining.say_more(tx, "The one in Lewes.")
    one, turn = await get(scene, id), await waiting(scene, id)
    assert (one.answer, one.stage, turn and turn.what) == (None, "asked", "get_in_touch")
    await an_hour_goes_by(scene, await answered_again(scene, id))
    assert (await scene.names())[-1] == "LeaderApproved"


async def answered_again(scene: Scene, id: UUID) -> UUID:
    async with welcomer(scene) as tx:
        await welcoming.approve_application(tx, id)
    return id


async def test_taken_back_within_the_hour_it_is_never_told(scene: Scene) -> None:
    id = await answered(scene)
    async with themselves(scene) as tx:
        await joining.withdraw_application(tx)
    async with scene.recruitment.transaction() as tx:
        await tx.execute("update timer set at = now() - interval '1 second'")
    await scene.recruitment.settle()
    assert ((one := await get(scene, id)).stage, one.answer) == ("withdrawn", None)
    assert "LeaderApproved" not in await scene.names()
    with pytest.raises(NothingToTakeBack):
        async with themselves(scene) as tx:
            await joining.withdraw_application(tx)


async def test_the_hour_is_a_policy_and_without_one_people_are_told_at_once(scene: Scene) -> None:
    await begin(scene, "undo", Minutes(title="How long", words="At once.", minutes=0))
    await answered(scene)
    assert (await scene.names())[-1] == "LeaderApproved"


async def test_an_answer_keeps_the_time_for_undoing_that_it_was_given_with(scene: Scene) -> None:
    id = await answered(scene)
    one = await get(scene, id)
    assert one.answer and one.undo_until == one.answer.at + timedelta(minutes=60)
    await begin(scene, "undo", Minutes(title="How long", words="At once.", minutes=0))
    await undo(scene, id)
