"""Every SQL statement of the product is tried against the schema that it is for, its {words} filled in."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import asyncpg
import pytest

from services import NAMES, load
from services.chassis.base.settings import Settings
from services.chassis.postgres.mirrors import Mirror
from services.chassis.postgres.transaction import Connection
from services.chassis.service import Service
from tests.shape.each import of_each
from tests.shape.sources import nodes
from tests.shape.sql import statements
from tests.support import with_database

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "services").rglob("*.py"))

PREPARED = re.compile(r"\s*(select|insert into|update \S+ set|delete from|merge into|with \w+ as)\b")
EXECUTED = re.compile(
    r"\s*((create|drop|alter|comment on|lock table|set local|show|notify|listen|unlisten) \S|(grant|revoke|truncate) \S"
    r"|do \$\$|begin;|(commit|rollback|savepoint|release savepoint|analyze|vacuum|checkpoint)\b)"
)
"""PostgreSQL looks at these only when they are done: they are, in a transaction that is rolled back."""
ANY = re.compile(f"{PREPARED.pattern}|{EXECUTED.pattern}")
GIVEN_TO = (
    *("execute", "executemany", "fetch", "fetchrow", "fetchval", "cursor", "prepare"),
    *("change_one", "change_any", "change_each", "lock_one", "lock_all"),
)

OF_OUTGOING = ROOT / "services/chassis/work/leases.py"
"""Its statements are about tables that services without outgoing work do not have."""
WORD = re.compile(r"\{(\w+)\}")
OF_MIRRORS = {"column": "tried", "type": "uuid", "name": "tried", "rule": "true"}
OF_WHO_ASKS = {"door": "system", "person": "", "hand": "", "organisation": ""}
WORDS = OF_MIRRORS | OF_WHO_ASKS | {"role": '"pln_tried"', "sql": "select $1::uuid"}
"""What the product puts in for a {word}. {service} and {mirror} are put in too: each service, each of its mirrors."""

_FILES = "it works on the whole server or not in a transaction; tests/faults/test_erasure.py"
_CONTROL = "it would end the transaction of this test; every command of a service runs it"
_DATABASES = "databases are not made, dropped or renamed in a transaction; tests/cli/test_restore.py"
_ROLES = "roles are the whole server's, which other tests use; every run prepares its databases with it"
BEGINNING = 60
NOT_TRIED = {
    "analyze": _FILES,
    "vacuum (full)": _FILES,
    "checkpoint": _FILES,
    "savepoint part": _CONTROL,
    "rollback to savepoint part; release savepoint part": _CONTROL,
    "release savepoint part": _CONTROL,
    "rollback": _CONTROL,
    "commit": _CONTROL,
    "create database {database}": _DATABASES,
    "drop database if exists {database} with (force)": _DATABASES,
    "alter database {database} rename to {new}": _DATABASES,
    "do $$ begin if not exists (select from pg_roles where rolname = '{service}_owner') then"[:BEGINNING]: _ROLES,
}
"""Statements, by their first 60 characters, with the reason, and with who runs them instead."""


def short(path: Path) -> str:
    return str(path.relative_to(ROOT / "services"))


def name_of(service: Service) -> str:
    return service.name


def beginning_of(sql: str) -> str:
    return " ".join(sql.split())[:BEGINNING]


def filled(sql: str, service: Service, mirror: Mirror | None) -> str:
    """The statement as the product gives it to PostgreSQL. Raises KeyError for a {word} that nobody fills in."""
    words = WORDS | {"service": service.name} | ({"mirror": mirror.name} if mirror else {})
    for one in service.outgoing:
        words |= one.rows.words
    return WORD.sub(lambda found: words[found[1]], sql)


@cache
def statements_of(path: Path) -> list[tuple[int, str]]:
    return list(statements(path, ANY))


def files_of(service: Service) -> list[Path]:
    """Its own and what no service has for itself: the chassis and the command ask every one of them."""
    others = {ROOT / "services" / name for name in NAMES if name != service.name}
    if not service.outgoing:
        others.add(OF_OUTGOING)
    return [path for path in SOURCES if not others & {path, *path.parents}]


@pytest.mark.parametrize("service", load(NAMES), ids=name_of)
async def test_every_sql_statement_prepares_against_the_migrated_schema(
    service: Service, run_settings: Settings, template: str
) -> None:
    url = with_database(run_settings.admin_dsn(), template)
    connection = await asyncpg.connect(url, server_settings={"search_path": service.name}, timeout=10)
    tried = 0
    try:
        for path in files_of(service):
            found = [(line, sql) for line, sql in statements_of(path) if beginning_of(sql) not in NOT_TRIED]
            with_mirror = any("{mirror}" in sql for _, sql in found)
            for mirror in service.reactions.mirrors.values() if with_mirror else (None,):
                # In one transaction, in the order of the file: what one makes, the next may use.
                transaction = connection.transaction()
                await transaction.start()
                for line, sql in found:
                    await _try(connection, service, mirror, path, line, sql)
                    tried += 1
                await transaction.rollback()
    finally:
        await connection.close()
    assert tried > 100


async def _try(
    connection: Connection, service: Service, mirror: Mirror | None, path: Path, line: int, sql: str
) -> None:
    """As whoever asks: the command as the administrator, a service as itself, its tables' owner what makes them."""
    prepared = PREPARED.match(sql)
    role = "none" if "cli" in path.parts else service.name if prepared else f"{service.name}_owner"
    try:
        await connection.execute("select set_config('role', $1, true)", role)
        if prepared:
            await connection.prepare(filled(sql, service, mirror))
        else:
            await connection.execute(filled(sql, service, mirror))
    except KeyError as unknown:
        pytest.fail(f"{short(path)}:{line}: say in WORDS what is put in for {{{unknown.args[0]}}}\n{sql}")
    except asyncpg.PostgresError as error:
        pytest.fail(f"{short(path)}:{line}: {error}\n{sql}")


def test_a_word_that_nobody_fills_in_is_noticed() -> None:
    [training] = load(["training"])
    with pytest.raises(KeyError, match="somewhere"):
        filled("select id from {somewhere}", training, None)
    assert filled("update t set state = '{}' where state #>> '{offer,pay}' is null", training, None).count("{") == 2


def test_what_is_not_tried_is_still_there() -> None:
    assert set(NOT_TRIED) - {beginning_of(sql) for path in SOURCES for _, sql in statements_of(path)} == set()


@of_each(SOURCES, short)
def test_whatever_is_given_to_a_connection_is_known_as_a_statement(path: Path) -> None:
    """Else it would escape the test above by how it begins."""
    assert [f"{line}: {sql}" for line, sql in _given(path) if not ANY.match(sql)] == []


def _given(path: Path) -> Iterator[tuple[int, str]]:
    for node in nodes(path):
        match node:
            case ast.Call(func=ast.Attribute(attr=method), args=[ast.Constant(value=str(text)), *_]):
                if method in GIVEN_TO:
                    yield node.lineno, text
            case _:
                pass


@of_each(SOURCES, short)
def test_no_sql_is_put_together_from_pieces(path: Path) -> None:
    for node in nodes(path):
        if isinstance(node, ast.JoinedStr):
            first = node.values[0] if node.values else None
            text = first.value if isinstance(first, ast.Constant) else ""
            assert not ANY.match(str(text)), f"f-string SQL in line {node.lineno}"
