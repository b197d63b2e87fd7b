"""How pages look: in a window of a computer, on a phone of 320 px with text spaced as WCAG 1.4.12 has it, and on paper.

A page is given as its HTML and written into a tab that stays: so axe and the page's own script are compiled once, and
nobody asks the network for it again. What was found sound is not looked at again: axe goes by elements and classes, so
it is asked when a block of the page, a part of its frame or a style is new; the layout goes by the hard words too.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.async_api import Browser, ConsoleMessage, Page, Request, ViewportSize

from services.chassis.http import static_files
from tests.journeys.network import Network
from tests.journeys.seen import Seen

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
LOOKS = Path(__file__).with_name("looks.js")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The rule about the size of what is clicked is off in axe unless it is asked for.
ALL_RULES = {"runOnly": {"type": "tag", "values": TAGS}, "rules": {"target-size": {"enabled": True}}}
BY_WIDTH = {"runOnly": {"type": "rule", "values": ["target-size", "scrollable-region-focusable", "aria-hidden-focus"]}}
"""The rules whose answer goes by the width of the window."""
LOOK = """async ({ html, spaced, paper, layout, audit }) => {
  await looks.show(html, spaced);
  const wrong = layout ? looks.layout(paper) : [];
  return audit ? wrong.concat(await looks.audit(audit)) : wrong;
}"""
FRAME = ["header", "footer"]
HEIGHT = 900
WIDE, NARROW = 1280, 320
A4 = 718
"""Pixels across, between the margins that Chromium leaves: 210 mm less 1 cm on each side."""


@dataclass(frozen=True)
class Window:
    """Something to see pages in."""

    name: str
    width: int
    spaced: bool = False
    paper: bool = False

    @property
    def size(self) -> ViewportSize:
        return {"width": self.width, "height": HEIGHT}


WINDOWS = (
    Window(f"{WIDE} px", WIDE),
    Window(f"{NARROW} px, spaced", NARROW, spaced=True),
    Window("on paper", A4, paper=True),
)


class _Tab:
    """One window of Chromium, in which one page after the other is shown."""

    def __init__(self, window: Window, page: Page, network: Network) -> None:
        self.window, self._page, self._network = window, page, network
        self._one_at_a_time = asyncio.Lock()
        self._wrong: list[str] = []
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self._wrong.append(f"a script failed: {error}"))
        page.on("request", self._asked)

    async def prepare(self) -> None:
        """Any page of the network gives the tab its address and the rules for its scripts."""
        await self._page.goto(self._network.base_url + "/about")
        script = (static_files.FOLDER / static_files.manifest()["pln.js"]).read_text()
        for source in (AXE.read_text(), LOOKS.read_text(), f"window.startScripts = () => {{{script}}}"):
            await self._page.evaluate(source)

    async def look(self, html: str, *, layout: bool, audit: dict[str, Any] | None) -> list[str]:
        """What is wrong about a page, in sentences."""
        asked = {"html": html, "spaced": self.window.spaced, "paper": self.window.paper}
        async with self._one_at_a_time:
            self._wrong.clear()
            wrong = await self._page.evaluate(LOOK, {**asked, "layout": layout, "audit": audit})
            return [f"{self.window.name}: {one}" for one in (*wrong, *self._wrong)]

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._wrong.append(f"the console says: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self._network.base_url, "data:")):
            self._wrong.append(f"the page asks another host: {request.url}")


class Looks:
    """Looks at pages, each as often as it shows something new."""

    def __init__(self, tabs: list[_Tab]) -> None:
        self._tabs = tabs
        self._known: set[str] = set()

    async def wrong_with(self, html: str, seen: Seen) -> list[str]:
        """Of a page of which `seen` is what its HTML says."""
        new_frame, new_blocks, new_styles = self._news(seen.frame), self._news(seen.blocks), self._news(seen.styles)
        new_words = self._news([f"{seen.shape} {sorted(seen.hard)}"])
        is_new = new_frame or new_blocks or new_styles
        context: dict[str, Any] = {"include": ["html"]} if new_frame else {"include": ["html"], "exclude": FRAME}
        colours = {} if new_styles else {"color-contrast": {"enabled": False}}
        everything = {**ALL_RULES, "rules": {**ALL_RULES["rules"], **colours}, "context": context}
        by_width = everything if new_frame else {**BY_WIDTH, "context": context}
        looked = [
            tab.look(html, layout=new_words or new_frame, audit=audit if is_new else None)
            for tab, audit in zip(self._tabs, (everything, by_width, None), strict=True)
            if is_new or (new_words and tab.window.width < WIDE)
        ]
        return [one for wrong in await asyncio.gather(*looked) for one in wrong]

    def _news(self, seen: Iterable[str]) -> bool:
        """Whether one of these was not seen before."""
        news = set(seen) - self._known
        self._known |= news
        return bool(news)


@asynccontextmanager
async def looking(browser: Browser, network: Network) -> AsyncGenerator[Looks]:
    """Tabs of a browser in which pages of a network are shown."""
    tabs: list[_Tab] = []
    context = await browser.new_context(reduced_motion="reduce")
    try:
        for window in WINDOWS:
            page = await context.new_page()
            await page.set_viewport_size(window.size)
            await page.emulate_media(media="print" if window.paper else "screen", reduced_motion="reduce")
            tabs.append(_Tab(window, page, network))
            await tabs[-1].prepare()
        yield Looks(tabs)
    finally:
        await context.close()
