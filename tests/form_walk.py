"""Finding every form that pages lead to, as one kind of visitor after the other, and reading what it says.

In this process and over HTTP: the services of a town answer, and each address goes to the service whose it is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

import httpx

from services import load
from tests.journeys.routes import doors
from tests.leader_words import EXPERT, amiss
from tests.town import Somebody, Town

FROM_OUR_PAGES = {"sec-fetch-site": "same-origin"}
MOST_PAGES = 300
MOST_NAMES = 3
"""A list that is narrowed by as many or more of its filters at once is one kind of page, whichever they are."""
_VOID = ("hidden", "submit", "file")


@dataclass
class Asked:
    """One field of a form: its kind ("text", "radio", "checkbox", "select", …), and what it has now."""

    name: str
    kind: str
    values: list[str] = field(default_factory=list[str])
    options: list[str] = field(default_factory=list[str])
    is_optional: bool = False
    is_number: bool = False


@dataclass
class Form:
    """A form that is sent, as a page shows it."""

    action: str
    page: str
    who: str
    hidden: dict[str, str] = field(default_factory=dict[str, str])
    asked: dict[str, Asked] = field(default_factory=dict[str, Asked])


class Page(HTMLParser):
    """The forms and links of a page, its error summary, and the ids that can be linked to, in their order."""

    def __init__(self, html: str, path: str, who: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.ids: dict[str, int] = {}
        self.errors: dict[str, str] = {}
        self.title = ""
        self._path, self._who = path, who
        self._form: Form | None = None
        self._textarea: Asked | None = None
        self._select: Asked | None = None
        self._in_summary, self._error, self._label = False, "", ""
        self._labels: dict[str, str] = {}
        self._ids_of: dict[str, str] = {}
        self._legend, self._in_legend = "", False
        self.feed(html)
        for form in self.forms:
            for asked in form.asked.values():
                said = self._labels.get(self._ids_of.get(asked.name, ""), "") + " " + self._labels.get(asked.name, "")
                asked.is_optional |= "(optional)" in said

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if given.get("id"):
            self.ids.setdefault(given["id"], len(self.ids))
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if tag == "form" and given.get("method", "").lower() == "post":
            self._form = Form(urlsplit(given["action"]).path, self._path, self._who)
            self.forms.append(self._form)
        elif tag == "label":
            self._label = given.get("for", "")
        elif tag == "fieldset":
            self._legend = ""
        elif tag == "legend":
            self._in_legend = True
        elif self._form is not None and tag in ("input", "textarea", "select") and given.get("name"):
            self._take(tag, given, self._form)
        elif tag == "option" and self._select is not None:
            self._select.options.append(given.get("value", ""))
            if "selected" in given:
                self._select.values = [given.get("value", "")]
        elif tag == "div" and "nhsuk-error-summary" in given.get("class", "").split():
            self._in_summary = True
        elif tag == "a" and self._in_summary:
            self._error = given["href"].removeprefix("#")
            self.errors[self._error] = ""
        elif tag == "li" and self._in_summary:
            self._error = ""

    def _take(self, tag: str, given: dict[str, str], form: Form) -> None:
        name, kind = given["name"], given.get("type", "text") if tag == "input" else tag
        if kind in _VOID:
            if kind == "hidden":
                form.hidden[name] = given.get("value", "")
            return
        asked = form.asked.setdefault(name, Asked(name, kind))
        self._ids_of.setdefault(name, given.get("id", ""))
        asked.is_optional |= "(optional)" in self._legend
        asked.is_number |= given.get("inputmode") in ("numeric", "decimal")
        if kind in ("radio", "checkbox"):
            asked.options.append(given.get("value", ""))
            asked.values += [given.get("value", "")] if "checked" in given else []
        elif tag == "input":
            asked.values = [given.get("value", "")]
        self._textarea = asked if tag == "textarea" else None
        self._select = asked if tag == "select" else None
        if tag == "textarea":
            asked.values = [""]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "label":
            self._label = ""
        elif tag == "legend":
            self._in_legend = False
        elif tag == "textarea" and self._textarea is not None:
            self._textarea.values = [self._textarea.values[0].removeprefix("\n")]
            self._textarea = None
        elif tag == "select":
            self._select = None
        elif tag == "ul" and self._in_summary:
            self._in_summary = False

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            self._textarea.values[0] += data
        elif self._in_legend:
            self._legend += data
        elif self._label:
            self._labels[self._label] = self._labels.get(self._label, "") + data
        elif self._in_summary and data.strip() and data.strip() != "There is a problem":
            self.errors[self._error] = self.errors.get(self._error, "") + data


@dataclass
class Walk:
    """What was found so far: forms that ask for something, by the route that takes them; and routes of buttons."""

    town: Town
    forms: dict[str, Form] = field(default_factory=dict[str, Form])
    buttons: set[str] = field(default_factory=set[str])
    people: dict[str, Somebody | None] = field(default_factory=dict[str, Somebody | None])
    amiss: set[str] = field(default_factory=set[str])
    """What pages and refusals say wrongly of what the network calls its people."""
    says_it: set[str] = field(default_factory=set[str])
    """The rooms of which a page says it."""

    async def ask(self, who: str, path: str, sent: Mapping[str, object] | None = None) -> httpx.Response:
        """A page, or where `sent` is given what answers the form."""
        somebody = self.people[who]
        transport = httpx.ASGITransport(app=self.town.rooms.apps[_owner(path)].asgi, raise_app_exceptions=False)
        cookies = {"pln": somebody.token} if somebody else {}
        visit = self._visits.setdefault(who, httpx.Cookies(cookies))
        async with httpx.AsyncClient(
            transport=transport, base_url="http://test", cookies=visit, headers=FROM_OUR_PAGES, timeout=30
        ) as client:
            answer = await (client.get(path) if sent is None else client.post(path, data=dict(sent)))
            visit.update(client.cookies)
        self.amiss |= {f"{path}, {who}: {one}" for one in amiss(answer.text)}
        self.says_it |= {_owner(path)} if EXPERT.many in answer.text or EXPERT.one in answer.text else set[str]()
        return answer

    def __post_init__(self) -> None:
        self._visits: dict[str, httpx.Cookies] = {}

    async def follow(self, who: str, somebody: Somebody | None, starts: Iterable[str]) -> None:
        """Look at one page of each route that a link leads to."""
        self.people[who] = somebody
        waiting, known = [*starts], set[str]()
        for number, path in enumerate(waiting):
            assert number < MOST_PAGES, f"{who}: too many pages, the last {path}"
            answer = await self.ask(who, path)
            if answer.is_redirect:
                waiting += _new([answer.headers["location"]], known)
            if answer.status_code != 200 or not answer.headers["content-type"].startswith("text/html"):
                continue
            page = Page(answer.text, path, who)
            for form in page.forms:
                self._keep(form)
            waiting += _new(page.links, known)

    def _keep(self, form: Form) -> None:
        taken = route_of("POST", form.action)
        assert taken, f"{form.page} has a form that no route takes: {form.action}"
        if form.asked:
            self.forms.setdefault(taken, form)
        else:
            self.buttons.add(taken)


@cache
def route_of(method: str, path: str) -> str | None:
    """The pattern of the route that answers an address, the one with the fewest parts to fill in."""
    parts = path.split("/")
    fitting = [
        "/".join(of)
        for of in _routes(method, len(parts))
        if all(a == b or a.startswith("{") for a, b in zip(of, parts, strict=True))
    ]
    return min(fitting, key=lambda found: found.count("{"), default=None)


@cache
def _routes(method: str, length: int) -> list[list[str]]:
    """The routes of so many parts."""
    return [of for door in doors() if door.method == method and len(of := door.path.split("/")) == length]


def _new(links: Iterable[str], known: set[str]) -> list[str]:
    """Those that lead to a kind of page that nobody of this kind has seen."""
    found: list[str] = []
    for link in links:
        parts = urlsplit(link)
        route = route_of("GET", parts.path) if not parts.netloc and parts.path.startswith("/") else None
        if route is None:
            continue
        names = sorted(name for name, _ in parse_qsl(parts.query))
        key = f"{route} {names if len(names) < MOST_NAMES else 'several'}"
        if key not in known:
            known.add(key)
            found.append(link)
    return found


def _owner(path: str) -> str:
    """The service whose address it is: the longest prefix wins."""
    at = urlsplit(path).path
    fitting = [
        (len(prefix), service.name)
        for service in load()
        for prefix in service.card.paths
        if at == prefix or at.startswith(prefix.rstrip("/") + "/")
    ]
    return max(fitting)[1]
