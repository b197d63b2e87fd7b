"""Whoever is told of roles and answers none is asked once a year whether they still want it; no answer: once a week."""

from datetime import datetime, timedelta

from schemas.event import Erased
from schemas.identity import AccountErased
from schemas.recruitment import LeaderPaused
from services.notifications.commands import still_wanted as commands
from tests.mail_server import mail_server
from tests.notifications.fitting import MONDAY, Town, a_town, how, mail
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


async def test_who_answers_no_role_in_a_year_is_asked_once_and_says_yes_less_or_stop_by_one_press_or_nothing(
    database: Database,
) -> None:
    async with mail_server() as server:
        service = await database.connect("notifications", smtp_url=server.url)
        town = await a_town(service)
        for called in ("Yes", "Less", "Stop", "Silent", "Chooses", "Answers", "Told nothing", "Pauses", "Gone"):
            await town.join(called)
        await town.join("By phone", "phone", can_sign_in=False)
        await told_a_year_ago(town, "One", "Two", "Three")
        await town.choose("Told nothing", fitting="page")
        await town.says("Pauses", LeaderPaused, paused_at=NOW)
        await town.join("New")
        async with service.transaction() as tx:
            await tx.execute("update message set status = 'sent', sent_at = queued_at where status = 'queued'")
        await ask(town, LATER - timedelta(days=60))
        assert await asked(town) == set(), "nobody before the year is over"
        await ask(town, LATER)
        some = {"Yes", "Less", "Stop", "Silent", "Chooses", "Answers", "Gone", "By phone"}
        assert await asked(town) == some
        await ask(town, LATER + timedelta(days=1))
        assert [len([1 for one in await town.said(called) if one[0] == "still_wanted"]) for called in some] == [1] * 8
        await send_now(service)
        links: dict[str, str] = {}
        for number, ([to], _) in enumerate(server.taken):
            heads, words = mail(server.taken, number)
            assert heads["Subject"] == "Do you still want to hear of roles?"
            assert "If you say nothing, nothing is lost" in words
            [link] = [line for line in words.split("\n") if "/messages/still-wanted/" in line]
            links[to.partition("@")[0]] = "/messages" + link.partition("/messages")[2]
    at = {called: links.get(str(town.people[called].id), "") for called in town.people}
    async with service.browser() as nobody:
        for called, said in (("Yes", "yes"), ("Less", "weekly"), ("Stop", "stop")):
            page = await nobody.get(at[called])
            assert called not in page.text.partition("<h1")[2].partition("<form")[0]
            pressed = {**hidden(page.text), "answer": said}
            for _ in range(2):
                assert led_to(await nobody.post(at[called], data=pressed)) == at[called]
        assert (await nobody.post(at["Silent"], data={"answer": "stop"})).status_code >= 400, "no key of the page"
        assert (await nobody.get(at["Silent"][:-4] + "AAAA")).status_code == 404
        assert (await nobody.get(at["Silent"])).status_code == 200, "a scanner answers nothing"
        for wrong in ("maybe", ""):
            page = (await nobody.get(at["Silent"])).text
            assert (await nobody.post(at["Silent"], data={**hidden(page), "answer": wrong})).status_code == 422
        await service.hears_and_settles(AccountErased(Erased(id=town.people["Gone"].id, version=2)))
        gone = await nobody.get(at["Gone"])
        assert "we have nothing about you any more" in gone.text
        assert "<button" not in gone.text.partition("<form")[2].partition("</form")[0]
    await town.choose("Chooses", fitting="daily")
    await answers(town, "Answers", "Three")
    async with service.transaction() as tx:
        await tx.execute(
            "update mirror_engagement set state = state || jsonb_build_object('interested_at', $1::timestamptz)",
            LATER + timedelta(days=2),
        )
    await ask(town, LATER + timedelta(days=31))
    assert await asked(town, "now_weekly") == {"Silent", "By phone"}
    found = {called: await how(service, town.people[called].id) for called in some}
    weekly = dict.fromkeys(("Less", "Silent", "By phone"), "weekly")
    rest = {"Yes": "at_once", "Stop": "page", "Chooses": "daily", "Answers": "at_once", "Gone": "at_once"}
    assert found == weekly | rest
    async with service.transaction() as tx:
        kept = {row["answer"] for row in await tx.fetch("select answer from still_wanted")}
        assert kept == {"yes", "weekly", "stop", "none"}
        assert not await tx.fetchval("select count(*) from still_wanted where person_id = $1", town.people["Gone"].id)
    await ask(town, LATER + timedelta(days=62))
    assert await asked(town, "now_weekly") == {"Silent", "By phone"}, "each is told once"


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
