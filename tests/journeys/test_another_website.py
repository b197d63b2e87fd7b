"""Open roles on another website: its pages have another origin and allow nothing but our script and our feed."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, Page, Route

from tests.journeys.looks import ALL_RULES, AXE, BY_WIDTH, HEIGHT, NARROW
from tests.journeys.network import Network
from tests.journeys.visitor import RUN_AXE, WIDTH, new_context, visiting

FIRST_LOAD_BYTES = 50_000
HOSTILE = "<img src=x onerror=\"document.title='hit'\"><script>document.title='hit'</script>"
RIGHT_TO_LEFT = "הזמנה לפאנל, 3 ‏"
OPEN = {"Access-Control-Allow-Origin": "*"}
WHOLE = {
    "what_is_paid": "£75 for each meeting",
    "next_session": "2031-02-03T14:00:00Z",
    "sessions_to_come": 3,
    "time_commitment": "3 hours a month",
    "mode": "in_person",
    "place": "Room 4",
    "district": "BN2",
    "apply_by": "2031-01-31T17:00:00+00:00",
}
EVIL: dict[str, Any] = {
    "language": HOSTILE,
    "next_url": 5,
    "items": [
        {"title": HOSTILE, "url": "javascript:document.title='hit'", "summary": HOSTILE, "language": HOSTILE},
        {
            "title": "W" * 4000,
            "url": "https://elsewhere.example/\"><script>document.title='hit'</script>",
            "content_text": {"not": "text"},
            "_opportunity": {
                "organisation": {"name": HOSTILE},
                "what_is_paid": HOSTILE,
                "mode": "constructor",
                "venue": {"name": HOSTILE},
                "district": ["BN2"],
                "next_session": HOSTILE,
                "apply_by": {},
                "sessions_to_come": HOSTILE,
                "job": HOSTILE,
            },
        },
        {"title": RIGHT_TO_LEFT, "_status": "open", "_opportunity": WHOLE},
        {"title": "Called off", "_status": "withdrawn", "_opportunity": 7},
        {"title": "Closed", "_opportunity": {"apply_by": "2020-01-01T10:00:00Z"}},
        *({"title": ""}, None, 7, "text", [], {"title": ["list"]}),
    ],
}


HTML = """<!doctype html><html lang="cy"><head><title>Gwefan arall</title><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="OURS/embed/1.css"></head><body>
<script async src="OURS/embed/1.js"></script><main><h1>Croeso</h1>
<h2>Pob un</h2>
<div id="all" data-pln-roles data-most="2"><p><a href="OURS/opportunities">Pob cyfle</a></p></div>
<h2>Ar-lein</h2><h3>Gyda thâl</h3>
<div id="online" data-pln-roles data-query="?mode=remote&amp;paid=yes" data-heading="4"></div>
<h2>Dim</h2><div id="none" data-pln-roles data-query="words=zzqqxx"></div>
</main><script async src="OURS/embed/1.js"></script></body></html>"""
HEADERS = (
    "Content-Type: text/html; charset=utf-8",
    "Content-Security-Policy: default-src 'none'; script-src OURS; connect-src OURS; style-src OURS; "
    "require-trusted-types-for 'script'",
    "Cross-Origin-Embedder-Policy: require-corp",
    "Connection: close",
)


@dataclass
class Elsewhere:
    """A tiny website at another origin."""

    network: Network
    address: str = ""
    wrong: list[str] = field(default_factory=list[str])

    def html(self) -> str:
        return HTML.replace("OURS", self.network.base_url)

    def headers(self) -> str:
        return "\r\n".join(HEADERS).replace("OURS", self.network.base_url)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.readuntil(b"\r\n\r\n")
        body = self.html().encode() if asked.startswith(b"GET / ") else b""
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n{self.headers()}\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()

    async def open(self, page: Page) -> None:
        page.on("console", lambda message: self.wrong.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        await page.goto(self.address)


@pytest.fixture
async def elsewhere(network: Network) -> AsyncIterator[Elsewhere]:
    site = Elsewhere(network)
    server = await asyncio.start_server(site.answer, "127.0.0.1", 0)
    site.address = f"http://localhost:{server.sockets[0].getsockname()[1]}/"
    async with server:
        yield site


@pytest.fixture
async def page(browser: Browser, network: Network) -> AsyncIterator[Page]:
    """Of somebody who is signed in to the network."""
    context = await new_context(browser)
    await context.add_cookies([{"name": "pln", "value": "a-session", "url": network.base_url}])
    yield await context.new_page()
    await context.close()


async def said(page: Page, box: str) -> str:
    """What is said of loading, once it is over."""
    over = page.locator(f"#{box} [role=status]").filter(has_not_text="being loaded").filter(has_text=re.compile(r"\S"))
    return await over.inner_text()


async def looked_at(page: Page) -> list[str]:
    """What axe finds, at two widths, and whether the page scrolls sideways on a phone."""
    await page.evaluate(AXE.read_text())
    wrong = await page.evaluate(RUN_AXE, ALL_RULES)
    await page.set_viewport_size({"width": NARROW, "height": HEIGHT})
    width = await page.evaluate(WIDTH)
    return [*wrong, *await page.evaluate(RUN_AXE, BY_WIDTH), *([f"{width} px wide"] if width > NARROW else [])]


async def test_another_website_shows_open_roles_that_everybody_can_use_and_tells_us_nothing_of_its_visitors(
    elsewhere: Elsewhere, page: Page, network: Network
) -> None:
    asked: list[Any] = []
    page.on("request", lambda one: asked.append(one))
    await elsewhere.open(page)
    feeds = f"{network.base_url}/feeds/opportunities.json"
    for box, query, level, most in (("all", "", 3, 2), ("online", "?mode=remote&paid=yes", 4, 10)):
        feed = httpx.get(feeds + query).json()
        there = [one["title"] for one in feed["items"] if one.get("_status", "open") == "open"]
        first = "The first " if len(there) > most or "after=" in feed.get("next_url", "") else ""
        assert await said(page, box) == f"{first}{min(len(there), most)} open roles."
        titles = page.locator(f"#{box} ul.pln-roles > li > h{level} > a[href^='{network.base_url}/opportunities/']")
        assert await titles.all_inner_texts() == [" ".join(one.split()) for one in there[:most]]
        facts = await page.locator(f"#{box} dl").first.inner_text()
        assert [name for name in ("Pay", "Where", "by") if name not in facts] == []
    assert await said(page, "none") == "Nothing like this is open just now. Follow the link for more."
    more = page.get_by_role("link", name="More roles")
    assert [await one.get_attribute("href") for one in await more.all()] == [
        f"{network.base_url}/opportunities?{query}" for query in ("mode=remote&paid=yes", "words=zzqqxx")
    ]
    assert await page.locator("#all .pln-roles").get_attribute("lang") == "en-GB"
    headers = [await one.all_headers() for one in asked if one.url.startswith(network.base_url)]
    assert len({one.url for one in asked}) == len(asked) == 6, "the page, the look, the script, each list once"
    assert [one for one in headers if "cookie" in one] == []
    assert [one["referer"] for one in headers if "referer" in one and "?" in one["referer"]] == []

    reached = list[str]()
    while len(reached) < 3:
        await page.keyboard.press("Tab")
        reached.append(await page.evaluate("document.activeElement.innerText"))
    assert reached == [*await page.locator("#all h3").all_inner_texts(), "Pob cyfle"]
    assert elsewhere.wrong == []
    assert await looked_at(page) == []


async def test_what_a_hostile_feed_says_stays_text_and_a_feed_that_is_away_is_said_in_words(
    elsewhere: Elsewhere, page: Page, network: Network
) -> None:
    async def evil(route: Route) -> None:
        await route.fulfill(json=EVIL, headers=OPEN)

    feed = f"{network.base_url}/feeds/**"
    await page.route(feed, evil)
    await elsewhere.open(page)
    assert await said(page, "online") == "3 open roles."
    titles = page.locator("#online h4")
    assert (await titles.first.inner_text()).startswith("<img src=x onerror=")
    assert await titles.locator("a").evaluate_all("all => all.map(one => one.protocol)") == [":", "https:", ":"]
    assert await titles.nth(2).locator("bdi[dir=auto]").inner_text() == RIGHT_TO_LEFT.strip()
    facts = page.locator("#online li").nth(2).locator("dl")
    said_of_it = [" ".join(one.split()) for one in await facts.locator("dt, dd").all_inner_texts()]
    assert dict(zip(said_of_it[::2], said_of_it[1::2], strict=True)) == {
        "Pay": "£75 for each meeting",
        "When": "Monday 3 February 2031 at 2:00 pm, and 2 more",
        "Time": "3 hours a month",
        "Where": "In person, Room 4, BN2",
        "Show interest by": "Friday 31 January 2031 at 5:00 pm",
    }
    assert await page.locator("main img, main script, main iframe").count() == 0
    assert await page.title() == "Gwefan arall"
    assert elsewhere.wrong == []
    assert await looked_at(page) == []

    away = "The open roles cannot be shown here just now. The link leads to them."
    answers: list[dict[str, Any]] = [{"status": 503, "body": "[]"}, {"json": {"items": 7}}, {}]

    async def fails(route: Route) -> None:
        await (route.fulfill(headers=OPEN, **answers[0]) if answers[0] else route.abort())

    await page.unroute(feed)
    await page.route(feed, fails)
    while answers:
        await page.reload()
        assert {await said(page, box) for box in ("all", "online", "none")} == {away}
        assert await page.get_by_role("link").all_inner_texts() == ["Pob cyfle", "More roles", "More roles"]
        answers.pop(0)
    await page.route("**/embed/1.js", lambda route: route.abort())
    await page.reload()
    assert await page.locator("#all").inner_text() == "Pob cyfle", "without the script the link is there"


async def test_the_list_is_shown_to_a_first_visitor_for_less_than_fifty_kilobytes(page: Page, network: Network) -> None:
    await page.context.clear_cookies()
    taken: list[Any] = []
    page.on("requestfinished", lambda one: taken.append(one))
    await page.goto(f"{network.base_url}/opportunities", wait_until="networkidle")
    sizes = {one.url: await one.sizes() for one in taken}
    whole = sum(one["responseBodySize"] + one["responseHeadersSize"] for one in sizes.values())
    assert len(sizes) >= 3
    assert whole < FIRST_LOAD_BYTES, sizes


async def test_the_page_for_developers_shows_how_the_roles_that_were_asked_for_look(
    browser: Browser, network: Network
) -> None:
    async with visiting(browser, network, axe=False) as maker:
        await maker.open("/developers?query=mode%3Dremote")
        first = maker.page.locator("[data-pln-roles] h4 a").first
        await first.click()
        await maker.check_page()
        assert maker.path.startswith("/opportunities/")
        shown = await maker.words()
        assert "Online or by phone" in shown or "In person or online, you choose" in shown, shown
