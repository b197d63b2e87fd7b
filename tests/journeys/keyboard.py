"""Somebody without a mouse, in a window of 320 px: all is done by keys, and where they are is always to be seen."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, Locator

from tests.journeys.looks import HEIGHT, NARROW
from tests.journeys.network import Network
from tests.journeys.seen import Seen
from tests.journeys.visitor import WIDTH, Visitor

MOST_TABS = 400
"""A page on which something is further away has lost whoever has no mouse."""
FOCUS = """target => {
  const here = document.activeElement;
  if (!here || here === document.body) return { there: false, wrong: "" };
  const ticked = here.matches("input[type=radio], input[type=checkbox]");
  const shown = ticked ? here.labels[0] : here;
  const style = getComputedStyle(shown, ticked ? "::before" : null);
  const marked = style.boxShadow !== "none" || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0);
  const [at] = shown.getClientRects();
  const seen = at && at.bottom > 0 && at.top < innerHeight && at.right > 0 && at.left < innerWidth;
  const within = (place, size) => Math.min(Math.max(place, 1), size - 1);
  const middle = seen && [within(at.left + 2, innerWidth), within((at.top + at.bottom) / 2, innerHeight)];
  const top = seen && document.elementFromPoint(...middle);
  const covered = seen && top && !(shown.contains(top) || top.contains(shown));
  const what = `${here.tagName.toLowerCase()} “${(here.innerText || here.name || "").trim().slice(0, 40)}”`;
  const wrong = !marked ? `the focus cannot be seen on ${what}` : !seen ? `the focus is outside the window, on ${what}`
    : covered ? `something lies upon ${what}, which has the focus` : "";
  return { there: here === target || (target.name && here.type === "radio" && here.name === target.name), wrong };
}"""
"""Whether the focus has come to the element (or to a radio of its group), and what is wrong about how it shows."""

SKIPS = "document.activeElement.matches('.nhsuk-skip-link') && document.activeElement.clientHeight > 1"
"""Whether the focus is on the link that skips to the main part, and it is to be seen."""


class ByKeyboard(Visitor):
    """Goes from thing to thing by Tab, follows and sends by Enter, ticks by Space and chooses by arrows."""

    async def press(self, role: Any, name: str, *, exact: bool = True) -> None:
        await self._open_what_hides(name)
        await self._go_to(self.page.locator("main").get_by_role(role, name=name, exact=exact).first)
        await self._follow()

    async def press_above(self, name: str) -> None:
        """A link of the header or the bar."""
        await self._go_to(self.page.get_by_role("link", name=name).first, skip=False)
        await self._follow()

    async def _follow(self) -> None:
        async with self.page.expect_navigation(wait_until="load") as navigation:
            await self.page.keyboard.press("Enter")
        answer = await navigation.value
        assert answer.ok, f"{self.path} answered {answer.status}: {await self.words()}"
        await self.check_page()

    async def fill(self, fields: dict[str, str]) -> None:
        for name, text in fields.items():
            await self._go_to(self.page.locator(f'main [name="{name}"]'))
            await self.page.keyboard.press("Control+A")
            await self.page.keyboard.type(text)

    async def answer(self, question: str, label: str) -> None:
        one = self.page.get_by_role("group", name=question).get_by_label(label).first
        await self._go_to(one)
        keys, is_radio = self.page.keyboard, await one.get_attribute("type") == "radio"
        await keys.press("Space")
        for _ in range(MOST_TABS if is_radio else 0):
            if await one.is_checked():
                break
            await keys.press("ArrowDown")
        assert await one.is_checked(), f"{label} cannot be chosen by keys"

    async def check_page(self) -> None:
        """As others do, at 320 px only: whoever comes with a mouse sees the rest."""
        self.addresses.append(self.path)
        wrong = [*Seen(await self.page.content()).wrong(), *self._wrong]
        self._wrong.clear()
        if (width := await self.page.evaluate(WIDTH)) > NARROW:
            wrong.append(f"the page scrolls sideways: {width} px wide")
        assert not wrong, f"{self.path}:\n" + "\n".join(wrong)

    async def _open_what_hides(self, button: str) -> None:
        hides = self.page.locator("main details:not([open])", has=self.page.locator("button", has_text=button))
        if await hides.count():
            await self._go_to(hides.first.locator("summary"))
            await self.page.keyboard.press("Enter")

    async def _go_to(self, what: Locator, *, skip: bool = True) -> None:
        """By Tab alone, on a new page after skipping what stands above its main part.

        AssertionError where the focus does not come there, or cannot be seen on the way.
        """
        target = await what.element_handle()
        if skip and await self.page.evaluate("document.activeElement === document.body"):
            await self.page.keyboard.press("Tab")
            assert await self.page.evaluate(SKIPS), f"{self.path}: the first Tab does not lead to the link that skips"
            await self.page.keyboard.press("Enter")
        for _ in range(MOST_TABS):
            await self.page.keyboard.press("Tab")
            found = await self.page.evaluate(FOCUS, target)
            assert not found["wrong"], f"{self.path}: {found['wrong']}"
            if found["there"]:
                return
        raise AssertionError(f"{self.path}: no Tab leads to {what}")


@asynccontextmanager
async def by_keyboard(browser: Browser, network: Network, *, scripts: bool = True) -> AsyncGenerator[ByKeyboard]:
    """A new person without a mouse, in a browser context of their own."""
    context = await browser.new_context(
        viewport={"width": NARROW, "height": HEIGHT}, java_script_enabled=scripts, reduced_motion="reduce"
    )
    try:
        yield ByKeyboard(network, await context.new_page(), axe=False)
    finally:
        await context.close()
