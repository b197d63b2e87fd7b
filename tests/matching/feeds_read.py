"""Feeds of a search as programs read them: held to JSON Feed 1.1 and RFC 4287, and followed to their end."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx
from jsonschema import Draft202012Validator, FormatChecker

_ATOM = "{http://www.w3.org/2005/Atom}"
_SCHEMA = json.loads((Path(__file__).parent / "json_feed.json").read_text())
_JSON_FEED = Draft202012Validator(_SCHEMA, format_checker=FormatChecker())
FEED = {"id", "title", "updated"}
ENTRY = FEED | {"author", "content", "link"}


@dataclass(frozen=True)
class Read:
    """One thing of a feed: its id, title, what is said of it, when that changed, and what has become of it."""

    id: str
    title: str
    text: str
    changed: datetime
    status: str


async def json_pages(client: httpx.AsyncClient, address: str) -> AsyncIterator[dict[str, Any]]:
    """Each page, which is a valid one."""
    while address:
        answer = await client.get(address)
        assert answer.headers["content-type"] == "application/feed+json", answer.text
        page = answer.json()
        assert [one.message for one in _JSON_FEED.iter_errors(page)] == []
        assert page.get("next_url") != page["feed_url"]
        yield page
        address = page.get("next_url", "")


async def by_json(client: httpx.AsyncClient, query: str = "") -> list[Read]:
    pages = [page async for page in json_pages(client, f"/feeds/opportunities.json{query}")]
    return [
        Read(one["id"], one["title"], one["content_text"], _moment(one["date_modified"]), one["_status"])
        for page in pages
        for one in page["items"]
    ]


async def by_atom(client: httpx.AsyncClient, query: str = "") -> list[Read]:
    """The same by an XML parser, which takes nothing that is not well-formed."""
    address, found, of = f"/feeds/opportunities.atom{query}", list[Read](), ""
    while address:
        answer = await client.get(address)
        assert answer.headers["content-type"] == "application/atom+xml"
        feed = ElementTree.fromstring(answer.content)
        assert feed.tag == f"{_ATOM}feed"
        assert {one: len(feed.findall(_ATOM + one)) for one in FEED} == dict.fromkeys(FEED, 1)
        found += [_entry(one) for one in feed.findall(f"{_ATOM}entry")]
        links = {one.attrib["rel"]: one.attrib["href"] for one in feed.findall(f"{_ATOM}link")}
        assert links["self"].endswith(address.removeprefix("http://test"))
        of = of or links["self"]
        assert feed.findtext(f"{_ATOM}id") == of, "one feed, however many pages it has"
        address = links.get("next", "")
    return found


def _entry(entry: ElementTree.Element) -> Read:
    assert {one.tag.removeprefix(_ATOM) for one in entry} >= ENTRY
    said = {one: entry.findtext(_ATOM + one) or "" for one in ("id", "title", "content", "updated", "published")}
    assert _moment(said["published"]) <= _moment(said["updated"])
    status = [one.attrib["term"] for one in entry.findall(f"{_ATOM}category") if "scheme" in one.attrib]
    return Read(said["id"].removeprefix("urn:uuid:"), said["title"], said["content"], _moment(said["updated"]), *status)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(microsecond=0)
