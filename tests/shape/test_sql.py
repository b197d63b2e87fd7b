"""What a store asks of PostgreSQL: constants, columns by name, one row changed and locked as such."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from services import NAMES
from services.chassis.postgres.transaction import Connection
from tests.shape.each import of_each
from tests.shape.sql import STATEMENT, Asked, asked, statements

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "services").rglob("*.py"))
STORES = {name: sorted((ROOT / "services" / name / "store").glob("*.py")) for name in NAMES}
FILES = [path for name in NAMES for path in STORES[name] if path.name != "__init__.py"]
Keys = Mapping[str, Sequence[frozenset[str]]]


def short(path: Path) -> str:
    return str(path.relative_to(ROOT / "services"))


async def service_of(schema: Connection) -> str:
    return await schema.fetchval("select current_schema()")


@of_each(FILES, short)
def test_whatever_a_store_asks_is_a_constant(path: Path) -> None:
    assert [one.where for one in asked(path) if one.sql is None] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_service_asks_its_database_in_its_store_only(name: str) -> None:
    elsewhere = [path for path in (ROOT / "services" / name).rglob("*.py") if path not in STORES[name]]
    assert [one.where for path in elsewhere for one in asked(path)] == []


_STAR = re.compile(r"(select|returning|distinct|distinct on \([^)]*\)|,|\w\.)\s*\*(\s|,|$)", re.IGNORECASE)
_UNNEST = re.compile(r"select \* from unnest\(.*?\)( +as \w+ \([\w, ]+\))?", re.DOTALL)


@of_each(SOURCES, short)
def test_columns_are_named(path: Path) -> None:
    """A newer version's column changes no result. What is unnested has just the columns that are given."""
    assert [line for line, sql in statements(path) if _STAR.search(_UNNEST.sub("", sql))] == []


def kind_of(sql: str) -> str:
    found = STATEMENT.match(sql)
    return found[1].split()[0].lower() if found else ""


@of_each(FILES, short)
def test_what_changes_rows_says_whether_it_is_one_or_any_number(path: Path) -> None:
    """An UPDATE that row-level security filters away says so nowhere but in the number of rows that it changed."""
    silent = [
        one.where
        for one in asked(path)
        if one.sql and kind_of(one.sql) in ("insert", "update", "delete") and "returning" not in one.sql
        if one.method not in ("change_one", "change_any", "change_each")
    ]
    assert silent == [], "tx.change_one or tx.change_each, or tx.change_any where any number is right"


@of_each(FILES, short)
def test_what_changes_each_of_many_takes_them_by_unnest_and_leaves_none_out(path: Path) -> None:
    each = [one for one in asked(path) if one.method == "change_each"]
    assert [one.where for one in each if "unnest(" not in (one.sql or "") or " on conflict" in (one.sql or "")] == []


async def test_what_names_one_row_by_its_key_changes_one_row(schema: Connection) -> None:
    """Unless it may be there already (`on conflict do nothing`), or is forgotten and may be gone (`forget…`)."""
    keys = await _keys(schema)
    others = [one for path in STORES[await service_of(schema)] for one in asked(path) if one.method != "change_one"]
    assert [one.where for one in others if one.sql and _changes_one(one, one.sql, keys)] == []


async def _keys(schema: Connection) -> Keys:
    """The columns of each unique key of each table."""
    rows = await schema.fetch(
        "select c.relname, array_agg(a.attname::text) as columns from pg_index i join pg_class c on c.oid = i.indrelid"
        " join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)"
        " where i.indisunique and i.indpred is null and i.indexprs is null"
        " and c.relnamespace = current_schema()::regnamespace group by c.relname, i.indexrelid"
    )
    found: dict[str, list[frozenset[str]]] = {}
    for row in rows:
        found.setdefault(row["relname"], []).append(frozenset(row["columns"]))
    return found


def _changes_one(one: Asked, sql: str, keys: Keys) -> bool:
    kind = kind_of(sql)
    if kind == "insert":
        several = " on conflict" in sql and sql.endswith("do nothing")
        return not (several or "unnest(" in sql or "any($" in sql or ("returning" in sql and one.method == "fetchval"))
    if kind not in ("update", "delete") or (kind == "delete" and one.function.startswith("forget")):
        return False
    table = sql.split()[2 if kind == "delete" else 1]
    named = set(re.findall(r"(\w+) = \$\d+", sql.partition(" where ")[2]))
    return any(key <= named for key in keys.get(table, ()))


@of_each(FILES, short)
def test_one_row_is_locked_as_one_and_several_in_an_order(path: Path) -> None:
    """Row-level security hides from a lock what it does not hide from a look. `skip locked` leaves some anyway, and
    what is locked within a statement (`for update of p)`) is read again by it."""
    locks = [(one, one.sql) for one in asked(path) if one.sql and one.sql.endswith(" for update")]
    assert [one.where for one, _ in locks if one.method not in ("lock_one", "lock_all")] == []
    in_order = re.compile(r" order by [^()]* for update$")
    assert [one.where for one, sql in locks if bool(in_order.search(sql)) != (one.method == "lock_all")] == []
    with_more = [one.where for one in asked(path) if re.search(r" for update (?!skip locked|of \w+\))", one.sql or "")]
    assert with_more == [], "`for update` ends the statement"
