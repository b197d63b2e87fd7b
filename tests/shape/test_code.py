"""Rules of the house that a test can hold: sizes, pure domains, doors that say who may enter."""

import ast
import re
from pathlib import Path
from typing import Any, get_args, get_type_hints

import asyncpg
import pytest

from schemas import links
from schemas.event import STATES
from services import NAMES, load
from services.chassis.base.settings import Settings
from services.chassis.kafka import topics
from services.chassis.service import Service
from tests.shape.each import of_each
from tests.shape.sources import nodes, routes, tree
from tests.shape.sql import statements
from tests.support import with_database

ROOT = Path(__file__).parents[2]
MAX_LINES, MAX_TEST_LINES, MAX_FUNCTION = 300, 400, 50
SOURCES = sorted(path for folder in ("services", "schemas", "tests") for path in (ROOT / folder).rglob("*.py"))
SERVICES = load(NAMES)


def name(value: object) -> str:
    return str(value.relative_to(ROOT)) if isinstance(value, Path) else getattr(value, "name", str(value))


def in_service(path: Path) -> str | None:
    parts = path.relative_to(ROOT).parts
    return parts[1] if parts[0] == "services" and parts[1] in NAMES else None


@of_each(SOURCES, name)
def test_no_file_and_no_function_is_too_long(path: Path) -> None:
    is_test = path.is_relative_to(ROOT / "tests")
    assert len(path.read_text().splitlines()) <= (MAX_TEST_LINES if is_test else MAX_LINES)
    for node in nodes(path):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= MAX_FUNCTION, f"{node.name} has {length} lines"


@of_each([p for p in SOURCES if "tests" not in p.relative_to(ROOT).parts], name)
def test_every_module_says_what_it_owns(path: Path) -> None:
    source = path.read_text()
    assert not source.strip() or ast.get_docstring(tree(path)), "no module docstring"


@of_each([p for p in SOURCES if "domain" in p.parts or p.name == "domain.py"], name)
def test_a_domain_has_no_clock_no_chance_and_no_door(path: Path) -> None:
    banned = re.compile(
        r"\b(now\(\)|utcnow|today\(\)|random|secrets|uuid4|uuid7|new_id|asyncpg|aiokafka|httpx|commit)\b"
    )
    imports = [n for n in nodes(path) if isinstance(n, ast.Import | ast.ImportFrom)]
    for node in imports:
        assert not banned.search(ast.unparse(node)), ast.unparse(node)
    for node in nodes(path):
        if isinstance(node, ast.Call):
            assert not re.search(r"(now|utcnow|today|uuid4|uuid7|new_id)$", ast.unparse(node.func)), ast.unparse(node)


@of_each([p for p in SOURCES if in_service(p)], name)
def test_the_day_of_a_moment_is_the_one_in_london(path: Path) -> None:
    """`london_day` of the chassis. `moment.date()` is the day in UTC: another one for an hour of each summer night."""
    for node in nodes(path):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert not (node.func.attr == "date" and not node.args), f"line {node.lineno}: {ast.unparse(node)}"
            assert node.func.attr != "today", f"line {node.lineno}"
    assert [sql for _, sql in statements(path) if re.search(r"\b(current_date|localtime)\b|now\(\)", sql)] == []


@of_each([p for p in SOURCES if p.parts[len(ROOT.parts)] == "services"], name)
def test_what_waits_for_a_while_can_be_cancelled(path: Path) -> None:
    """By `asyncio.timeout`. Python 3.11's `wait_for` loses a cancellation when what it waits for comes just then."""
    for node in nodes(path):
        if isinstance(node, ast.Call):
            assert ast.unparse(node.func) not in ("asyncio.wait_for", "wait_for"), f"line {node.lineno}"


@of_each([p for p in SOURCES if p.parts[len(ROOT.parts)] == "services"], name)
def test_nobody_but_the_chassis_subscribes_commits_or_publishes(path: Path) -> None:
    if path.relative_to(ROOT / "services").parts[:2] in (("chassis", "kafka"), ("cli", "local")):
        return
    for node in nodes(path):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "subscriber":
            raise AssertionError(f"a bare subscriber in line {node.lineno}")
        if isinstance(node, ast.Import | ast.ImportFrom) and in_service(path):
            assert not re.search(r"\b(aiokafka|faststream)\b", ast.unparse(node))


@pytest.mark.parametrize("service", SERVICES, ids=name)
def test_migrations_are_numbered_without_gaps(service: Service) -> None:
    names = sorted(path.name for path in (service.folder / "migrations").glob("*.sql"))
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
    assert all(re.fullmatch(r"\d{4}_[a-z_0-9]+\.sql", name) for name in names)


@pytest.mark.parametrize("service", SERVICES, ids=name)
def test_every_route_says_who_may_enter(service: Service) -> None:
    def enters(dependant: object) -> bool:
        call = getattr(dependant, "call", None)
        return hasattr(call, "may_enter") or any(enters(d) for d in getattr(dependant, "dependencies", []))

    silent = [f"{sorted(route.methods)} {route.path}" for route in routes(service.name) if not enters(route.dependant)]
    assert silent == []


@pytest.mark.parametrize("service", SERVICES, ids=name)
def test_a_route_is_given_whom_its_entry_returns(service: Service) -> None:
    """FastAPI does not look at the type of what a dependency returns, and a command trusts the type of its hand."""
    wrong: list[str] = []
    for route in routes(service.name):
        for parameter in get_type_hints(route.endpoint, include_extras=True).values():
            for given in getattr(parameter, "__metadata__", ()):
                enter = getattr(given, "dependency", None)
                returned = get_type_hints(enter).get("return") if hasattr(enter, "may_enter") else None
                if returned not in (None, Any, get_args(parameter)[0]):
                    wrong.append(f"{route.path}: {returned} enters as {get_args(parameter)[0]}")
    assert wrong == []


@pytest.mark.parametrize("service", SERVICES, ids=name)
def test_a_page_lies_under_a_path_of_its_services_card(service: Service) -> None:
    own = (*service.card.paths, f"/api/{service.name}", f"/ops/{service.name}")
    for route in routes(service.name):
        assert any(route.path == path or route.path.startswith(path.rstrip("/") + "/") for path in own), route.path


def test_no_two_services_name_the_same_path() -> None:
    paths = [path for service in SERVICES for path in service.card.paths]
    assert len(paths) == len(set(paths))


def test_every_link_that_crosses_a_room_leads_to_a_route() -> None:
    pages = {re.sub(r"\{[^}]*\}", "{}", route.path) for service in SERVICES for route in routes(service.name)}
    addresses = [value for key, value in vars(links).items() if key.isupper() and isinstance(value, str)]
    addresses += [item[1] for item in (*links.HEADER, *links.FOOTER, *links.STAFF_PAGES)]
    assert [a for a in addresses if re.sub(r"\{[^}]*\}", "{}", a) not in pages] == []


def test_topics_owners_and_readers_agree_with_the_code() -> None:
    plan = topics.plan()["topics"]
    assert set(plan) == set(STATES)
    for topic, entry in plan.items():
        owners = [s.name for s in SERVICES if topic in s.topics]
        readers = {s.name for s in SERVICES if topic in s.reactions.mirrors}
        assert owners == [entry["owner"]], topic
        assert topic.split(".")[0] == entry["owner"]
        assert readers <= set(entry["readers"]), topic
        assert entry["readers"] or entry.get("unread"), f"{topic} is read by nobody"
        assert set(entry["readers"]) <= readers, f"{topic}: {set(entry['readers']) - readers} may read it but do not"


def test_only_matching_and_engagements_read_what_matching_matches_on() -> None:
    assert set(topics.plan()["topics"]["recruitment.profile"]["readers"]) <= {"matching", "engagements"}


@pytest.mark.parametrize("service", SERVICES, ids=name)
def test_topics_about_people_say_what_to_do_when_one_is_erased(service: Service) -> None:
    for topic, mirror in service.reactions.mirrors.items():
        if mirror.of.about_people:
            named = [service.reactions.named[n] for n in service.reactions.to(topic)]
            assert any(reaction.erased for reaction in named), topic


@pytest.mark.parametrize("service", SERVICES, ids=name)
async def test_tables_about_people_or_organisations_have_row_level_security(
    service: Service, run_settings: Settings, template: str
) -> None:
    settings = run_settings.model_copy(update={"database_url": with_database(run_settings.admin_dsn(), template)})
    connection = await asyncpg.connect(settings.admin_dsn(), timeout=10)
    public = {m.name for m in service.reactions.mirrors.values() if not m.of.about_people}
    try:
        rows = await connection.fetch(
            "select distinct c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " join pg_attribute a on a.attrelid = c.oid where n.nspname = $1 and c.relkind = 'r'"
            " and a.attname in ('person_id', 'organisation_id', 'account_id')"
            " and not (c.relrowsecurity and c.relforcerowsecurity)",
            service.name,
        )
    finally:
        await connection.close()
    assert {row["relname"] for row in rows} - public == set()


def test_the_matcher_has_never_heard_of_equality_monitoring() -> None:
    words = re.compile(r"ethnic|religio|sexual_orient|gender|marital|date_of_birth|equality_", re.IGNORECASE)
    for path in (ROOT / "services/matching").rglob("*.py"):
        for node in nodes(path):
            if isinstance(node, ast.Name | ast.Attribute | ast.arg):
                text = getattr(node, "id", None) or getattr(node, "attr", None) or getattr(node, "arg", "")
                assert not words.search(text), f"{path}: {text}"
