"""How a coordinator begins a posting in a browser and fills in what is left, on top of what a page brings."""

import re
from html import unescape
from typing import Any

import httpx

from tests.form_walk import Page
from tests.matching.posting import date_typed
from tests.support import hidden

START = "/opportunities/for/RX2/start"
WHEN: dict[str, Any] = {
    "place": "Room 4",
    "district": "BN2",
    "getting_in": "A door without steps.",
    "session_time": "2:30pm",
}
UNPAID: dict[str, Any] = {"pay": "expenses_only", "unpaid_why": "There is no money for it yet."}


def days() -> dict[str, Any]:
    return {**date_typed("apply_by", 10), **date_typed("decide_by", 12), **date_typed("feedback_by", 40)}


def text(answer: httpx.Response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2])).split())


def rows(answer: httpx.Response) -> list[str]:
    """The rows of the two summaries with which a role begins, one text each."""
    two = answer.text.split('<dl class="nhsuk-summary-list')[1:3]
    found = [row for one in two for row in one.partition("</dl>")[0].split("</div>")]
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", row)).split()) for row in found]


async def press(browser: httpx.AsyncClient, page: str, at: str = "") -> str:
    """Press the button of the form that is sent to `at`, else to the page itself; where it leads."""
    shown = await browser.get(page)
    assert shown.status_code == 200, (page, shown.status_code)
    form = next(one for one in Page(shown.text, page, "").forms if one.action == (at or page))
    done = await browser.post(form.action, data=form.hidden)
    assert done.status_code == 303, text(done)
    return done.headers["location"]


async def go_on(browser: httpx.AsyncClient, page: str, **typed: Any) -> str:
    """Open a page of a draft, change what is given and save it as a browser does; where it goes on."""
    shown = await browser.get(page)
    form = next(one for one in Page(shown.text, page, "").forms if one.action == page)
    filled = {name: asked.values for name, asked in form.asked.items() if any(asked.values)}
    done = await browser.post(page, data={**filled, **hidden(shown.text), **typed})
    assert done.status_code == 303, text(done)
    return done.headers["location"]
