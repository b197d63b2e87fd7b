"""Ways to get involved: each organisation keeps its own, the network what others run; everybody sees all of them."""

import html
import re
import xml.etree.ElementTree as ET

import httpx
import pytest
from prometheus_client import REGISTRY

from services.chassis.http import microcache
from services.chassis.work.scheduler import Clock
from services.matching.commands import ways_in as commands
from services.matching.domain import way_in as domain
from services.matching.domain.way_in import WayInWords
from services.matching.jobs import say_what_is_usual
from services.matching.web.drawn_ways import cut
from tests.asking import asked
from tests.matching.test_glossary import the_network
from tests.matching.world import a_trust, post
from tests.ready import WAY_IN
from tests.support import Connected, form_key, hidden, member, registered, save_page
from tests.support import organisation as an_organisation

PUBLIC, KEPT, OURS = "/involved", "/opportunities/for/RX2/ways-in", "/opportunities/for/NW1/ways-in"
WAY = WAY_IN | {"looks_for": "People who had a fall", "run_by": "", "link": ""}
LETTERS = WAY | {"title": "Read <b>our</b> letters", "takes": "minutes", "expertise": "some"}
THEIRS = WAY | {
    "title": "Tell your story",
    "run_by": "Care Opinion",
    "link": "https://www.careopinion.org.uk/",
    "how": "",
}


@pytest.fixture(autouse=True)
def for_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(microcache, "KEEP_SECONDS", 0.0)


def titles(page: str) -> list[str]:
    return [html.unescape(one) for one in re.findall(r'id="way-\d+"[^>]*><strong>\d+\. (.*?)</strong>', page)]


def counted(what: str) -> float:
    return REGISTRY.get_sample_value("pln_ways_in_total", {"what": what}) or 0


async def let_days_pass(matching: Connected, days: int) -> None:
    """As if all roles had been posted so many days earlier, and had closed."""
    async with matching.transaction() as tx:
        await tx.execute(
            "update opportunity set posted_at = posted_at - $1 * interval '1 day', closed_at = now(), state = state"
            " || jsonb_build_object('posted_at', posted_at - $1 * interval '1 day', 'closed_at', now())",
            days,
        )


async def press(browser: httpx.AsyncClient, page: str, action: str) -> httpx.Response:
    return await browser.post(action, data={"form_key": form_key((await browser.get(page)).text)})


async def test_everybody_sees_all_of_them_as_a_table_a_picture_and_a_file_by_organisation_kind_and_time(
    matching: Connected,
) -> None:
    _, [idris] = await the_network(matching, "coordinator")
    trust, cora = await a_trust(matching)
    async with matching.browser() as anyone:
        assert "Nobody has put anything" in (await anyone.get(PUBLIC)).text
        async with matching.transaction(cora.acting(trust)) as tx:
            for words in (WAY, LETTERS):
                await commands.add_way_in(tx, WayInWords.model_validate(words))
        async with matching.browser(idris) as ours:
            assert (await save_page(ours, f"{OURS}/new", THEIRS)).status_code == 303
        with asked() as statements:
            page = (await anyone.get(PUBLIC)).text
        assert len(statements) <= 6
        assert titles(page) == ["Tell your story", "Come to our patient group", "Read <b>our</b> letters"]
        assert "<b>our" not in page
        assert "(www.careopinion.org.uk, another website)" in page
        assert "They usually look for: People who had a fall" in page

        [picture] = re.findall(r"<svg class=\"pln-map\".*</svg>", page, re.DOTALL)
        drawn = ET.fromstring(picture)
        links = [found for found in drawn.iter() if found.tag.endswith("}a")]
        assert [found.get("href") for found in links] == ["#way-1", "#way-2", "#way-3"]
        assert links[0].get("aria-label") == "1: Tell your story, Care Opinion"
        [frame] = [found for found in drawn.iter() if found.get("role") == "img"]
        assert "from a few minutes, once to about once a week" in (frame.get("aria-label") or "")
        assert not [found for found in frame.iter() if found.tag.endswith("}a")], "links in an image cannot be reached"

        assert titles((await anyone.get(f"{PUBLIC}?organisation=rx2")).text)[0] == "Come to our patient group"
        assert titles((await anyone.get(f"{PUBLIC}?time=minutes&kind=improvement")).text) == ["Read <b>our</b> letters"]
        for odd in ("time=' or 1=1 --", "time=minutes&time=week&kind=%25", "organisation=" + "x" * 5000):
            assert "fits these choices" in (await anyone.get(f"{PUBLIC}?{odd}")).text, odd
        csv = (await anyone.get(f"{PUBLIC}?format=csv")).text
        assert csv.count("\n") == 4 and "A few minutes, once" in csv


async def test_coordinators_keep_their_own_in_their_order_and_two_who_change_the_same_see_both(
    matching: Connected,
) -> None:
    _, cora = await a_trust(matching)
    before = {what: counted(what) for what in ("added", "changed", "moved", "taken_out")}
    async with matching.browser(cora) as one, matching.browser() as anyone:
        assert "Who runs it" not in (await one.get(f"{KEPT}/new")).text
        for words in (WAY, LETTERS):
            added = await save_page(one, f"{KEPT}/new", words)
            assert "Everybody can see it." in (await one.get(added.headers["location"])).text
        own = (await one.get(KEPT)).text
        assert own.count("Move up") == 1, "what stands first cannot go up"
        [up] = re.findall(rf'action="({KEPT}/[0-9a-f-]+/up)"', own)
        moved = await press(one, KEPT, up)
        assert "one place higher" in (await one.get(moved.headers["location"])).text
        assert titles((await anyone.get(PUBLIC)).text) == ["Read <b>our</b> letters", "Come to our patient group"]
        at = up.removesuffix("/up")
        seen, late = (await one.get(at)).text, (await one.get(at)).text
        assert (await one.post(at, data={**hidden(seen), **WAY, "title": "Read with us"})).status_code == 303
        both = await one.post(at, data={**hidden(late), **WAY, "title": "Read letters"})
        assert (both.status_code, "Read with us" in both.text, 'value="Read letters"' in both.text) == (409, True, True)
        out = await press(one, at, f"{at}/take-out")
        assert "not in the list any more" in (await one.get(out.headers["location"])).text
        assert (await one.get(at)).status_code == 404
    found = {what: counted(what) - was for what, was in before.items()}
    assert found == {"added": 2, "changed": 1, "moved": 1, "taken_out": 1}


WRONG = (
    ({"how": ""}, "how"),
    ({"link": "http://no.example/"}, "link"),
    ({"link": "javascript:alert(1)"}, "link"),
    ({"link": "https://me:secret@site.example/"}, "link"),
    ({"link": "https://127.0.0.1/"}, "link"),
    ({"run_by": "Somebody else", "link": ""}, "link"),
    ({"run_by": "Somebody else", "link": "https://site.example/"}, "run_by"),
    ({"title": "\u202eevil"}, "title"),
    ({"title": "x" * 121}, "title"),
    ({"takes": "for ever"}, "takes"),
    ({"kind": "senior' --"}, "kind"),
    ({"summary": " \u200b "}, "summary"),
    ({"looks_for": "two\nlines"}, "looks_for"),
)


async def test_what_nobody_could_begin_or_read_is_refused_beside_its_field_by_page_and_program(
    matching: Connected,
) -> None:
    _, [idris] = await the_network(matching, "coordinator")
    _, cora = await a_trust(matching)
    async with matching.browser(cora) as one, matching.api(cora) as program, matching.browser(idris) as ours:
        for changed, field in WRONG:
            told = await program.post("/organisations/RX2/ways-in", json=WAY | changed)
            assert (told.status_code, list(told.json()["errors"])) == (422, [field]), changed
        every = {name: value for changed, field in WRONG if field != "run_by" for name, value in changed.items()}
        refused = await save_page(one, f"{KEPT}/new", WAY | every)
        assert refused.status_code == 422
        for name in ("title", "kind", "summary", "looks_for", "takes"):
            assert f'id="{name}-error"' in refused.text, name
        assert (await save_page(one, f"{KEPT}/new", WAY | WRONG[6][0])).status_code == 422
        no_link = await save_page(ours, f"{OURS}/new", THEIRS | {"link": "", "how": "Ring."})
        assert 'id="link-error"' in no_link.text and 'value="Care Opinion"' in no_link.text


async def test_a_program_keeps_them_too_and_nobody_another_organisations(matching: Connected) -> None:
    trust, cora = await a_trust(matching)
    approver, other = member(trust, "approver"), an_organisation("RX3", "Another trust")
    lou = member(other, "coordinator")
    await matching.hears_and_settles(approver.opened, *registered(other), lou.opened)
    async with matching.api(cora) as program:
        made = (await program.post("/organisations/RX2/ways-in", json=WAY)).json()["id"]
        at = f"/organisations/RX2/ways-in/{made}"
        kept = await program.get(at)
        assert kept.json()["title"] == WAY["title"]
        stale = await program.put(at, json=WAY | {"title": "New"}, headers={"if-match": '"other"'})
        assert stale.status_code == 412
        fresh = await program.put(at, json=WAY | {"title": "New"}, headers={"if-match": kept.headers["etag"]})
        assert fresh.status_code == 200
        assert (await program.post(f"{at}/up")).status_code == 200, "it is the only one, and stays"
        assert [w["title"] for w in (await program.get("/organisations/RX2/ways-in")).json()["ways_in"]] == ["New"]
        assert (await program.get("/ways-in", params={"time": "month"})).json()["ways_in"][0]["title"] == "New"
    async with matching.browser(lou) as theirs, matching.browser(approver) as no, matching.api(lou) as program:
        for path in ("", "/new", f"/{made}"):
            assert (await theirs.get(KEPT + path)).status_code == 404
            assert (await no.get(KEPT + path)).status_code == 403
        assert (await theirs.get(f"/opportunities/for/RX3/ways-in/{made}")).status_code == 404
        own = f"/organisations/RX3/ways-in/{made}"
        assert (await program.delete(own)).status_code == 404
        assert (await program.put(own, json=WAY)).status_code == 404
        assert (await program.post(f"{own}/up")).status_code == 404
    async with matching.api(cora) as program:
        assert (await program.delete(at)).status_code == 200
        assert (await program.get("/organisations/RX2/ways-in")).json() == {"ways_in": []}


async def test_a_full_list_says_so_and_is_read_page_by_page(matching: Connected) -> None:
    trust, cora = await a_trust(matching)
    async with matching.transaction(cora.acting(trust)) as tx:
        for n in range(domain.MOST):
            await commands.add_way_in(tx, WayInWords.model_validate(WAY | {"title": f"Number {n}"}))
    async with matching.browser(cora) as one, matching.browser() as anyone:
        full = await save_page(one, f"{KEPT}/new", WAY)
        assert (full.status_code, "Take out one" in full.text, WAY["how"] in full.text) == (422, True, True)
        first = (await anyone.get(PUBLIC)).text
        assert len(first) < 60_000
        [following] = re.findall(r'href="(/involved\?after=[^"]+)" rel="next"', first)
        rest = (await anyone.get(html.unescape(following))).text
        assert titles(first) + titles(rest) == [f"Number {n}" for n in range(domain.MOST)]
        forged = await anyone.get(html.unescape(following)[:-3] + "abc")
        assert (forged.status_code, "not there any more" in forged.text) == (422, True)


async def test_what_an_organisation_usually_looks_for_is_made_of_its_roles_of_a_year(matching: Connected) -> None:
    trust, cora = await a_trust(matching)
    await post(matching, trust, cora, title="Long ago", rung="senior")
    await let_days_pass(matching, 370)
    await post(matching, trust, cora, title="A seat in the team")
    await post(matching, trust, cora, title="A seat in the team", sessions_planned=8)
    clock = Clock(matching.app.database, matching.app.settings)
    await say_what_is_usual(clock)
    await say_what_is_usual(clock)
    async with matching.browser() as anyone, matching.browser(cora) as hers, matching.api() as program:
        page = (await anyone.get(PUBLIC)).text
        assert titles(page) == ["Roles in which you help to make care better"]
        assert page.count("They usually look for: A seat in the team<") == 1
        assert 'href="/opportunities?organisation=RX2"' in page
        [said] = (await program.get("/ways-in")).json()["ways_in"]
        assert (said["made_of_roles"], said["open_now"], said["expertise"]) == (True, True, "none")
        own = (await hers.get(KEPT)).text
        assert "made of the roles" in own and "/up" not in own
        assert (await hers.get(f"{KEPT}/{said['id']}")).status_code == 404, "nobody types it"
        await let_days_pass(matching, 30)
        assert "Ask to be told of the next one" in (await anyone.get(PUBLIC)).text
        await let_days_pass(matching, 340)
        await say_what_is_usual(clock)
        assert titles((await anyone.get(PUBLIC)).text) == []


def test_a_title_is_cut_between_words_and_what_is_one_long_word_within_it() -> None:
    assert cut("Come to our patient group", room=122, lines=2) == ["Come to our", "patient group"]
    assert cut("Read research plans before they begin", room=122, lines=2) == ["Read research", "plans before…"]
    [long] = cut("w" * 200, room=122, lines=2)
    assert (long[-1], len(long)) == ("…", 8)
    assert cut("語" * 30, room=122, lines=2) == ["語" * 6 + "…"]
    assert cut("", room=122, lines=2) == []
