"""A service's tables: the migrations that make them, which of them were applied, and whether all is there.

Each applied migration is noted with a hash of its statements. Two programs of one name and different migrations are so
told apart; a newer version of the same program only has more of them, and may run beside the older one.
"""

import hashlib
import re
from pathlib import Path

from services.chassis.base import failpoints
from services.chassis.postgres.mirrors import Mirror
from services.chassis.postgres.transaction import Connection

PREPARE = "`python -m services prepare` (or `pln up`) does that"
_CHASSIS = Path(__file__).parents[1] / "migrations"
_MIRROR = "mirror/"
_TABLES = re.compile(r"^create table (?:if not exists )?(\w+)", re.MULTILINE)
_COLUMN = re.compile(r"^alter table mirror_\w+ add column if not exists (\w+)", re.MULTILINE)
_DROPPED = re.compile(r"^drop table (?:if exists )?(\w+)", re.MULTILINE)

Steps = dict[str, str]
"""Name to SQL, in the order in which they are applied."""


class OtherDatabase(Exception):
    """This version cannot work with the database. The message says why, and what to do."""


def steps(folder: Path, mirrors: list[Mirror]) -> Steps:
    """All that makes a service's tables: the chassis' own, its mirrors, its migrations."""
    found = {f"chassis/{path.name}": path.read_text() for path in sorted(_CHASSIS.glob("*.sql"))}
    found |= {_MIRROR + mirror.name: mirror.table_sql() for mirror in mirrors}
    return found | {path.name: path.read_text() for path in sorted(folder.glob("*.sql"))}


async def apply(connection: Connection, wanted: Steps) -> list[str]:
    """Apply what is missing, inside the caller's transaction; the names applied. Raises OtherDatabase.

    A mirror that has got more columns is brought up to date: its statements can be repeated.
    """
    await connection.execute(
        "create table if not exists migration (name text primary key, applied_at timestamptz not null default now())"
    )
    await connection.execute("alter table migration add column if not exists hash text")
    there = await _applied(connection)
    if unknown := sorted(name for name in there.keys() - wanted.keys() if not name.startswith(_MIRROR)):
        raise OtherDatabase(
            f"the database was prepared by a newer version: it has {', '.join(unknown)}, which this one does not know. "
            "Prepare it with the newer version; this one may run beside it"
        )
    if changed := _changed(there, wanted):
        raise OtherDatabase(_other_content(changed))
    fresh = [name for name in wanted if name not in there or _outgrown(name, there, wanted)]
    for name in fresh:
        await connection.execute(wanted[name])
        failpoints.passing("migration-step")
    await connection.execute(_NOTE, list(wanted), [hash_of(wanted[name]) for name in wanted])
    return fresh


async def problems(connection: Connection, wanted: Steps) -> list[str]:
    """Why this version cannot work with these tables; nothing when it can. More than it knows is no hindrance."""
    if not await connection.fetchval("select to_regclass('migration') is not null"):
        return [f"nothing is prepared here yet; {PREPARE}"]
    names = {row["name"] for row in await connection.fetch("select name from migration")}
    if missing := [name for name in wanted if name not in names]:
        return [f"{', '.join(missing)} has not been applied; {PREPARE}"]
    there = await _applied(connection)
    if changed := _changed(there, wanted):
        return [_other_content(changed)]
    if tables := await connection.fetch(_MISSING, sorted(_tables(wanted))):
        gone = ", ".join(row["name"] for row in tables)
        return [f"{gone} is missing though its migration was applied: only a part of this database is here. Restore it"]
    columns = [(name.removeprefix(_MIRROR), column) for name in wanted for column in _COLUMN.findall(wanted[name])]
    if lacking := await connection.fetch(_LACKING, [t for t, _ in columns], [c for _, c in columns]):
        return [f"{', '.join(row['name'] for row in lacking)}: columns that this version reads; {PREPARE}"]
    return []


def hash_of(sql: str) -> str:
    """The hash of a migration's statements, whatever its comments and line breaks."""
    bare = " ".join(re.sub(r"--[^\n]*", "", sql).split())
    return hashlib.sha256(bare.encode()).hexdigest()


_NOTE = """
insert into migration (name, hash) select * from unnest($1::text[], $2::text[])
on conflict (name) do update set hash = excluded.hash where migration.hash is distinct from excluded.hash
"""
_MISSING = "select name from unnest($1::text[]) as name where to_regclass(name) is null order by name"
_LACKING = """
select t || '.' || c as name from unnest($1::text[], $2::text[]) as wanted (t, c)
where not exists (select from pg_attribute where attrelid = to_regclass(t) and attname = c and not attisdropped)
"""


async def _applied(connection: Connection) -> dict[str, str | None]:
    return {row["name"]: row["hash"] for row in await connection.fetch("select name, hash from migration")}


def _changed(there: dict[str, str | None], wanted: Steps) -> list[str]:
    """Migrations that had other statements when they were applied. Mirrors may change: they follow the code."""
    return [
        name
        for name, sql in wanted.items()
        if not name.startswith(_MIRROR) and there.get(name) not in (None, hash_of(sql))
    ]


def _outgrown(name: str, there: dict[str, str | None], wanted: Steps) -> bool:
    return name.startswith(_MIRROR) and there.get(name) not in (None, hash_of(wanted[name]))


def _other_content(changed: list[str]) -> str:
    return (
        f"{', '.join(changed)} was applied with other content than this version has, so another program of the same "
        "name prepared this database. Check PLN_DATABASE_URL and which version runs"
    )


def _tables(wanted: Steps) -> set[str]:
    made: set[str] = set()
    for sql in wanted.values():
        made = (made | set(_TABLES.findall(sql))) - set(_DROPPED.findall(sql))
    return made
