"""Asking to join by pages: one's own draft, which nobody else sees, sent once."""

import asyncio
import re
from html import unescape

import httpx

from schemas.event import Erased
from schemas.identity import AccountErased
from services.recruitment.commands import joining
from services.recruitment.web.applying import APPLYING
from tests.recruitment.scene import FULL_NAME, WORDS, Scene, draft
from tests.support import hidden, led_to, save_page

APPLY = "/join/apply"
AGREED = {"code_of_conduct": "1", "data_notice": "1"}


def text(answer: httpx.Response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


async def kept(scene: Scene) -> list[str]:
    async with scene.recruitment.transaction() as tx:
        return [row[0] for row in await tx.fetch("select answers::text from draft order by made_at")]


async def fill_in(client: httpx.AsyncClient) -> None:
    for page, typed in (("name", {"full_name": FULL_NAME}), ("why", {"why": WORDS}), ("agree", AGREED)):
        assert (await save_page(client, f"{APPLY}/{page}", typed)).status_code == 303


async def test_looking_at_the_pages_keeps_nothing_and_two_tabs_begin_one_draft(scene: Scene) -> None:
    async with scene.recruitment.browser(scene.sam) as sam:
        for page in ("", "/name", "/check"):
            assert (await sam.get(APPLY + page)).status_code == 200
        assert (await sam.get(f"{APPLY}/delete")).status_code == 404
        assert await kept(scene) == []
        tabs = [hidden((await sam.get(f"{APPLY}/{page}")).text) for page in ("name", "why")]
        answers = await asyncio.gather(
            sam.post(f"{APPLY}/name", data={**tabs[0], "full_name": FULL_NAME}),
            sam.post(f"{APPLY}/why", data={**tabs[1], "why": WORDS}),
        )
        assert [answer.status_code for answer in answers] == [303, 303]
        [answers_kept] = await kept(scene)
        assert FULL_NAME in answers_kept
        assert WORDS in answers_kept
        assert "Nobody but you sees it" in text(await sam.get(APPLY))


async def test_nobody_sees_anothers_draft(scene: Scene) -> None:
    async with scene.recruitment.browser(scene.sam) as sam, scene.recruitment.browser(scene.screener) as robin:
        await fill_in(sam)
        for page in ("", "/name", "/why", "/check"):
            assert "Samira" not in (await robin.get(APPLY + page)).text
        assert "Sam" not in text(await robin.get("/people/for/QNX"))
    assert await scene.names() == []


async def test_an_application_is_sent_once_and_its_draft_then_keeps_nothing(scene: Scene) -> None:
    async with scene.recruitment.browser(scene.sam) as sam:
        await fill_in(sam)
        late = hidden((await sam.get(f"{APPLY}/why")).text)
        form = hidden((await sam.get(f"{APPLY}/check")).text)
        answers = await asyncio.gather(*(sam.post(f"{APPLY}/check", data=form) for _ in range(5)))
        assert {led_to(answer) for answer in answers} == {"/join/mine"}
        assert await kept(scene) == ["{}"]
        over = await sam.post(f"{APPLY}/why", data={**late, "why": "More to say."})
        assert (over.status_code, "This was sent already" in text(over)) == (409, True)
        assert "More to say." in text(over)
        for page in ("", "/name", "/check"):
            assert (await sam.get(APPLY + page)).headers["location"] == "/join/mine"
    assert await scene.names() == ["ApplicationSent"]


async def test_whoever_asks_again_begins_a_new_draft(scene: Scene) -> None:
    async with scene.recruitment.browser(scene.sam) as sam:
        await fill_in(sam)
        await save_page(sam, f"{APPLY}/check", {})
        async with scene.recruitment.transaction(scene.sam.acting()) as tx:
            await joining.withdraw_application(tx)
        assert text(await sam.get(APPLY)).count("Not started") == 3
        await fill_in(sam)
        assert (await save_page(sam, f"{APPLY}/check", {})).status_code == 303
    assert await scene.names() == ["ApplicationSent", "ApplicationWithdrawn", "ApplicationSent"]


async def test_an_application_that_came_another_way_closes_the_draft(scene: Scene) -> None:
    async with scene.recruitment.browser(scene.sam) as sam:
        await fill_in(sam)
        form = hidden((await sam.get(f"{APPLY}/check")).text)
        async with scene.recruitment.transaction(scene.sam.acting()) as tx:
            await joining.send_application(tx, draft())
        assert (await sam.post(f"{APPLY}/check", data=form)).headers["location"] == "/join/mine"
    assert await scene.names() == ["ApplicationSent"]


async def test_a_draft_is_deleted_by_its_person_or_with_them(scene: Scene) -> None:
    async with scene.recruitment.browser(scene.sam) as sam:
        await fill_in(sam)
        gone = await save_page(sam, f"{APPLY}/delete", {})
        assert "What you typed is deleted." in text(await sam.get(gone.headers["location"]))
        assert await kept(scene) == []
        await fill_in(sam)
    await scene.recruitment.hears_and_settles(AccountErased(Erased(id=scene.sam.id, version=2)))
    assert await kept(scene) == []


async def test_each_page_asks_for_just_the_fields_that_it_saves(scene: Scene) -> None:
    async with scene.recruitment.browser(scene.sam) as sam:
        for page in APPLYING.pages:
            shown = (await sam.get(f"{APPLY}/{page.slug}")).text.partition("<main")[2]
            assert set(re.findall(r' name="(\w+)"', shown)) - {"form_key", "seen", "then"} == set(page.fields)


async def test_what_an_older_version_asked_for_and_this_one_does_not_is_left_out(scene: Scene) -> None:
    async with scene.recruitment.browser(scene.sam) as sam:
        await fill_in(sam)
        async with scene.recruitment.transaction() as tx:
            older = '{"hobbies": {"version": 2, "form": "f", "typed": {"hobby": "chess", "why": "for fun"}}}'
            await tx.execute("update draft set answers = answers || $1::jsonb", older)
        assert WORDS in text(await sam.get(f"{APPLY}/why"))
        assert (await save_page(sam, f"{APPLY}/check", {})).status_code == 303
    assert await scene.names() == ["ApplicationSent"]


async def test_what_is_to_be_agreed_to_is_on_one_page_and_both_are_asked_for_at_once(scene: Scene) -> None:
    """By the task's own page, by the phone, and by the API; each edition that is agreed to is pinned."""
    both = ("Read the code of conduct", "Read what we keep about you")
    async with scene.recruitment.browser(scene.sam) as sam, scene.recruitment.api(scene.sam) as api:
        for page, typed in (("name", {"full_name": FULL_NAME}), ("why", {"why": WORDS}), ("agree", {})):
            answer = await save_page(sam, f"{APPLY}/{page}", typed)
        told = text(await sam.get(f"{APPLY}/agree?check=yes"))
        assert all(words in told for words in both), answer.status_code
        refused = await api.post("/mine/application", json={"full_name": FULL_NAME, "why": WORDS})
        assert refused.status_code == 422
        assert refused.json()["errors"].keys() == AGREED.keys()
        assert (await save_page(sam, f"{APPLY}/agree", AGREED)).status_code == 303
        assert (await save_page(sam, f"{APPLY}/check", {})).status_code == 303
    async with scene.recruitment.transaction() as tx:
        rows = await tx.fetch("select kind, version from agreement order by kind")
    assert {row["kind"]: row["version"] for row in rows} == AGREED
