"""Somebody in a browser of their own, and what must hold on every page that they see."""

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

from services.cli.clients.caller import Caller
from tests.journeys.looks import ALL_RULES, AXE, BY_WIDTH, HEIGHT, NARROW, WIDE
from tests.journeys.network import Network
from tests.journeys.seen import Seen
from tests.support import until

RUN_AXE = """async options => {
  const found = await axe.run(document, { ...options, resultTypes: ["violations"] })
  return found.violations.flatMap(one => one.nodes.map(node => `${one.id}: ${node.target} (${one.help})`))
}"""
# The header's menu is laid out again a frame or two after the width has changed.
WIDTH = """async () => {
  const root = document.documentElement;
  for (let look = 0; look < 40 && root.scrollWidth > window.innerWidth; look++)
    await new Promise(done => setTimeout(done, 50));
  return root.scrollWidth;
}"""
"""The header's script lays its items out anew when the window has become narrow: two seconds are enough for that."""
WAIT_MS = 30_000
_sound: set[str] = set()
"""Digests of the parts of pages about which nothing was wrong."""


class Visitor:
    """A person with cookies of their own. Each page that `open` and `press` lead to is checked whole."""

    def __init__(self, network: Network, page: Page, *, axe: bool) -> None:
        self.network, self.page, self._axe = network, page, axe
        self.addresses: list[str] = []
        """The path of each page that was checked."""
        self._wrong: list[str] = []
        page.set_default_timeout(WAIT_MS)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self._wrong.append(f"a script failed: {error}"))
        page.on("request", self._asked)

    async def open(self, path: str) -> None:
        """Go to an address of the network, and look at the page."""
        answer = await self.page.goto(self.network.base_url + path)
        assert answer
        assert answer.ok, f"{path} answered {answer.status}"
        await self.check_page()

    async def press(self, role: Any, name: str, *, exact: bool = True) -> None:
        """Follow a link or press a button by its words (the whole of them, or a part), and look at the next page."""
        await self._open_what_hides(name)
        what = self.page.locator("main").get_by_role(role, name=name, exact=exact).first
        async with self.page.expect_navigation(wait_until="load") as navigation:
            await what.click()
        answer = await navigation.value
        assert answer.ok, f"{_path(answer)} answered {answer.status}: {await self.words()}"
        await self.check_page()

    async def press_in_vain(self, name: str, *words: str) -> None:
        """Press a button that is refused: the form is shown again with these words, and looked at whole."""
        await self._open_what_hides(name)
        async with self.page.expect_navigation(wait_until="load") as navigation:
            await self.page.locator("main").get_by_role("button", name=name, exact=True).click()
        answer = await navigation.value
        assert answer.status in (409, 422), f"{_path(answer)} answered {answer.status}"
        self._wrong = [
            one for one in self._wrong if f"status of {answer.status}" not in one
        ]  # the console says that too
        await self.sees("There is a problem", *words)
        await self.check_page()

    async def _open_what_hides(self, button: str) -> None:
        """What cannot be taken back stands behind words to open first (`ui.sure`)."""
        hides = self.page.locator("main details:not([open])", has=self.page.locator("button", has_text=button))
        if await hides.count():
            await hides.first.locator("summary").click()

    async def press_back(self) -> None:
        """The link above the page that leads back."""
        async with self.page.expect_navigation(wait_until="load"):
            await self.page.locator(".nhsuk-back-link").click()
        await self.check_page()

    async def fill(self, fields: dict[str, str]) -> None:
        """Text fields by their name in the form."""
        for name, text in fields.items():
            await self.page.locator(f'main [name="{name}"]').fill(text)

    async def choose(self, name: str, option: str) -> None:
        """One of a drop-down by its words."""
        await self.page.locator(f'main select[name="{name}"]').select_option(label=option)

    async def answer(self, question: str, label: str) -> None:
        """Tick one radio or box of a question, by the beginnings of both."""
        await self.page.get_by_role("group", name=question).get_by_label(label).first.check()

    async def wait_for(self, words: str) -> None:
        """Load the page again when it has these words: the news that they need is on its way. At most 30 s.

        Until then it is only asked for with the browser's cookies, since to show it takes ten times as much.
        """
        if words not in await self.words():
            await until(lambda: self._would_show(words), seconds=WAIT_MS / 1000, every=0.2, why=lambda: self.path)
            await self.page.reload()
        await self.sees(words)
        await self.check_page()

    async def _would_show(self, words: str) -> bool:
        answer = await self.page.context.request.get(self.page.url)
        main = (await answer.text()).partition("<main")[2].partition("</main>")[0]
        text = unescape(re.sub(r"<[^>]+>", "", main))
        return "".join(words.split()) in "".join(text.split())

    async def sees(self, *words: str) -> None:
        shown = await self.words()
        missing = [one for one in words if one not in shown]
        assert not missing, f"{self.path} does not say {missing}:\n{shown}"

    async def fact(self, name: str) -> str:
        """What the page says beside a name in its summary."""
        row = self.page.locator("main .nhsuk-summary-list__row", has=self.page.get_by_text(name, exact=True))
        return (await row.locator("dd").first.inner_text()).strip()

    async def words(self) -> str:
        """What the page says, without its header and footer."""
        return " ".join((await self.page.locator("main").inner_text()).split())

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    async def check_page(self) -> None:
        """Check the page: AssertionError with everything that is wrong about it."""
        self.addresses.append(self.path)
        wrong = await look_at(self.page, axe=self._axe)
        wrong += self._wrong
        self._wrong.clear()
        assert not wrong, f"{self.path}:\n" + "\n".join(wrong)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._wrong.append(f"the console says: {message.text}")

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme != "data" and parts.netloc != urlsplit(self.network.base_url).netloc:
            self._wrong.append(f"the page asks another host: {request.url}")


async def look_at(page: Page, *, axe: bool = True) -> list[str]:
    """What is wrong about a page: what its HTML says, its width on a phone, and what axe finds at both widths.

    A page of which every part looks as one before it (elements, classes, roles; not what they say) is not looked at
    again: test_every_page.py looks at all that can stand there.
    """
    seen = Seen(await page.content())
    wrong, parts = seen.wrong(), {f"{one} {axe}" for one in seen.parts}
    if parts <= _sound:
        return wrong
    if axe:
        await page.evaluate(AXE.read_text())
        wrong += [f"{WIDE} px: {one}" for one in await page.evaluate(RUN_AXE, ALL_RULES)]
    await page.set_viewport_size({"width": NARROW, "height": HEIGHT})
    width = await page.evaluate(WIDTH)
    if width > NARROW:
        wrong.append(f"the page scrolls sideways: {width} px wide on a screen of {NARROW} px")
    if axe:
        wrong += [f"{NARROW} px: {one}" for one in await page.evaluate(RUN_AXE, BY_WIDTH)]
    await page.set_viewport_size({"width": WIDE, "height": HEIGHT})
    if not wrong:
        _sound.update(parts)
    return wrong


@asynccontextmanager
async def visiting(
    browser: Browser, network: Network, *, scripts: bool = True, axe: bool = True
) -> AsyncGenerator[Visitor]:
    """A new person in a browser context of their own. Without scripts axe is not asked, which is one."""
    context = await new_context(browser, scripts=scripts)
    try:
        yield Visitor(network, await context.new_page(), axe=scripts and axe)
    finally:
        await context.close()


async def sign_in(visitor: Visitor, who: str) -> None:
    """As the demo's button does, by e-mail address, without looking for it among the many people of the journeys."""
    caller = await asyncio.to_thread(Caller(visitor.network.base_url).sign_in, who)
    await carry(visitor, caller.token)


async def carry(visitor: Visitor, token: str) -> None:
    """From now on the browser is signed in by this token."""
    await visitor.page.context.add_cookies([{"name": "pln", "value": token, "url": visitor.network.base_url}])


async def new_context(browser: Browser, *, scripts: bool = True) -> BrowserContext:
    return await browser.new_context(
        viewport={"width": WIDE, "height": HEIGHT}, java_script_enabled=scripts, reduced_motion="reduce"
    )


def _path(answer: Response) -> str:
    return urlsplit(answer.url).path
