"""A break: nobody tells the person of new roles, and all that they have stays."""

from datetime import timedelta

import pytest

from services.recruitment.commands import pool
from services.recruitment.domain import leader as domain
from tests.recruitment.team import TODAY, TOMORROW, Team
from tests.support import hidden
from tests.two_tabs import done, from_two_tabs

PAGE = "/profile/mine/pause"


def day(on: object) -> dict[str, str]:
    return {f"until_{part}": str(getattr(on, part, "")) for part in ("day", "month", "year")}


async def pauses(team: Team, until: object = None) -> None:
    async with team.scene.recruitment.transaction(team.scene.sam.acting()) as tx:
        await pool.pause(tx, until)  # pyright: ignore[reportArgumentType]


async def comes_back(team: Team) -> None:
    async with team.scene.recruitment.transaction(team.scene.sam.acting()) as tx:
        await pool.come_back(tx)


async def test_a_break_ends_by_itself_after_its_last_day_and_the_person_stays_in_the_pool(team: Team) -> None:
    await team.scene.in_pool()
    await pauses(team, TOMORROW)
    leader = await team.leader()
    assert (leader.status, leader.paused_until, leader.is_paused_on(TOMORROW)) == ("approved", TOMORROW, True)
    assert not leader.is_paused_on(TOMORROW + timedelta(days=1)), "a reader needs no event to know that it is over"
    async with team.on(TOMORROW):
        assert (await team.leader()).paused_at
    async with team.on(TOMORROW + timedelta(days=1)):
        pass
    assert (await team.leader()).paused_at is None
    assert (await team.scene.names())[-2:] == ["LeaderPaused", "LeaderCameBack"]


async def test_a_break_that_would_end_goes_on_where_it_was_made_longer_meanwhile(team: Team) -> None:
    await team.scene.in_pool()
    week = TODAY + timedelta(days=7)
    await pauses(team, TOMORROW)
    since = (await team.leader()).paused_at
    await pauses(team, week)
    async with team.on(TOMORROW + timedelta(days=1)):
        pass
    leader = await team.leader()
    assert (leader.paused_until, leader.paused_at) == (week, since)
    await pauses(team)
    async with team.on(week + timedelta(days=400)):
        pass
    assert (await team.leader()).paused_at, "without a last day it goes on until they come back"
    await comes_back(team)
    with pytest.raises(domain.NotPaused):
        await comes_back(team)


async def test_a_timer_that_was_lost_is_set_again(team: Team) -> None:
    from services.recruitment.store import leaders

    await team.scene.in_pool()
    await pauses(team, TOMORROW)
    async with team.scene.recruitment.transaction() as tx:
        assert list(await leaders.pauses_to_end(tx, team.robin.id.__class__(int=0), limit=10)) == [team.scene.sam.id]


async def test_nobody_outside_the_pool_or_into_the_past_has_a_break(team: Team) -> None:
    with pytest.raises(domain.NothingToPause):
        await pauses(team)
    await team.scene.in_pool()
    for until, why in (
        (TODAY - timedelta(days=1), domain.PauseIsOver),
        (TODAY + timedelta(days=1000), domain.PauseTooLong),
    ):
        with pytest.raises(why):
            await pauses(team, until)
    await pauses(team, TODAY)
    async with team.scene.recruitment.transaction(team.scene.sam.acting()) as tx:
        await pool.leave_pool(tx)
    assert (await team.leader()).paused_at is None
    with pytest.raises(domain.NothingToPause):
        await pauses(team)
    with pytest.raises(domain.NotPaused):
        await comes_back(team)
    async with team.on(TOMORROW):
        pass
    assert (await team.scene.names())[-1] == "LeaderLeft", "no timer wakes whoever has left"


async def test_the_page_says_first_what_it_ends_and_the_same_page_brings_them_back(team: Team) -> None:
    await team.scene.in_pool()
    async with team.scene.recruitment.browser(team.scene.sam) as sam, team.scene.recruitment.api(team.scene.sam) as api:
        shown = (await sam.get(PAGE)).text
        assert "You keep every place that you have" in shown
        wrong = await sam.post(PAGE, data={**hidden(shown), **day(TODAY - timedelta(days=1))})
        assert wrong.status_code == 422
        assert "Choose a last day that is today or later" in wrong.text
        assert done(await sam.post(PAGE, data={**hidden(shown), **day(TOMORROW)})) == PAGE
        shown = (await sam.get(PAGE)).text
        assert "You have a break" in shown
        assert (await api.get("/mine/pause")).json()["paused"] is True
        assert done(await sam.post(PAGE + "/end", data=hidden(shown))) == PAGE
        assert "Take a break" in (await sam.get(PAGE)).text
        assert (await api.put("/mine/pause", json={"until": None})).status_code == 200
        assert (await api.post("/mine/pause/end")).status_code == 200
        assert (await api.post("/mine/pause/end")).status_code == 409


async def test_a_break_is_said_in_two_tabs(team: Team) -> None:
    await team.scene.in_pool()
    async with team.scene.recruitment.browser(team.scene.sam) as sam:
        await from_two_tabs(sam, PAGE, day(TOMORROW), day(TODAY))
    assert (await team.leader()).paused_until == TOMORROW


async def test_the_page_of_leaving_says_what_ends_what_stays_and_offers_a_break_first(team: Team) -> None:
    await team.scene.in_pool()
    async with team.scene.recruitment.browser(team.scene.sam) as sam:
        shown = (await sam.get("/profile/mine/leave")).text
    for words in ("Take a break", "you have no coordinator any more", "See what you are owed", "730 days"):
        assert words in shown, words
