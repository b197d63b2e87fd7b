"""The statements of lists are constants, and PostgreSQL has a way to answer each without reading a table whole.

Looked at with no other way left to the planner: what it takes by itself depends on what it knows of the tables, and the
tables of a test are empty. The times at 100,000 people are measured by `python -m tests.bench.lists`.
"""

import ast
import json
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from services.chassis.base.cursors import before_all
from services.chassis.base.settings import Settings
from services.chassis.postgres.lists import Listing
from services.chassis.postgres.transaction import Database
from tests.listed import GIVEN, Given, listings
from tests.shape.each import of_each
from tests.shape.sql import Module
from tests.support import with_database

ROOT = Path(__file__).parents[2]
LISTS = {listing.name: (service, listing) for service, listing in listings()}
ASKED = [(name, given) for name, several in GIVEN.items() for given in several]


def test_every_list_has_a_name_of_its_own_and_is_tried_here() -> None:
    """By its name a cursor of one list is told from one of another."""
    assert sorted(listing.name for _, listing in listings()) == sorted(GIVEN)


@of_each(sorted((ROOT / "services").rglob("*.py")), lambda path: path.name)
def test_the_statements_of_a_list_are_constants(path: Path) -> None:
    module = Module(path)
    for node in ast.walk(module.tree):
        match node:
            case ast.Call(func=ast.Name(id="Sort"), args=[_, _, sql]):
                assert module.folded(sql) is not None, f"{path.name}:{sql.lineno}"
            case ast.Call(func=ast.Name(id="Listing"), keywords=words):
                [count] = [one.value for one in words if one.arg == "count"]
                assert module.folded(count) is not None, f"{path.name}:{count.lineno}"
            case _:
                pass


def nodes(plan: Any) -> list[dict[str, Any]]:
    return [plan] + [node for part in plan.get("Plans", []) for node in nodes(part)]


@pytest.mark.parametrize(("name", "given"), ASKED, ids=[f"{name}-{n}" for n, (name, _) in enumerate(ASKED)])
async def test_no_page_and_no_count_of_a_list_needs_a_table_read_whole(
    name: str, given: Given, run_settings: Settings, template: str
) -> None:
    service, listing = LISTS[name]
    settings = run_settings.model_copy(update={"database_url": with_database(run_settings.admin_dsn(), template)})
    async with asyncpg.create_pool(
        settings.service_dsn(service), min_size=1, max_size=1, server_settings={"search_path": service}
    ) as pool:
        for what, sql, values in statements(listing, given):
            async with Database(service, pool).transaction(given.acting) as tx:
                for way in ("enable_seqscan", "enable_bitmapscan", "enable_sort", "enable_incremental_sort"):
                    await tx.execute("select set_config($1, 'off', true)", way)
                [row] = await tx.fetch("explain (format json) " + sql, *values)
            found = nodes(json.loads(row[0])[0]["Plan"])
            whole = [node["Relation Name"] for node in found if node["Node Type"] == "Seq Scan"]
            assert [table for table in whole if table not in SMALL] == [], what
            if given.by_index and what not in ("count", *given.not_by_index):
                conditions = " ".join(str(node.get("Index Cond", "")) for node in found)
                assert "ROW(" in conditions or listing.sorts[0].by.keys() == {"id"}, (what, conditions)


SMALL = {"parked", "due", "organisation"}
"""What is stuck: an operator's list is short, or there is other trouble. Organisations: some hundreds, made by hand."""


def statements(listing: Listing, given: Given) -> list[tuple[str, str, tuple[Any, ...]]]:
    first = (*given.narrowed_to, *([] if given.at is None else [given.at]))
    sorts = [
        (one.name, one.sql, (*first, *before_all(one.by, descending=one.descending), listing.size + 1))
        for one in listing.sorts
    ]
    return [*sorts, *([("count", listing.count, (*first, 10_001))] if listing.count else [])]
