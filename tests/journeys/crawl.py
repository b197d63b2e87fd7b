"""Following every link that pages offer, as one kind of visitor after the other."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx
from playwright.async_api import Browser

from tests.journeys.network import Network
from tests.journeys.routes import pattern_of
from tests.journeys.visitor import Visitor, visiting

TIMEOUT_SECONDS = 30
MOST_PAGES = 150
"""Of one kind of visitor: more would mean that links lead round and round."""


class Seen(HTMLParser):
    """The links of a page, its title, and how many headings of the first level it has."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.title, self.headings, self._in_title = "", 0, False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            self.links.append(str(given["href"]))
        self.headings += tag == "h1"
        self._in_title = tag == "title" or (self._in_title and tag != "body")

    def handle_endtag(self, tag: str) -> None:
        self._in_title = self._in_title and tag != "title"

    def handle_data(self, data: str) -> None:
        self.title += data.strip() if self._in_title else ""


@dataclass
class Crawl:
    """What all kinds of visitors have seen together."""

    network: Network
    browser: Browser
    wrong: list[str] = field(default_factory=list[str])
    reached: set[str] = field(default_factory=set[str])
    """The patterns of the routes that answered."""
    _looked_at: set[str] = field(default_factory=set[str])

    async def follow(self, kind: str, token: str, starts: Iterable[str]) -> None:
        """Go from the first pages to one page of each pattern that a link leads to."""
        cookies = {"pln": token} if token else {}
        client = httpx.AsyncClient(base_url=self.network.base_url, cookies=cookies, timeout=TIMEOUT_SECONDS)
        async with client, visiting(self.browser, self.network) as visitor:
            if token:
                await visitor.page.context.add_cookies([{"name": "pln", "value": token, "url": self.network.base_url}])
            waiting = [(path, "the start") for path in starts]
            known: dict[str, set[str]] = {}
            for path, _ in waiting:
                _is_news(path, known)
            for number, (path, offered_on) in enumerate(waiting):
                assert number < MOST_PAGES, f"{kind}: more than {MOST_PAGES} pages, the last {path}"
                offered = await self._visit(client, visitor, (kind, path, offered_on))
                waiting.extend([(link, path) for link in offered if _is_news(link, known)])

    async def _visit(self, client: httpx.AsyncClient, visitor: Visitor, what: tuple[str, str, str]) -> list[str]:
        """The local links of one page, whose status, title and headings are checked; new ones are looked at whole."""
        kind, path, offered_on = what
        answer = await client.get(path, follow_redirects=True)
        here = answer.url.raw_path.decode()
        if answer.status_code >= 400:
            self.wrong.append(f"{kind}: {offered_on} offers {path}, which answered {answer.status_code}")
            return []
        self.reached |= {str(pattern_of(urlsplit(one).path)) for one in (path, here)}
        if not answer.headers["content-type"].startswith("text/html"):
            return []
        seen = Seen(answer.text)
        if not seen.title or seen.headings != 1:
            self.wrong.append(f"{kind}: {here} has the title “{seen.title}” and {seen.headings} first headings")
        await self._look(kind, here, visitor)
        links = [urljoin(str(answer.url), link) for link in seen.links]
        return [_local(link) for link in links if urlsplit(link).netloc == urlsplit(self.network.base_url).netloc]

    async def _look(self, kind: str, path: str, visitor: Visitor) -> None:
        """In Chromium, with axe: the first page of each pattern, for nobody and for whoever is signed in."""
        key = f"{pattern_of(urlsplit(path).path)} {kind == 'nobody'}"
        if key in self._looked_at:
            return
        self._looked_at.add(key)
        try:
            await visitor.open(path)
        except AssertionError as found:
            self.wrong.append(f"{kind}: {found}")


def _local(link: str) -> str:
    parts = urlsplit(link)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _is_news(link: str, known: dict[str, set[str]]) -> bool:
    """Whether a link leads to a kind of page that is not known yet: another route, or a name in its query that is new
    there. The filters and orders of a list can be put together in more ways than anybody wants to look at.
    """
    parts = urlsplit(link)
    route, names = pattern_of(parts.path) or parts.path, {name for name, _ in parse_qsl(parts.query)}
    is_news = route not in known or bool(names - known[route])
    known.setdefault(route, set()).update(names)
    return is_news
