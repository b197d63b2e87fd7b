"""What every page promises: its headers, its words, its weight, and the files that it names."""

import base64
import gzip
import hashlib
import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Mount

from schemas.links import StaffPage
from services.chassis.base import wording
from services.chassis.http import static_files
from services.chassis.http.for_machines import in_short
from services.chassis.http.header import HeaderItem, WorksFor
from services.chassis.http.help_line import HelpLine
from services.chassis.http.lists import View
from services.chassis.http.static_files import StaticFiles
from services.chassis.http.templating import Templates
from tests.schema_org import Blocks

FIRST_LOAD_BYTES = 40_000  # of the 50 kB that a first page may weigh; the rest is for long pages
SERVICES = Path(__file__).parents[2] / "services"
ONLY_NAMES = {"nhsuk-js-character-count"}  # what a script looks for, without a look of its own
ITEMS = (
    HeaderItem("Opportunities", "/opportunities"),
    HeaderItem("Mine", "/opportunities/mine", "signed_in"),
    HeaderItem("Join", "/join", "signed_out"),
)
BAR = (
    StaffPage("To do", "/home/for/{ods}"),
    StaffPage("Claims", "/claims/for/{ods}", frozenset({"approver"})),
    StaffPage("Roles that wait", "/grants/for/{ods}", frozenset({"approver"}), of_network=True),
    StaffPage("Staff", "/staff/for/{ods}", frozenset({"admin"}), network_opens=True),
)
HELP = HelpLine("0113 496 0000", "Monday to Friday, 9am to 5pm", "18001")
FORM = """{% extends "form.jinja" %}{% set title = "Tell us" %}{% block fields %}
{{ field.text("title", "Title") }}{{ field.checkboxes("topics", "Topics", {"a": "One", "b": "Two"}) }}
{{ field.date("closes_on", "Last day") }}{{ field.radios("how", "How", [(1, "One", "A hint"), (2, "Two")]) }}
{{ field.textarea("why", "Why", most=50) }}{{ field.select("org", "Where", {"x": "X"}) }}
{{ field.checkbox("ok", "Fine") }}
{% endblock %}"""
LISTS = """{% extends "page.jinja" %}{% set title = "Two" %}
{% block body %}{{ ui.list_foot(claims) }}{{ ui.list_foot(runs) }}{% endblock %}"""
LIST = """{% extends "list.jinja" %}{% set title = "All" %}{% set nothing = "None today." %}
{% block thing %}{% call ui.card(thing.title, "/x/" ~ thing.id) %}{{ ui.facts({"Pay": 15000 | money}) }}{% endcall %}
{% endblock %}"""
PAGE = """{% extends "page.jinja" %}{% set title = "Rows" %}{% block body %}
{% call(row) ui.table("Claims", ["Who", "Pay"], numbers=[1]) %}{{ row([name, ui.link("Look", "/c")]) }}{% endcall %}
{% call(row) ui.summary() %}{{ row("Where", None, change="/w") }}{% endcall %}
{% call(task) ui.tasks() %}{{ task("Check", "/check") }}{% endcall %}{{ ui.post("/send", "Send", values={"v": 3}) }}
{% endblock %}"""


@pytest.fixture
def pages(tmp_path: Path) -> Templates:
    for name, text in {"form1": FORM, "list1": LIST, "lists1": LISTS, "page1": PAGE}.items():
        (tmp_path / f"{name}.jinja").write_text(text)
    return Templates(tmp_path, network_name="The network", header_items=ITEMS, staff_pages=BAR, help_line=HELP)


def visit(path: str = "/opportunities", **state: Any) -> Request:
    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b""}
    return Request({**scope, "state": state, "server": ("127.0.0.1", 80), "scheme": "http"})


def text_of(answer: HTMLResponse) -> str:
    return bytes(answer.body).decode()


@pytest.fixture
def client() -> httpx.AsyncClient:
    app = Starlette(routes=[Mount("/static", StaticFiles())])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1")


def test_the_style_sheet_asks_no_other_host_and_has_no_protected_typeface() -> None:
    css = (static_files.FOLDER / static_files.manifest()["pln.css"]).read_text()
    assert "assets.nhs.uk" not in css
    assert "Frutiger" not in css
    assert not re.search(r"url\(\"?(https?:|//)", css)
    assert re.search(r"html\{font-family:Arial", css)


def test_each_icon_that_the_style_sheet_names_is_there() -> None:
    css = (static_files.FOLDER / static_files.manifest()["pln.css"]).read_text()
    named = set(re.findall(r'url\("?([^")]+)"?\)', css))
    assert named
    assert named <= set(static_files.manifest().values())


def test_each_class_that_a_template_names_is_in_the_style_sheet() -> None:
    css = (static_files.FOLDER / static_files.manifest()["pln.css"]).read_text()
    for template in SERVICES.glob("*/templates/**/*.jinja"):
        for attribute in re.findall(r'class="((?:[^"{]|\{\{.*?\}\})*)"', template.read_text()):
            for name in re.findall(r"(?:nhsuk|pln)-[\w-]+", attribute):
                assert f".{name}" in css or name in ONLY_NAMES, f"{template.name}: {name}"


@pytest.mark.parametrize(("name", "built"), static_files.manifest().items())
def test_a_built_file_holds_the_hash_that_its_name_says(name: str, built: str) -> None:
    body = (static_files.FOLDER / built).read_bytes()
    stem, hashed, suffix = built.rsplit(".", 2)
    assert f"{stem}.{suffix}" == name
    assert hashlib.sha256(body).hexdigest().startswith(hashed)
    zipped = static_files.FOLDER / f"{built}.gz"
    assert not zipped.exists() or gzip.decompress(zipped.read_bytes()) == body


def test_no_built_file_is_left_that_the_manifest_does_not_name() -> None:
    kept = {path.name.removesuffix(".gz") for path in static_files.FOLDER.iterdir()}
    assert kept == {*static_files.manifest().values(), "manifest.json"}


def test_a_page_has_a_strict_policy_that_allows_one_script_by_its_hash(pages: Templates) -> None:
    first, second = (pages.render(visit(), "error.jinja", status=404) for _ in range(2))
    policy = first.headers["content-security-policy"]
    (script,) = re.findall(r"<script>([^<]*)</script>", text_of(first))
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert re.findall(r"script-src ([^;]*);", policy) == [f"'self' 'sha256-{digest}'"]
    assert first.status_code == 404
    assert "unsafe-" not in policy
    assert "default-src 'none'" in policy
    assert first.body == second.body
    assert first.headers["cache-control"] == "no-store"
    assert first.headers["referrer-policy"] == "same-origin"
    assert first.headers["x-content-type-options"] == "nosniff"


def test_a_page_may_say_otherwise_how_long_it_keeps(pages: Templates) -> None:
    answer = pages.render(visit(), "error.jinja", headers={"Cache-Control": "max-age=60"})
    assert answer.headers["cache-control"] == "max-age=60"


def test_no_page_has_a_style_or_a_script_within_or_names_another_host(pages: Templates) -> None:
    for template in ("error.jinja", "on_its_way.jinja", "form1.jinja", "list1.jinja", "page1.jinja"):
        html = text_of(pages.render(visit(), template, things=[], name="Ayo"))
        assert not re.search(r"<style|\sstyle=|\son\w+=", html), template
        assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", html), template
        assert len(re.findall(r"<h1", html)) == 1, template


def test_a_public_page_says_what_it_is_about_and_data_in_it_is_sound_whatever_it_holds(pages: Templates) -> None:
    hostile = """</script><script>alert(1)</script><!-- " ' & é \u2028 \u2029 \U0001f600 ]]>"""
    data: dict[str, Any] = {"@type": "Thing", "name": hostile, "more": [1, None, {"x": hostile}]}
    page = text_of(pages.render(visit("/x"), "page1.jinja", name="", described=hostile, machines=[data, data]))
    blocks = Blocks(page)
    assert [json.loads(block) for block in blocks.blocks] == [data, data]
    assert all(block.isascii() and block.isprintable() for block in blocks.blocks)
    plain = text_of(pages.render(visit("/x"), "page1.jinja", name=""))
    assert blocks.scripts == Blocks(plain).scripts and "og:" not in plain, (
        "it says nothing of itself, so nothing is said"
    )
    assert hostile not in page and page.count("&lt;/script&gt;") == 4, "in its description, for two kinds of readers"
    listed = text_of(pages.render(visit("/opportunities"), "page1.jinja", name=""))
    for said in (
        'name="description" content="Roles that',
        'property="og:site_name" content="The network"',
        "canonical",
    ):
        assert said in listed, said
    for state, status in (({"acting": SimpleNamespace(called="Sam")}, 200), ({}, 404)):
        other = text_of(pages.render(visit("/opportunities", **state), "page1.jinja", name="", status=status))
        assert "og:" not in other and "canonical" not in other
    assert in_short("a  long\nword " + "x" * 300) == "a long word…" and in_short(" a \n b") == "a b"


def test_staff_see_the_organisation_by_its_name_and_the_pages_that_let_them_in(pages: Templates) -> None:
    def bar(path: str, works_for: WorksFor) -> list[tuple[str, str]]:
        asked = visit(path, acting=SimpleNamespace(called="Ayo"), works_for=works_for)
        html = text_of(pages.render(asked, "error.jinja"))
        [shown] = re.findall(
            r'<nav class="pln-bar" aria-label="Pages of Leeds &lt;Trust&gt;">.*?</nav>', html, re.DOTALL
        )
        return re.findall(r'pln-bar__link" href="([^"]+)"(?: aria-current="(\w+)")?', shown)

    approver = WorksFor("Leeds <Trust>", "RR8", frozenset({"approver"}), is_network=False)
    assert bar("/claims/for/RR8/7", approver) == [("/home/for/RR8", ""), ("/claims/for/RR8", "true")]
    assert bar("/home/for/RR8", approver) == [("/home/for/RR8", "page"), ("/claims/for/RR8", "")]
    of_network = WorksFor("Leeds <Trust>", "RR8", frozenset({"approver"}), is_network=True)
    assert [href for href, _ in bar("/", of_network)] == ["/home/for/RR8", "/claims/for/RR8", "/grants/for/RR8"]
    looks_after = WorksFor("Leeds <Trust>", "RR8", frozenset({"admin"}), is_network=False, is_own=False)
    assert bar("/", looks_after) == [("/staff/for/RR8", "")]


def test_the_foot_of_every_page_says_how_to_ring_with_a_link_and_by_text_relay(pages: Templates) -> None:
    html = text_of(pages.render(visit(), "error.jinja"))
    assert '<a class="nhsuk-link" href="tel:01134960000">0113 496 0000</a>' in html
    assert "Monday to Friday, 9am to 5pm" in html
    assert 'href="tel:1800101134960000">18001 0113 496 0000</a>' in html


def test_the_header_tells_who_is_signed_in_and_shows_what_is_theirs(pages: Templates) -> None:
    stranger = text_of(pages.render(visit(), "error.jinja"))
    signed_in = visit("/opportunities/mine/1", acting=SimpleNamespace(called="Ayo <b>"))
    person = text_of(pages.render(signed_in, "error.jinja"))
    assert 'href="/sign-in"' in stranger
    assert 'href="/join"' in stranger
    assert 'href="/opportunities/mine"' not in stranger
    assert "Ayo &lt;b&gt;" in person
    assert 'href="/sign-out"' in person
    assert 'href="/join"' not in person
    assert re.findall(r'href="([^"]+)" aria-current="(\w+)"', person) == [("/opportunities/mine", "true")]
    assert re.findall(r'href="([^"]+)" aria-current="(\w+)"', stranger) == [("/opportunities", "page")]


def test_a_form_shows_what_was_typed_and_each_mistake_at_its_field(pages: Templates) -> None:
    typed = {"title": '"><b>', "topics": ["b"], "closes_on_day": "3", "how": "2", "why": "so", "org": "x", "ok": "yes"}
    errors = {name: f"Mend {name}" for name in ("title", "topics", "closes_on", "how", "why", "org", "ok")}
    answer = pages.render(visit(), "form1.jinja", status=422, values=typed, errors={**errors, "": "It has changed"})
    html = text_of(answer)
    assert "<title>Error: Tell us" in html
    assert "<b>" not in html
    for name in errors:
        assert f'href="#{name}"' in html
        assert html.count(f'id="{name}"') == 1
        assert f'id="{name}-error"' in html
        assert re.search(rf'aria-describedby="[^"]*{name}-error', html)
    assert ">It has changed</li>" in html
    assert html.count(" checked") == 3
    assert 'value="x" selected' in html


def test_a_new_form_is_empty_and_carries_the_form_key(pages: Templates) -> None:
    key = Markup('<input type="hidden" name="form_key" value="k1">')
    html = text_of(pages.render(visit(form_key=lambda: key), "form1.jinja", values={"title": None}))
    assert html.count(key) == 1
    assert "Error" not in html
    assert "None" not in html
    assert " checked" not in html
    assert "nhsuk-error" not in html


def test_a_button_that_acts_carries_the_form_key_too(pages: Templates) -> None:
    html = text_of(pages.render(visit(form_key=lambda: Markup("<input name=k>")), "page1.jinja", name="<i>"))
    assert re.search(r'action="/send"><input name=k><input type="hidden" name="v" value="3">', html)
    assert "&lt;i&gt;" in html
    assert '<a class="nhsuk-link" href="/c">Look</a>' in html
    assert "Not provided" in html
    assert "Incomplete" in html


def test_a_list_shows_its_cards_or_says_that_there_are_none(pages: Templates) -> None:
    around = View("/x", "21 things", next="/x?after=k")
    full = text_of(pages.render(visit(), "list1.jinja", things=[SimpleNamespace(id=7, title="A & B")], list=around))
    empty = text_of(pages.render(visit(), "list1.jinja", things=[]))
    assert 'href="/x/7">A &amp; B</a>' in full
    assert "£150" in full
    assert 'href="/x?after=k" rel="next"' in full
    assert "21 things" in full
    assert "None today." in empty


def test_two_lists_on_a_page_are_told_apart_by_whoever_hears_them(pages: Templates) -> None:
    claims, runs = View("/x", "", next="/x?a=k", pages="Pages of claims"), View("/x", "", start="/x")
    html = text_of(pages.render(visit(), "lists1.jinja", claims=claims, runs=runs))
    assert re.findall(r'<nav class="pln-pages" aria-label="([^"]+)"', html) == ["Pages of claims", "Pages"]


def test_a_page_on_its_way_looks_again_without_scripts_too(pages: Templates) -> None:
    html = text_of(pages.render(visit("/claims/1"), "on_its_way.jinja"))
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in html
    assert "data-on-its-way" in html
    assert 'href="/claims/1">look again now' in html


def test_the_first_page_leaves_room_under_fifty_kilobytes(pages: Templates) -> None:
    html = text_of(pages.render(visit(), "form1.jinja", values={}, errors={}))
    asked = set(re.findall(r"/static/([\w.-]+)", html))
    zipped = [static_files.FOLDER / f"{name}.gz" for name in asked]
    sizes = [path.stat().st_size if path.exists() else path.with_suffix("").stat().st_size for path in zipped]
    icons = sum(
        (static_files.FOLDER / name).stat().st_size for name in static_files.manifest().values() if "icon" in name
    )
    assert len(asked) == 3
    assert len(gzip.compress(html.encode())) + sum(sizes) + icons < FIRST_LOAD_BYTES


async def test_a_built_file_is_kept_for_a_year_and_sent_small_to_who_takes_it(client: httpx.AsyncClient) -> None:
    path = static_files.path_of("pln.css")
    plain = await client.get(path, headers={"Accept-Encoding": "gzip;q=0"})
    small = await client.get(path, headers={"Accept-Encoding": "br, gzip"})
    assert plain.status_code == small.status_code == 200
    assert plain.headers["cache-control"] == small.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert plain.headers["content-type"] == "text/css; charset=utf-8"
    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "gzip"
    assert int(small.headers["content-length"]) < int(plain.headers["content-length"]) / 5
    assert small.content == plain.content


@pytest.mark.parametrize(
    "path",
    [
        "/static/",
        "/static/pln.css",
        "/static/manifest.json",
        "/static/../pages.py",
        "/static/%2e%2e/pages.py",
        "/static/..%2f..%2fpages.py",
        "/static//etc/passwd",
        "/static/x/" + static_files.manifest()["pln.css"],
    ],
)
async def test_only_the_files_of_the_manifest_can_be_asked_for(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    assert "immutable" not in answer.headers.get("cache-control", "")


async def test_a_built_file_cannot_be_posted_to(client: httpx.AsyncClient) -> None:
    assert (await client.post(static_files.path_of("pln.js"))).status_code == 405


def test_an_unknown_file_in_a_template_is_a_mistake_that_shows() -> None:
    with pytest.raises(KeyError):
        static_files.path_of("no-such.css")


@pytest.mark.parametrize(
    ("pence", "read"),
    [(0, "£0"), (15000, "£150"), (123450, "£1,234.50"), (5, "£0.05"), (-500, "-£5"), (-1205, "-£12.05")],
)
def test_money_is_read_in_pounds(pence: int, read: str) -> None:
    assert wording.money(pence) == read


@pytest.mark.parametrize(
    ("when", "read"),
    [
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "Sunday 29 March 2026 at 12:59am"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "Sunday 29 March 2026 at 2am"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "Sunday 25 October 2026 at 1:30am"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "Sunday 25 October 2026 at 1:30am"),
        (datetime(2026, 6, 30, 23, 0, tzinfo=UTC), "Wednesday 1 July 2026 at midnight"),
        (datetime(2026, 11, 24, 12, 0, tzinfo=UTC), "Tuesday 24 November 2026 at midday"),
        (datetime(2026, 11, 24, 17, 0, tzinfo=UTC), "Tuesday 24 November 2026 at 5pm"),
    ],
)
def test_a_moment_is_read_as_it_is_in_london(when: datetime, read: str) -> None:
    assert wording.moment(when) == read
    assert wording.day(when) == read.partition(" at ")[0]


def test_a_day_is_read_as_it_is_and_a_time_without_a_zone_is_refused() -> None:
    assert wording.day(date(2026, 11, 24)) == "Tuesday 24 November 2026"
    with pytest.raises(ValueError, match="zone"):
        wording.moment(datetime(2026, 11, 24, 17))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("shown", "is_long"),
    [("Involvement half day", False), ("Donaudampfschifffahrts", True), (12, False), (None, False), ("", False),
     (Markup('<a class="a-long-class-that-nobody-sees" href="/x">Look at it</a>'), False)],
)  # fmt: skip
def test_a_cell_with_a_word_too_long_for_a_column_is_told_from_others(shown: object, *, is_long: bool) -> None:
    assert wording.has_long_word(shown) is is_long


def test_how_long_ago_is_said_roughly() -> None:
    now = datetime(2026, 11, 24, 17, tzinfo=UTC)
    said = [
        wording.ago(now - passed, now) for passed in (timedelta(seconds=5), timedelta(minutes=1), timedelta(hours=3))
    ]
    assert said == ["just now", "1 minute ago", "3 hours ago"]
    assert wording.ago(now - timedelta(days=2), now) == "2 days ago"
    assert wording.ago(now - timedelta(days=9), now) == "Sunday 15 November 2026"
    assert wording.days(timedelta(days=1, hours=5)) == "1 day"
    assert wording.many(2000, "person", "people") == "2,000 people"
