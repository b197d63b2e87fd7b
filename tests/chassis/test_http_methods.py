"""HEAD wherever GET is, Allow that is true, OPTIONS; who may read from another site; what may be kept and what not."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from structlog.testing import capture_logs

from schemas.public_pages import PUBLIC_PAGES
from services import NAMES
from services.chassis.http.entry import anyone
from services.chassis.http.helping import own_or_everybodys
from services.chassis.postgres.transaction import Transaction, new_id
from services.identity.web.well_known import PRIVATE
from tests.identity.desk import Desk, send
from tests.journeys.routes import Door, doors
from tests.matching.world import a_trust, post
from tests.support import Connected, Database

VARYING = ("x-correlation-id", "set-cookie")
PUBLIC = {
    "/api/engagements/openapi.json",
    "/api/engagements/v1/outcomes",
    "/api/engagements/v1/promises",
    "/api/matching/v1/opportunities/{id}/changes",
    "/api/identity/openapi.json",
    "/api/identity/v1/organisations",
    "/api/identity/v1/organisations/{ods}",
    "/api/identity/v1/organisations/{ods}/desks",
    "/api/identity/v1/organisations/{ods}/desks/{id}",
    "/api/identity/v1/organisations/{ods}/venues",
    "/api/identity/v1/organisations/{ods}/venues/{id}",
    "/api/matching/openapi.json",
    "/api/matching/v1/glossary",
    "/api/matching/v1/synonyms",
    "/api/matching/v1/how-roles-are-matched",
    "/api/notifications/v1/outside",
    "/api/matching/v1/opportunities",
    "/api/matching/v1/opportunities/{id}",
    "/api/matching/v1/ways-in",
    "/api/matching/v1/work/{id}",
    "/api/notifications/openapi.json",
    "/api/payments/openapi.json",
    "/api/recruitment/openapi.json",
    "/api/recruitment/v1/policies",
    "/api/training/openapi.json",
    "/api/training/v1/programmes",
    "/api/training/v1/programmes/{id}",
    "/feeds/opportunities.atom",
    "/feeds/opportunities.ics",
    "/feeds/opportunities.json",
    "/feeds/rpde/opportunities",
}
"""What every site may read from its visitors' browsers. Whoever adds one has asked who else could learn what by it."""


@pytest.fixture
async def browsers(database: Database) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    """A stranger at the door of each service."""
    found: dict[str, httpx.AsyncClient] = {}
    for name in NAMES:
        transport = httpx.ASGITransport(app=(await database.connect(name)).app.asgi, raise_app_exceptions=False)
        found[name] = httpx.AsyncClient(transport=transport, base_url="http://test")
    yield found
    for client in found.values():
        await client.aclose()


def readable() -> list[tuple[str, str]]:
    """Service and path of whatever can be read; ids are of nothing."""
    found = [(door.service, filled(door)) for door in doors() if door.method == "GET"]
    return sorted({*found, *((name, f"/api/{name}/openapi.json") for name in NAMES)})


def filled(door: Door) -> str:
    return door.fill({name: "RX2" if name == "ods" else str(new_id()) for name in door.names})


def steady(answer: httpx.Response) -> list[tuple[str, str]]:
    return sorted((name, value) for name, value in answer.headers.items() if name not in VARYING)


async def test_head_says_of_every_page_and_api_what_get_says_without_a_body(
    browsers: dict[str, httpx.AsyncClient],
) -> None:
    """Not packed: each form has a key of its own, which packs into another length."""
    wrong: list[str] = []
    for name, path in readable():
        browsers[name].headers["accept-encoding"] = "identity"
        got = await browsers[name].get(path)
        told = await browsers[name].head(path)
        if told.content or told.status_code != got.status_code or steady(told) != steady(got):
            wrong.append(f"{path}: {got.status_code} {told.status_code} {set(steady(got)) ^ set(steady(told))}")
        if got.status_code >= 500:
            wrong.append(f"{path}: {got.status_code}")
    assert not wrong, "\n".join(wrong)


def keeps_out(rule: str, path: str) -> bool:
    """As RFC 9309 reads a rule of robots.txt: a beginning, in which * is anything."""
    return re.match(re.escape(rule).replace(r"\*", ".*"), path) is not None


def test_robots_are_kept_out_of_each_page_that_asks_for_a_sign_in_and_of_no_page_that_they_are_told_of() -> None:
    at = {(door.path, door.who) for door in doors() if door.method == "GET"}
    private = {path for path, who in at if not who.startswith("anyone")}
    assert {path for path in private if not any(keeps_out(rule, path) for rule in PRIVATE)} == set()
    assert PUBLIC_PAGES.keys() <= {path for path, who in at if who.startswith("anyone")}
    assert [path for path in PUBLIC_PAGES if any(keeps_out(rule, path) for rule in PRIVATE)] == []


async def test_allow_is_true_of_every_address(browsers: dict[str, httpx.AsyncClient]) -> None:
    """Of all routes of a path, not of the first; and whoever tries the others hears the same."""
    at: dict[tuple[str, str], set[str]] = {}
    for door in doors():
        at.setdefault((door.service, door.path), set()).add(door.method)
    wrong: list[str] = []
    for (name, path), methods in at.items():
        there = filled(Door(name, "", path, ""))
        told = await browsers[name].options(there)
        allow = set(told.headers.get("allow", "").split(", "))
        if told.status_code != 204 or allow < methods | {"OPTIONS"}:
            wrong.append(f"OPTIONS {path}: {told.status_code} {allow} for {methods}")
        if ("HEAD" in allow) != ("GET" in allow):
            wrong.append(f"{path}: {allow}")
        for method in {"DELETE", "PROPFIND"} - allow:
            refused = await browsers[name].request(method, there)
            if refused.status_code != 405 or set(refused.headers.get("allow", "").split(", ")) != allow:
                wrong.append(f"{method} {path}: {refused.status_code} {refused.headers.get('allow')}")
    assert not wrong, "\n".join(wrong)


async def test_a_refused_method_is_told_in_words_or_as_a_problem(browsers: dict[str, httpx.AsyncClient]) -> None:
    page = await browsers["matching"].delete("/opportunities")
    assert "<h1" in page.text
    problem = await browsers["matching"].delete("/api/matching/v1/opportunities")
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["status"] == 405
    assert (await browsers["matching"].options("/opportunities/x/nowhere/at/all")).status_code == 404


async def test_head_uses_nothing_up_and_changes_nothing(identity: Connected, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(identity)
    await desk.start()
    pat = await desk.add_person("Pat")
    async with desk.browser(pat) as own:
        shown = await own.head("/sign-in/renew?to=/home")
        assert (shown.status_code, shown.headers["location"]) == (303, "/home")
        assert "set-cookie" not in shown.headers
    async with desk.browser() as browser:
        await send(browser, "/sign-in", email="pat@people.example", to="/home")
        link = f"/sign-in/link?token={await desk.newest_link('pat@people.example')}"
        writes = note_writes(monkeypatch)
        for _ in range(3):
            assert (await browser.head(link)).status_code == 200
        assert writes == []
        assert (await browser.get(link)).status_code == 200
        used = await send(browser, link, "/sign-in/link", token=link.rpartition("=")[2])
    assert used.status_code == 303


def note_writes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    execute = Transaction.execute

    async def noting(tx: Transaction, sql: str, *values: object) -> str:
        found.extend([] if sql.startswith("select set_config(") else [sql])
        return await execute(tx, sql, *values)

    monkeypatch.setattr(Transaction, "execute", noting)
    return found


async def test_other_sites_may_read_what_is_the_same_for_everybody_and_nothing_else(
    browsers: dict[str, httpx.AsyncClient],
) -> None:
    found: set[str] = set()
    asking = {"origin": "https://elsewhere.example", "access-control-request-method": "GET"}
    everything = [(door.service, door.path, filled(door)) for door in doors() if door.method == "GET"]
    for name, path, there in [*everything, *((n, p, p) for n in NAMES for p in [f"/api/{n}/openapi.json"])]:
        answer = await browsers[name].get(there, headers={"origin": "https://elsewhere.example"})
        asked = await browsers[name].options(there, headers=asking)
        differs = [one.strip().lower() for one in ",".join(answer.headers.get_list("vary")).split(",")]
        assert len(answer.headers.get_list("vary")) == 1 and len({*differs}) == len(differs), (path, differs)
        opened = answer.headers.get("access-control-allow-origin")
        assert opened == asked.headers.get("access-control-allow-origin"), path
        assert "access-control-allow-credentials" not in {*answer.headers, *asked.headers}
        if opened:
            found.add(path)
            assert opened == "*"
            assert asked.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
            assert "authorization" not in asked.headers["access-control-allow-headers"].lower()
            assert {"authorization", "cookie"} <= names(answer.headers["vary"])
    assert found == PUBLIC


def names(header: str) -> set[str]:
    return {name.strip().lower() for name in header.split(",")}


async def test_what_somebody_is_answered_who_is_signed_in_no_other_site_reads_and_nobody_keeps(
    matching: Connected,
) -> None:
    trust, staff = await a_trust(matching)
    await post(matching, trust, staff)
    origin = {"origin": "https://elsewhere.example"}
    async with matching.api(staff) as api, matching.browser(staff) as browser, matching.api() as nobody:
        for path in ("/opportunities", "/mine/subscription", "/organisations/RX2/opportunities"):
            answer = await api.get(path, headers=origin)
            assert answer.status_code == 200
            assert "access-control-allow-origin" not in answer.headers
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["x-content-type-options"] == "nosniff"
        by_cookie = await browser.get("/api/matching/v1/opportunities", headers=origin)
        assert "access-control-allow-origin" not in by_cookie.headers
        assert by_cookie.headers["cache-control"] == "no-store"
        public = await nobody.get("/opportunities", headers=origin)
        assert (public.headers["access-control-allow-origin"], public.headers["cache-control"]) == ("*", "no-cache")
        write = await nobody.post("/organisations/RX2/opportunities", json={}, headers=origin)
        assert "access-control-allow-origin" not in write.headers


async def test_an_api_read_that_has_not_changed_is_not_sent_again(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    async with matching.api(staff) as api:
        for path in ("/opportunities", "/mine/subscription", "/organisations/RX2/opportunities"):
            first = await api.get(path)
            tag = first.headers["etag"]
            again = await api.get(path, headers={"if-none-match": f'"other", W/{tag}'})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
            assert "content-length" not in again.headers
            assert (await api.head(path, headers={"if-none-match": "*"})).status_code == 304
            for name in ("cache-control", "vary", "x-content-type-options"):
                assert again.headers[name] == first.headers[name]
        before = (await api.get("/organisations/RX2/opportunities")).headers["etag"]
        await post(matching, trust, staff)
        newer = await api.get("/organisations/RX2/opportunities", headers={"if-none-match": before})
        assert newer.status_code == 200


async def test_each_coding_has_a_tag_of_its_own_and_only_that_is_not_modified(matching: Connected) -> None:
    trust, staff = await a_trust(matching)
    for number in range(3):
        await post(matching, trust, staff, title=f"A seat in the pain pathway team, {number}")
    async with matching.browser() as browser:
        for path in ("/opportunities", "/api/matching/v1/opportunities", "/feeds/opportunities.json"):
            tags: dict[str, str] = {}
            for coding in ("gzip", "identity"):
                takes = {"accept-encoding": coding}
                tags[coding] = (await browser.get(path, headers=takes)).headers["etag"]
                known = await browser.get(path, headers=takes | {"if-none-match": tags[coding]})
                assert (known.status_code, known.headers["etag"]) == (304, tags[coding])
            assert len(set(tags.values())) == 2
            other = await browser.get(path, headers={"accept-encoding": "gzip", "if-none-match": tags["identity"]})
            assert other.status_code == 200
            assert "accept-encoding" in names(other.headers["vary"])


async def test_whoever_takes_neither_coding_is_told_and_whoever_takes_only_gzip_gets_it(matching: Connected) -> None:
    async with matching.browser() as browser:
        neither = await browser.get("/api/matching/v1/opportunities", headers={"accept-encoding": "identity;q=0"})
        assert (neither.status_code, neither.json()["type"]) == (406, "/developers/problems#no-coding")
        small = await browser.get("/api/matching/v1/opportunities", headers={"accept-encoding": "gzip, *;q=0"})
        assert small.headers["content-encoding"] == "gzip"
        assert small.json() == {"opportunities": [], "next": None} or small.status_code == 200
        page = await browser.get("/opportunities/x/nowhere", headers={"accept-encoding": "*;q=0"})
        assert "<h1" in page.text


async def test_a_fault_is_guarded_as_any_other_answer(matching: Connected, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken() -> None:
        raise ZeroDivisionError

    for entry in (anyone, own_or_everybodys):
        monkeypatch.setitem(matching.app.asgi.dependency_overrides, entry, broken)  # the tests share a service's routes
    with capture_logs():
        await check_faults(matching)


async def check_faults(matching: Connected) -> None:
    async with matching.browser() as browser:
        browser.event_hooks = {}  # a fault is in no document
        for path in ("/opportunities", "/api/matching/v1/opportunities"):
            fault = await browser.get(path)
            assert fault.status_code == 500
            assert fault.headers["cache-control"] == "no-store"
            assert fault.headers["x-content-type-options"] == "nosniff"
            assert "geolocation=()" in fault.headers["permissions-policy"]
            assert fault.headers["x-correlation-id"]
