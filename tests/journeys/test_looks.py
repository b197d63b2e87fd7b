"""What looks.py and seen.py find on pages that are wrong in one way: else the walk over all pages proves nothing."""

from collections.abc import AsyncIterator

import httpx
import pytest
from playwright.async_api import Browser

from tests.journeys.hard_words import HARD, ONE_WORD
from tests.journeys.looks import Looks, looking
from tests.journeys.network import Network
from tests.journeys.seen import Seen

BESIDE = f"{HARD.called}, 12 days"


@pytest.fixture(scope="module")
async def looks(browser: Browser, network: Network) -> AsyncIterator[Looks]:
    async with looking(browser, network) as looks:
        yield looks


@pytest.fixture(scope="module")
def page(network: Network) -> str:
    """A page that is sound, with a place in it for something that is not."""
    page = httpx.get(f"{network.base_url}/about").text
    assert "</main>" in page
    return page


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (f"<pre>{ONE_WORD}</pre>", "320 px, spaced: “Donaudampf"),
        ('<button type="button">Press</button>', "on paper: <button> is printed"),
        ('<p class="nhsuk-details--reverse">White on pale</p>', "color-contrast"),
        ('<div class="nhsuk-input-wrapper__prefix nhsuk-u-visually-hidden"><input></div>', "label"),
        ("<h6>Deep</h6>", "a heading of level 6 follows one of level"),
        ("<h1>Again</h1>", "headings of the levels [1, "),
        ('<p id="a"></p><p id="a"></p>', "two elements have the id a"),
        ('<link rel="stylesheet" href="https://elsewhere.example/x.css">', "the page asks another host"),
        ("<nav>Elsewhere</nav>", "on paper: <nav> is printed"),
    ],
)
async def test_what_is_wrong_about_a_page_is_said(looks: Looks, page: str, part: str, words: str) -> None:
    html = page.replace("</main>", f"{part}</main>")
    seen = Seen(html)
    assert words in "\n".join(seen.wrong() + await looks.wrong_with(html, seen))


async def test_a_sound_page_is_sound_and_is_not_looked_at_again(looks: Looks, page: str) -> None:
    assert await looks.wrong_with(page, Seen(page)) == []


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (f"<p>{HARD.called}</p>", "has no direction of its own in <p>"),
        (f'<p dir="auto">{BESIDE}</p>', "<p> turns what stands beside hard words"),
        (f"<p><bdi>{BESIDE}</bdi></p>", "<bdi> turns what stands beside hard words"),
    ],
)
def test_hard_words_that_turn_what_stands_beside_them_are_found(part: str, words: str) -> None:
    assert words in "\n".join(Seen(part).wrong())


@pytest.mark.parametrize("part", [f'<p dir="auto">{HARD.called}</p>', f"<p><bdi>{HARD.called}</bdi>, 12 days</p>"])
def test_hard_words_that_are_set_apart_turn_nothing(part: str) -> None:
    assert "turns" not in "\n".join(Seen(part).wrong())
