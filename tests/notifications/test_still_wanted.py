"""Whoever is told of roles and answers none is asked once a year whether they still want it; no answer: once a week."""

from datetime import datetime, timedelta

from schemas.event import Erased
from schemas.identity import AccountErased
from schemas.recruitment import LeaderPaused
from services.notifications.commands import still_wanted as commands
from tests.mail_server import mail_server
from tests.notifications.fitting import MONDAY, Town, a_town, how, mails
from tests.notifications.support import NOW, send_now
from tests.notifications.test_fitting import answers
from tests.support import Database, hidden, led_to, member

LATER = MONDAY + timedelta(days=366)


async def told_a_year_ago(town: Town, *titles: str) -> None:
    """Everybody is told of one then, and of another a month ago."""
    await town.post(*titles, apply_by=MONDAY + timedelta(days=900), sessions=())
    for called in list(town.people):
        await town.fits(called, *titles)
    async with town.service.transaction() as tx:
        await tx.execute("update message set status = 'sent', sent_at = queued_at, good_until = $1", LATER)
        await tx.execute(
            "update message set queued_at = $1 where thread = $2", LATER - timedelta(days=30), town.roles[titles[1]].id
        )


async def ask(town: Town, at: datetime) -> None:
    """What the job does each day."""
    async with town.service.transaction() as tx:
        tx.now = at
        await commands.end_unanswered(tx)
        await commands.ask_some(tx)
    async with town.service.transaction() as tx:
        await tx.execute("update message set next_try_at = now() where status = 'queued'")


async def asked(town: Town, kind: str = "still_wanted") -> set[str]:
    return {called for called in town.people if any(one[0] == kind for one in await town.said(called))}


SOME = {"Yes", "Less", "Stop", "Silent", "Chooses", "Answers", "Gone", "By phone"}
"""Those who are asked, of the people of a town in which everybody was told of roles for a year."""


async def a_town_that_is_asked(database: Database) -> tuple[Town, dict[str, str]]:
    """And the address in each one's mail by which they answer."""
    async with mail_server() as server:
        service = await database.connect("notifications", smtp_url=server.url)
        town = await a_town(service)
        for called in (*sorted(SOME - {"By phone"}), "Told nothing", "Pauses"):
            await town.join(called)
        await town.join("By phone", "phone", can_sign_in=False)
        await told_a_year_ago(town, "One", "Two", "Three")
        await town.choose("Told nothing", fitting="page")
        await town.says("Pauses", LeaderPaused, paused_at=NOW)
        await town.join("New")
        await ask(town, LATER - timedelta(days=60))
        assert await asked(town) == set(), "nobody before the year is over"
        await ask(town, LATER)
        assert await asked(town) == SOME
        await ask(town, LATER + timedelta(days=1))
        assert [len([1 for one in await town.said(called) if one[0] == "still_wanted"]) for called in SOME] == [1] * 8
        await send_now(service)
        at = dict.fromkeys(town.people, "")
        for ([to], _), (heads, words) in zip(server.taken, mails(server.taken), strict=True):
            assert heads["Subject"] == "Do you still want to hear of roles?"
            assert "If you say nothing, nothing is lost" in words
            [link] = [line for line in words.split("\n") if "/messages/still-wanted/" in line]
            [called] = [name for name, one in town.people.items() if to.startswith(str(one.id))]
            at[called] = "/messages" + link.partition("/messages")[2]
    return town, at


async def test_who_answers_no_role_in_a_year_is_asked_once_and_says_yes_less_or_stop_by_one_press_or_nothing(
    database: Database,
) -> None:
    town, at = await a_town_that_is_asked(database)
    async with town.service.browser() as nobody:
        for called, said in (("Yes", "yes"), ("Less", "weekly"), ("Stop", "stop")):
            pressed = {**hidden((await nobody.get(at[called])).text), "answer": said}
            for _ in range(2):
                assert led_to(await nobody.post(at[called], data=pressed)) == at[called]
    await town.choose("Chooses", fitting="daily")
    await answers(town, "Answers", "Three")
    async with town.service.transaction() as tx:
        await tx.execute(
            "update mirror_engagement set state = state || jsonb_build_object('interested_at', $1::timestamptz)",
            LATER + timedelta(days=2),
        )
    await ask(town, LATER + timedelta(days=31))
    assert await asked(town, "now_weekly") == {"Silent", "By phone", "Gone"}
    found = {called: await how(town.service, town.people[called].id) for called in SOME}
    weekly = dict.fromkeys(("Less", "Silent", "By phone", "Gone"), "weekly")
    assert found == weekly | {"Yes": "at_once", "Stop": "page", "Chooses": "daily", "Answers": "at_once"}
    async with town.service.transaction() as tx:
        kept = {row["answer"] for row in await tx.fetch("select answer from still_wanted")}
    assert kept == {"yes", "weekly", "stop", "none"}
    await ask(town, LATER + timedelta(days=62))
    assert await asked(town, "now_weekly") == {"Silent", "By phone", "Gone"}, "each is told once"


async def test_a_link_that_asks_answers_nothing_by_itself_is_of_no_use_when_forged_and_says_nothing_of_who_is_gone(
    database: Database,
) -> None:
    town, at = await a_town_that_is_asked(database)
    silent, gone = town.people["Silent"], town.people["Gone"]
    async with town.service.browser() as nobody:
        page = await nobody.get(at["Silent"])
        assert (page.status_code, "Silent" in page.text, str(silent.id) in page.text) == (200, False, False)
        assert (await nobody.post(at["Silent"], data={"answer": "stop"})).status_code >= 400, "no key of the page"
        for wrong in ("maybe", "", "page"):
            again = await nobody.post(at["Silent"], data={**hidden(page.text), "answer": wrong})
            assert again.status_code == 422, wrong
        for forged in (at["Silent"][:-6] + "AAAAAA", f"/messages/still-wanted/{silent.id}"):
            assert (await nobody.get(forged)).status_code == 404
            assert (await nobody.post(forged, data={**hidden(page.text), "answer": "stop"})).status_code == 404
        assert await how(town.service, silent.id) == "at_once"
        pressed = {**hidden((await nobody.get(at["Gone"])).text), "answer": "weekly"}
        await town.service.hears_and_settles(AccountErased(Erased(id=gone.id, version=2)))
        shown = await nobody.get(at["Gone"])
        assert "we have nothing about you any more" in shown.text
        assert 'value="weekly"' not in shown.text
        assert (await nobody.post(at["Gone"], data=pressed)).status_code < 500
    async with town.service.transaction() as tx:
        for table in ("still_wanted", "how_told"):
            assert not await tx.fetchval(f"select count(*) from {table} where person_id = $1", gone.id)


async def test_the_same_is_said_on_ones_own_page_by_the_api_and_by_whoever_helps(database: Database) -> None:
    service = await database.connect("notifications")
    town = await a_town(service)
    sam = await town.join("Sam", may_act=[town.network.id])
    helper = member(town.network, "helper")
    stranger = member(town.trust, "helper")
    await service.hears_and_settles(helper.opened, stranger.opened)
    page = "/messages/mine/still-wanted"
    async with service.browser(sam) as browser, service.api(sam) as api:
        assert (await api.get("/mine/still-wanted")).json() == {
            **dict.fromkeys(("asked_at", "answer_by", "answer")),
            "how": "at_once",
            "next_at": None,
        }
        shown = (await browser.get(page)).text
        sent = await browser.post(page, data={**hidden(shown), "answer": "weekly"})
        assert (
            "Saved. We tell you of roles that fit you once a week."
            in (await browser.get(sent.headers["location"])).text
        )
        assert (await api.get("/mine/still-wanted")).json()["how"] == "weekly"
        assert (await api.put("/mine/still-wanted", json={"answer": "stop"})).json()["how"] == "page"
        assert (await api.put("/mine/still-wanted", json={"answer": "yes"})).json()["how"] == "at_once"
        assert (await api.put("/mine/still-wanted", json={"answer": "perhaps"})).status_code == 422
    theirs = f"/messages/for/QZZ/people/{sam.id}/still-wanted"
    async with service.browser(helper) as browser:
        shown = (await browser.get(theirs)).text
        assert led_to(await browser.post(theirs, data={**hidden(shown), "answer": "stop"})) == theirs
    async with service.browser(stranger) as browser:
        assert (await browser.get(f"/messages/for/RX2/people/{sam.id}/still-wanted")).status_code == 404
    assert await how(service, sam.id) == "page"
