"""The private half of a thing is a table of its own that is forgotten with the thing, and all of it is declared."""

import importlib
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from services import NAMES
from services.chassis.base.settings import Settings
from services.chassis.postgres.private import PrivateHalf
from tests.support import with_database

ROOT = Path(__file__).parents[2]


def halves() -> list[tuple[str, PrivateHalf[Any]]]:
    """Every one that a store declares, with its service."""
    found: list[tuple[str, PrivateHalf[Any]]] = []
    for service in NAMES:
        for path in sorted((ROOT / "services" / service / "store").glob("*.py")):
            dotted = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            declared: list[Any] = list(vars(importlib.import_module(dotted)).values())
            found += [(service, half) for half in declared if isinstance(half, PrivateHalf)]
    return found


HALVES = halves()

_TABLE = """
select c.relforcerowsecurity as apart,
    array(select attname::text from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped
        order by attnum) as columns,
    exists (select from pg_constraint f join pg_constraint p on p.conrelid = c.oid and p.contype = 'p'
        where f.conrelid = c.oid and f.contype = 'f' and f.confdeltype = 'c' and f.conkey = p.conkey
        and p.conkey = array[(select attnum from pg_attribute where attrelid = c.oid and attname = $2)]) as goes_along
from pg_class c where c.oid = $1::text::regclass
"""


@pytest.mark.parametrize(("service", "half"), HALVES, ids=[half.table for _, half in HALVES])
async def test_it_is_forgotten_with_its_thing_and_every_column_is_declared(
    service: str, half: PrivateHalf[Any], run_settings: Settings, template: str
) -> None:
    connection = await asyncpg.connect(with_database(run_settings.admin_dsn(), template), timeout=10)
    try:
        table = await connection.fetchrow(_TABLE, f"{service}.{half.table}", half.beside[0][1])
    finally:
        await connection.close()
    assert table is not None
    assert table["goes_along"], "its key is the thing's id and references it `on delete cascade`"
    assert table["apart"], "`call table_of_…`"
    columns = [*(column for _, column in half.beside), *half.columns]
    assert sorted(table["columns"]) == sorted(columns), "a column that is not declared would be neither saved nor read"
    assert half.save_sql.startswith(f"insert into {half.table} ({', '.join(columns)}) values ")
    assert half.get_sql == f"select {', '.join(half.columns)} from {half.table} where {half.beside[0][1]} = $1"


def test_two_rooms_have_one() -> None:
    assert {service for service, _ in HALVES} >= {"engagements", "identity"}
