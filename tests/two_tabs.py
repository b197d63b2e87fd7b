"""What every form that changes something does when it is sent from two tabs, and corrected after Back."""

import re
from collections.abc import Mapping

import httpx

from tests.support import hidden, led_to

Typed = Mapping[str, str | list[str]]


async def from_two_tabs(browser: httpx.AsyncClient, page: str, first: Typed, second: Typed) -> str:
    """Two tabs are open; the first is sent, then the second, which is shown both and then decides for its own. Then
    its person goes back, and corrects it to what the first said. Returns the page that showed both."""
    one, other = [await opened(browser, page) for _ in range(2)]
    done(await browser.post(page, data={**one, **first}))
    both = await browser.post(page, data={**other, **second})
    assert both.status_code == 409, both.text
    assert "This was changed after you opened the page" in both.text
    assert "What stands there now" in both.text
    decided = hidden(both.text)
    done(await browser.post(page, data={**decided, **second}))
    done(await browser.post(page, data={**decided, **first}))
    return both.text


async def opened(browser: httpx.AsyncClient, page: str) -> dict[str, str]:
    shown = await browser.get(page)
    assert shown.status_code == 200, shown.text
    form = hidden(shown.text)
    assert "saw" in form, "it does not say what it saw"
    return form


def done(answer: httpx.Response) -> str:
    return led_to(answer)


def stands(html: str) -> dict[str, str]:
    """Question → answer, of the rows of what stands there now."""
    rows = re.findall(r"<dt[^>]*>([^<]*)</dt>\s*<dd[^>]*>([^<]*)</dd>", html)
    return dict(rows)
