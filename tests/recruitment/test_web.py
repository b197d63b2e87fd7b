"""Recruitment's pages: who may enter, what they show, and what a wrong form changes (nothing)."""

import re
from collections.abc import Mapping
from html import unescape
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.chassis.postgres.transaction import new_id
from services.recruitment.store import applications, leaders, profiles
from tests.recruitment.scene import FULL_NAME, WORDS, Scene
from tests.support import Person, form_key, hidden, led_to, member, save_page

APPLICATION = {"full_name": FULL_NAME, "why": WORDS, "code_of_conduct": "1", "data_notice": "1"}


ON_PAGE = {"full_name": "name", "why": "why", "code_of_conduct": "agree", "data_notice": "agree"}


async def fill_in(client: httpx.AsyncClient, **changes: str) -> str:
    """Save every page of one's own draft; the address where its answers are checked."""
    for page in ("name", "why", "agree"):
        own = {name: value for name, value in (APPLICATION | changes).items() if ON_PAGE[name] == page}
        saved = await save_page(client, f"/join/apply/{page}", own)
        assert saved.status_code == 303, text(saved)
    return saved.headers["location"]


async def ask_to_join(client: httpx.AsyncClient) -> httpx.Response:
    return await save_page(client, await fill_in(client), {})


async def send(client: httpx.AsyncClient, path: str, values: Mapping[str, Any], *, page: str = "") -> httpx.Response:
    """Fill in the form on a page and send it."""
    shown = await client.get(page or path)
    assert shown.status_code == 200, shown.text[:500]
    return await client.post(path, data={**values, **hidden(shown.text)})


def text(answer: httpx.Response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


async def test_everybody_can_read_how_to_join(scene: Scene) -> None:
    async with scene.recruitment.browser() as visitor:
        page = await visitor.get("/join")
        assert "within 14 days" in text(page)
        assert "0300 555 0100" in page.text
        assert "/sign-in/new?to=%2Fjoin%2Fapply" in page.text
        assert "Be kind" in (await visitor.get("/join/agreements/code_of_conduct")).text
        assert (await visitor.get("/join/agreements/nothing")).status_code == 404
        assert (await visitor.get("/join/apply")).headers["location"] == "/sign-in?to=/join/apply"


async def test_from_asking_to_join_to_being_in_the_pool(scene: Scene) -> None:
    async with scene.recruitment.browser(scene.sam) as sam, scene.recruitment.browser(scene.screener) as robin:
        answer = await ask_to_join(sam)
        assert led_to(answer) == "/join/mine"
        mine = await sam.get(answer.headers["location"])
        assert "Sent. We are reading it" in text(mine)
        assert "Waiting for 0 days" in text(mine)
        assert "The welcome team of The Network of Example" in text(mine)
        assert (await sam.get("/join/apply")).headers["location"] == "/join/mine"

        listed = await robin.get("/people/for/QNX")
        assert "Sam, AP-" in text(listed)
        assert FULL_NAME not in listed.text
        [link] = re.findall(r'href="(/people/for/QNX/[0-9a-f-]{36})"', listed.text)
        page = await robin.get(link)
        assert FULL_NAME in page.text
        assert WORDS in page.text
        done = await robin.post(f"{link}/approve", data={"form_key": form_key(page.text)})
        assert done.status_code == 303
        answered = await robin.get(done.headers["location"])
        assert "You can undo your answer until" in text(answered)
        assert "Nobody waits" in text(await robin.get("/people/for/QNX"))
        assert "Sent. We are reading it" in text(await sam.get("/join/mine"))
        told = await robin.post(f"{link}/tell-now", data={"form_key": form_key(answered.text)})
        assert "Joined" in text(await robin.get(told.headers["location"]))
        assert "PL-" in text(await sam.get("/join/mine"))


async def test_who_is_told_not_now_reads_why_and_what_would_help_and_both_are_needed(scene: Scene) -> None:
    id = await scene.send()
    async with scene.recruitment.browser(scene.screener) as robin:
        page, said = f"/people/for/QNX/{id}/decline", {"reason": "Tell us <more> first.", "would_help": "A talk."}
        for missing in said:
            empty = await send(robin, page, said | {missing: " "})
            assert (empty.status_code, await scene.names()) == (422, ["ApplicationSent"])
        kept = await send(robin, page, said)
        key = form_key((await robin.get(kept.headers["location"])).text)
        assert (await robin.post(f"/people/for/QNX/{id}/tell-now", data={"form_key": key})).status_code == 303
    async with scene.recruitment.browser(scene.sam) as sam:
        assert "Why Tell us <more> first. What would help A talk." in text(await sam.get("/join/mine"))
        assert (await sam.get("/join/apply")).status_code == 200


async def test_a_stale_answer_is_refused_in_words(scene: Scene) -> None:
    id = await scene.send()
    async with scene.recruitment.browser(scene.screener) as robin:
        page = await robin.get(f"/people/for/QNX/{id}")
        await scene.approve(id)
        stale = await robin.post(f"/people/for/QNX/{id}/approve", data={"form_key": form_key(page.text)})
    assert stale.status_code == 409
    assert "answered or taken back already" in stale.text
    assert (await scene.names()).count("LeaderApproved") == 1


async def test_a_double_click_sends_once(scene: Scene) -> None:
    async with scene.recruitment.browser(scene.sam) as sam:
        form = hidden((await sam.get(await fill_in(sam))).text)
        first, second = [await sam.post("/join/apply/check", data=form) for _ in range(2)]
    assert first.headers["location"] == second.headers["location"]
    assert await scene.names() == ["ApplicationSent"]


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"full_name": ""}, "full_name", "Enter your full name"),
        ({"why": "x" * 2001}, "why", "Shorten what brings you: it can have 2000 characters at most"),
        ({"code_of_conduct": ""}, "code_of_conduct", "Read the code of conduct"),
        ({"code_of_conduct": "0"}, "code_of_conduct", "Read the code of conduct"),
        ({"data_notice": ""}, "data_notice", "what we keep about you"),
    ],
)
async def test_a_wrong_application_is_shown_again_and_changes_nothing(
    scene: Scene, wrong: dict[str, str], field: str, words: str
) -> None:
    async with scene.recruitment.browser(scene.sam) as sam:
        check, page = await fill_in(sam), f"/join/apply/{ON_PAGE[field]}"
        own = {name: value for name, value in (APPLICATION | wrong).items() if ON_PAGE[name] == ON_PAGE[field]}
        answer = await save_page(sam, page, own)
        refused = await sam.get(check)
    assert answer.status_code == 422
    assert words in text(answer)
    assert f'href="#{field}"' in answer.text
    assert f'href="{page}?check=yes#{field}"' in refused.text
    if field != "why":
        assert WORDS in refused.text
    assert await scene.names() == []


async def test_a_form_without_a_good_key_changes_nothing(scene: Scene) -> None:
    id = await scene.send()
    await scene.in_pool(scene.coordinator)
    before = await scene.names()
    forms: list[tuple[Person, str, dict[str, str]]] = [
        *((scene.trust_screener, f"/join/apply/{page}", APPLICATION) for page in ("name", "check", "delete")),
        (scene.sam, "/join/mine/withdraw", {}),
        (scene.sam, "/profile/mine", {"strands": "research"}),
        (scene.coordinator, "/profile/mine/leave", {}),
        (scene.screener, f"/people/for/QNX/{id}/approve", {}),
        (scene.screener, f"/people/for/QNX/{id}/decline", {"reason": "No", "would_help": "Time"}),
        (scene.screener, "/people/for/QNX/phone", {**APPLICATION, "person_id": str(scene.sam.id)}),
    ]
    async with scene.recruitment.browser(scene.coordinator) as other:
        others_key = form_key((await other.get("/profile/mine")).text)
    for person, path, values in forms:
        for key in ("", "made.up", others_key if person is not scene.coordinator else "x"):
            async with scene.recruitment.browser(person) as client:
                answer = await client.post(path, data={**values, "form_key": key})
            assert answer.status_code == 403, path
    assert await scene.names() == before


async def test_who_is_not_signed_in_is_asked_to_and_nothing_changes(scene: Scene) -> None:
    async with scene.recruitment.browser() as visitor:
        for path in ("/join/mine", "/profile/mine", "/profile/mine/passport", "/profile/mine/leave", "/people/for/QNX"):
            assert (await visitor.get(path)).headers["location"] == f"/sign-in?to={path}"
        sent = await visitor.post("/join/apply/why", data={"why": WORDS, "seen": "0"})
        assert (sent.status_code, WORDS in text(sent)) == (401, True)
    assert await scene.names() == []


def staff_paths(ods: str, id: UUID) -> list[tuple[str, str]]:
    base = f"/people/for/{ods}/{id}"
    return [("GET", base), ("POST", f"{base}/approve"), ("GET", f"{base}/decline"), ("POST", f"{base}/decline")]


async def test_somebody_elses_id_in_the_address_is_not_there(scene: Scene) -> None:
    id = await scene.send()
    clerk = member(scene.network, "coordinator", called="Jo")
    await scene.knows(clerk)
    async with scene.recruitment.browser(scene.screener) as robin:
        key = form_key((await robin.get("/people/for/QNX/phone")).text)
        for method, path in staff_paths("QNX", new_id()) + staff_paths("RX2", id):
            answer = await robin.request(method, path, data={"form_key": key, "reason": "No", "would_help": "Time"})
            assert answer.status_code == 404, (method, path)
    for person, ods in ((scene.coordinator, "RX2"), (scene.coordinator, "QNX"), (scene.sam, "QNX"), (clerk, "QNX")):
        async with scene.recruitment.browser(person) as client:
            assert (await client.get(f"/people/for/{ods}/{id}")).status_code == 404
    async with scene.recruitment.browser(scene.trust_screener) as kit:
        assert (await kit.get("/people/for/RX2")).status_code == 403
        assert (await kit.get(f"/people/for/RX2/{id}")).status_code == 404
        assert (await kit.get("/people/for/QNX")).status_code == 404
    assert await scene.names() == ["ApplicationSent"]


async def test_staff_see_of_a_person_in_the_pool_the_name_the_reference_and_the_rung(scene: Scene) -> None:
    leader = await scene.in_pool()
    async with scene.recruitment.browser(scene.coordinator) as alex:
        page = await alex.get(f"/people/for/RX2/{scene.sam.id}")
        assert f"Reference {leader.reference}" in text(page)
        assert "Sam" in page.text
        assert FULL_NAME not in page.text
        assert (await alex.get(f"/people/for/RX2/{scene.trust.id}")).status_code == 404
    async with scene.recruitment.browser(scene.sam) as sam:
        page = await sam.get("/profile/mine/leave")
        answer = await sam.post("/profile/mine/leave", data={"form_key": form_key(page.text)})
        assert "You have left the pool" in text(await sam.get(answer.headers["location"]))
    async with scene.recruitment.browser(scene.coordinator) as alex:
        assert (await alex.get(f"/people/for/RX2/{scene.sam.id}")).status_code == 404


async def test_a_screener_sees_their_own_application_without_buttons(scene: Scene) -> None:
    id = await scene.send(scene.screener)
    async with scene.recruitment.browser(scene.screener) as robin:
        page = await robin.get(f"/people/for/QNX/{id}")
        assert "Ask somebody else in the welcome team" in page.text
        assert "/approve" not in page.text
        key = form_key((await robin.get("/people/for/QNX/phone")).text)
        assert (await robin.post(f"/people/for/QNX/{id}/approve", data={"form_key": key})).status_code == 403
    assert await scene.names() == ["ApplicationSent"]


async def test_a_profile_is_given_changed_and_shown_again(scene: Scene) -> None:
    async with scene.recruitment.browser(scene.sam) as sam:
        assert "nothing to fill in yet" in text(await sam.get("/profile/mine"))
        await scene.in_pool()
        answers = {"strands": "research", "lived_experience": "pain"}
        refused = await send(sam, "/profile/mine", answers)
        assert refused.status_code == 422
        assert 'href="#health_consent"' in refused.text
        unknown = await send(sam, "/profile/mine", {"modes": "by_balloon"})
        assert (unknown.status_code, "Choose how you can take part from the answers" in unknown.text) == (422, True)
        saved = await send(sam, "/profile/mine", {**answers, "health_consent": "1"})
        page = await sam.get(saved.headers["location"])
        assert "Saved" in text(page)
        assert re.search(r'value="pain"[^>]* checked', page.text)
        passport = text(await sam.get("/profile/mine/passport"))
        assert "Code of conduct Edition 1" in passport
    async with scene.recruitment.transaction() as tx:
        kept = await profiles.get(tx, scene.sam.id)
    assert kept and (kept.strands, kept.lived_experience) == (("research",), ("pain",))


async def test_an_application_is_entered_on_the_phone(scene: Scene) -> None:
    pat = await scene.by_phone()
    path = "/people/for/QNX/phone"
    async with scene.recruitment.browser(scene.screener) as robin:
        page = await robin.get(f"{path}?account={pat.id}")
        assert "You are filling this in for Pat" in text(page)
        form = {**APPLICATION, "person_id": str(pat.id), "strands": "research", "form_key": form_key(page.text)}
        done = await robin.post(path, data=form)
        assert done.status_code == 303
        assert "by phone" in text(await robin.get(done.headers["location"]))
        unknown = await send(robin, path, {**APPLICATION, "person_id": str(new_id())})
        assert (unknown.status_code, "We do not know this account" in unknown.text) == (422, True)
        assert (await send(robin, path, {**APPLICATION, "person_id": "x"})).status_code == 422
        for speaks in (scene.sam, scene.screener):
            refused = await send(robin, path, {**APPLICATION, "person_id": str(speaks.id)})
            assert refused.status_code == 422
            assert "they answer these questions themselves" in refused.text
    assert await scene.names() == ["ApplicationSent", "ProfileGiven", "RecruitmentHelpGiven"]
    async with scene.recruitment.browser(scene.trust_screener) as kit:
        assert (await kit.get("/people/for/RX2/phone")).status_code == 403


async def test_an_oversized_form_is_refused(scene: Scene) -> None:
    async with scene.recruitment.browser(scene.sam) as sam:
        answer = await save_page(sam, "/join/apply/why", {"why": "x" * 300_000})
    assert answer.status_code == 413
    assert await scene.names() == []


async def test_what_was_taken_back_is_gone_from_the_list(scene: Scene) -> None:
    id = await scene.send()
    async with scene.recruitment.browser(scene.sam) as sam:
        assert (await send(sam, "/join/mine/withdraw", {}, page="/join/mine")).status_code == 303
        assert "You took it back" in text(await sam.get("/join/mine"))
    async with scene.recruitment.transaction() as tx:
        found = await applications.get(tx, id)
        assert found and found.stage == "withdrawn"
        assert await leaders.get(tx, scene.sam.id) is None


async def test_every_page_is_light_and_asks_no_other_host(scene: Scene) -> None:
    await scene.in_pool()
    id = await scene.send(scene.coordinator)
    pages = [
        (scene.sam, ["/join", "/join/mine", "/profile/mine", "/profile/mine/passport", "/profile/mine/leave"]),
        (
            scene.screener,
            [
                "/join/apply",
                "/join/apply/name",
                "/join/apply/why",
                "/join/apply/agree",
                "/people/for/QNX",
                f"/people/for/QNX/{id}",
                "/people/for/QNX/phone",
            ],
        ),
    ]
    for person, paths in pages:
        async with scene.recruitment.browser(person) as client:
            for path in paths:
                page = await client.get(path)
                assert page.status_code == 200, path
                assert len(page.content) < 50_000
                assert not re.search(r'(src|href)="(https?:)?//', page.text)
                assert page.text.count("<h1") == 1
