"""Following every link that pages offer, as each kind of visitor, and looking at what is there."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx

from tests.journeys.looks import Looks
from tests.journeys.network import Network
from tests.journeys.routes import pattern_of
from tests.journeys.seen import Seen

TIMEOUT_SECONDS = 30
MOST_PAGES = 300
"""Of one kind of visitor: more would mean that links lead round and round."""


@dataclass(frozen=True)
class Link:
    """An address, the page that offers it, and whether it does so in hard words."""

    path: str
    offered_on: str
    is_hard: bool = False


@dataclass
class Crawl:
    """What all kinds of visitors have seen together."""

    network: Network
    looks: Looks
    wrong: list[str] = field(default_factory=list[str])
    reached: set[str] = field(default_factory=set[str])
    """The patterns of the routes that answered."""
    hard: set[str] = field(default_factory=set[str])
    """Those whose page showed hard words."""
    pages: int = 0

    async def follow(self, kind: str, token: str, starts: Iterable[str]) -> None:
        """Go from the first pages to one page of each pattern that a link leads to, and to one more with hard words."""
        cookies = {"pln": token} if token else {}
        known: dict[tuple[str, bool], set[str]] = {}
        waiting = [Link(path, "the start") for path in starts]
        for link in waiting:
            _is_news(link, known)
        async with httpx.AsyncClient(
            base_url=self.network.base_url, cookies=cookies, timeout=TIMEOUT_SECONDS
        ) as client:
            for number, link in enumerate(waiting):
                assert number < MOST_PAGES, f"{kind}: more than {MOST_PAGES} pages, the last {link.path}"
                waiting += [one for one in await self._visit(client, kind, link) if _is_news(one, known)]

    async def look_at(self, kind: str, token: str, paths: Iterable[str]) -> None:
        """These pages alone, as somebody to whom no link but these is new."""
        async with httpx.AsyncClient(
            base_url=self.network.base_url, cookies={"pln": token}, timeout=TIMEOUT_SECONDS
        ) as client:
            for path in paths:
                await self._visit(client, kind, Link(path, "the start"))

    async def _visit(self, client: httpx.AsyncClient, kind: str, link: Link) -> list[Link]:
        """The local links of one page, which is looked at."""
        answer = await client.get(link.path, follow_redirects=True)
        here = answer.url.raw_path.decode()
        if answer.status_code >= 400:
            self.wrong.append(f"{kind}: {link.offered_on} offers {link.path}, which answered {answer.status_code}")
            return []
        self.reached |= {str(pattern_of(urlsplit(one).path)) for one in (link.path, here)}
        if not answer.headers["content-type"].startswith("text/html"):
            return []
        self.pages += 1
        seen = Seen(answer.text)
        wrong = seen.wrong() + await self.looks.wrong_with(answer.text, seen)
        self.wrong += [f"{kind}: {here}: {one}" for one in wrong]
        if seen.hard:
            self.hard.add(str(pattern_of(urlsplit(here).path)))
        links = [(urljoin(str(answer.url), address), is_hard) for address, is_hard in seen.links]
        ours = urlsplit(self.network.base_url).netloc
        return [Link(_local(address), here, is_hard) for address, is_hard in links if urlsplit(address).netloc == ours]


def _local(link: str) -> str:
    parts = urlsplit(link)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _is_news(link: Link, known: dict[tuple[str, bool], set[str]]) -> bool:
    """Whether a link leads to a kind of page that is not known yet: another route, or a name in its query that is new
    there. The filters and orders of a list can be put together in more ways than anybody wants to look at.
    """
    parts = urlsplit(link.path)
    route, names = pattern_of(parts.path) or parts.path, {name for name, _ in parse_qsl(parts.query)}
    there = known.get((route, link.is_hard))
    known.setdefault((route, link.is_hard), set()).update(names)
    return there is None or bool(names - there)
