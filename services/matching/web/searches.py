"""A search as feeds for machines: the same filters as the list of roles, and what is over of it since a month ago.

What is over stands beside what is open on the first pages, so that whoever reads no further learns of it; each of the
two goes on from where it was, until both have come to their end.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Request

from schemas import links
from schemas.matching import Opportunity
from services.chassis.base.hands import Person, Visitor
from services.chassis.http.request import local_path, open_transaction, site_of
from services.chassis.postgres.lists import Asked
from services.matching import words
from services.matching.domain.said_since import said_since
from services.matching.store import changes
from services.matching.store import feed as store
from services.matching.store.feed import Filter, Listed
from services.matching.text_of_role import text_of_role

JSON, ATOM, ICS = links.FEED_JSON, links.FEED_ATOM, links.FEED_ICS
ENDED_AFTER = "ended_after"
Status = Literal["open", "closed", "withdrawn"]
_SAID: Mapping[Status, str] = {"open": "", "closed": "Closed: ", "withdrawn": "Called off: "}


@dataclass(frozen=True)
class Alternate:
    """Another way to read a list: for `<link rel="alternate">`."""

    href: str
    media: str
    title: str


def alternates(values: Mapping[str, str]) -> Sequence[Alternate]:
    """Of the list of roles as it is narrowed now (`About.values`), by the programs that read it."""
    query = f"?{urlencode(values)}" if values else ""
    return (
        Alternate(JSON + query, "application/feed+json", "These roles as JSON Feed"),
        Alternate(ATOM + query, "application/atom+xml", "These roles as Atom"),
        Alternate(ICS + query, "text/calendar", "These roles as a calendar"),
    )


@dataclass(frozen=True)
class Item:
    """One role of a search, and since when it says what it says."""

    listed: Listed
    status: Status
    since: datetime

    @property
    def opportunity(self) -> Opportunity:
        return self.listed.opportunity

    @property
    def title(self) -> str:
        """With what has become of it, since some programs show nothing else."""
        return _SAID[self.status] + self.opportunity.title


@dataclass(frozen=True)
class Search:
    """One page of it. `next`: the address of the next one; none: this is the last."""

    items: Sequence[Item]
    now: datetime
    more: bool
    address: str
    beginning: str
    """Its address without where it goes on: the same of each page."""
    pages: str
    next: str | None

    @property
    def updated(self) -> datetime:
        """The last change of what it says, so that it stays the same while nothing changes."""
        return max((one.since for one in self.items), default=datetime.fromisoformat("2026-01-01T00:00:00+00:00"))


async def read(
    request: Request, acting: Visitor | Person, wanted: Filter, asked: Asked, *, most: int | None = None
) -> Search:
    """`most`: so many of each at once, instead of a page."""
    query, site = request.query_params, site_of(request)
    after = replace(asked, after=query.get(ENDED_AFTER, "")[:1000], sort="", cursor=ENDED_AFTER, size=most)
    open_goes_on = bool(asked.after) or not after.after
    ended_goes_on = bool(after.after) or not asked.after
    going_on: dict[str, str] = {}
    found: list[Item] = []
    async with open_transaction(request, acting) as tx:
        looked = await store.looked(tx, wanted)
        if open_goes_on:
            page = await store.feed(tx, replace(asked, size=most), wanted, looked)
            found += [_item(one, "open") for one in page.items]
            going_on |= {"after": page.next} if page.next else {}
        if ended_goes_on:
            page = await store.ended(tx, after, wanted, looked)
            found += [_item(one, "withdrawn" if one.opportunity.withdrawn else "closed") for one in page.items]
            going_on |= {ENDED_AFTER: page.next} if page.next else {}
        since = await changes.since(tx, [one.opportunity.id for one in found])
        now = tx.now
    base = site.settings.base_url
    kept = {name: text for name, text in query.items() if name not in ("after", ENDED_AFTER)}
    narrowed = f"?{urlencode(kept)}" if kept else ""
    return Search(
        items=[_with(one, since) for one in found],
        now=now,
        more=bool(going_on),
        address=base + local_path(request),
        beginning=base + request.url.path + narrowed,
        pages=f"{base}/opportunities{narrowed}",
        next=f"{base}{request.url.path}?{urlencode(kept | going_on)}" if going_on else None,
    )


def _item(listed: Listed, status: Status) -> Item:
    return Item(listed, status, said_since(listed.opportunity))


def _with(item: Item, since: Mapping[UUID, datetime]) -> Item:
    """What is open may say something else although the role itself has not changed: how many places are left."""
    return replace(item, since=max(item.since, since.get(item.opportunity.id, item.since)))


def lines_of(item: Item, base: str) -> Iterator[str]:
    """All of it as people read it, a line each."""
    yield from said_of(item)
    yield f"More about it: {base}/opportunities/{item.opportunity.id}"


def said_of(item: Item) -> Iterator[str]:
    if became := words.what_became_of(item.opportunity):
        yield became
    yield from text_of_role(item.listed)
