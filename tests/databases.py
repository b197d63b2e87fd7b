"""Databases for tests: made once from a template and emptied between tests, which costs a tenth of making one anew."""

import asyncio
import fcntl
import json
import secrets
from collections import defaultdict
from pathlib import Path

import asyncpg

from services import NAMES, load
from services.chassis.base.settings import Settings
from services.chassis.postgres.connections import open_pool
from services.chassis.postgres.transaction import Pool
from tests import shared
from tests.support import drop_database, make_database

TEMPLATE = "template.json"

_TABLES = """
select format('%I.%I', n.nspname, c.relname) as name, n.nspname || '__' || c.relname as seed,
  not has_table_privilege(n.nspname, c.oid, 'insert, update, delete') as stands
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and n.nspname = any($1::text[]) and c.relname <> 'migration' order by 1
"""
_EMPTY = """
create function seed.empty_all() returns void language plpgsql as $empty$
declare filled text;
begin
  for filled in select name from unnest(array[{names}], array[{are_filled}]) as t (name, is_filled) where is_filled
  loop execute 'delete from ' || filled; end loop;
  {refill}
end $empty$
"""
"""Which of the three hundred tables has anything is one question, as cheap as four deletes; the seeds are put back.
What migrations filled and no service may write stays as it is."""
_WHILE_EMPTYING = {"session_replication_role": "replica", "lock_timeout": "3s"}
"""Without triggers and foreign keys. Of the session, since to change the role forgets every plan."""
_COLUMNS = """
select quote_ident(attname) as name from pg_attribute
where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum
"""


async def template_of(settings: Settings) -> str:
    """The name of a database in which every service is migrated: the workers of a run have one in common."""
    if not (folder := shared.folder()):
        return await _make_template(settings)
    with (folder / TEMPLATE).open("a+") as kept:
        await asyncio.to_thread(fcntl.flock, kept, fcntl.LOCK_EX)
        kept.seek(0)
        if not (said := kept.read()):
            said = json.dumps({"name": await _make_template(settings), "admin": settings.admin_dsn()})
            kept.write(said)
    return json.loads(said)["name"]


async def drop_template() -> None:
    """Of the run, once it is over."""
    kept = (shared.folder() or Path()) / TEMPLATE
    if kept.is_file() and (said := kept.read_text()):
        made = json.loads(said)
        await drop_database(made["admin"], made["name"])


async def _make_template(settings: Settings) -> str:
    name = f"pln_template_{secrets.token_hex(4)}"
    url = await make_database(settings.admin_dsn(), name)
    for service in load():
        await service.prepare(settings.model_copy(update={"database_url": url}))
    await _keep_seeds(url)
    return name


async def _keep_seeds(url: str) -> None:
    """Copy what the migrations wrote, and say how to empty, in the template, before any database is made of it."""
    connection = await asyncpg.connect(url, timeout=30)
    try:
        await connection.execute("create schema seed")
        tables: list[str] = []
        refill: list[str] = []
        for table, seed, stands in await connection.fetch(_TABLES, list(NAMES)):
            if await connection.fetchval("select exists (select from {t})".replace("{t}", table)):
                if stands:
                    continue
                await connection.execute(f"create table seed.{seed} as table {table}")
                refill.append(await _refill(connection, table, seed))
            tables.append(table)
        empty = _EMPTY.replace("{names}", ", ".join(f"$${table}$$" for table in tables))
        empty = empty.replace("{are_filled}", ", ".join(f"exists (select from {table})" for table in tables))
        await connection.execute(empty.replace("{refill}", "\n  ".join(refill)))
    finally:
        await connection.close()


async def _refill(connection: "asyncpg.Connection[asyncpg.Record]", table: str, seed: str) -> str:
    rows = await connection.fetch(_COLUMNS, table)
    columns = ", ".join(row["name"] for row in rows)
    return f"insert into {table} ({columns}) overriding system value select {columns} from seed.{seed};"


class Databases:
    """Hands out empty, migrated databases. What migrations put into tables is put back when they are emptied."""

    def __init__(self, admin: str, template: str) -> None:
        self._admin, self.template = admin, template
        self._spare: list[str] = []
        self._made: list[str] = []
        self._emptying: dict[str, asyncpg.Connection[asyncpg.Record]] = {}
        """Kept, because the plans of so many statements are: to make them anew takes ten times as long as the rest."""
        self._pools: defaultdict[str, list[Pool]] = defaultdict(list)
        """By the address that they lead to. Kept as well: what a new one has to learn takes longer than a test."""

    async def pool(self, settings: Settings, service: str) -> Pool:
        """A service's connections: those of an earlier test, if it had any to this database."""
        kept = self._pools[settings.service_dsn(service)]
        return kept.pop() if kept else await open_pool(settings, service)

    async def keep(self, pool: Pool, settings: Settings, service: str) -> None:
        """For the next test; what is still in somebody's hands, or closed, is of no use to it."""
        if pool.is_closing() or pool.get_idle_size() != pool.get_size():
            await pool.close()
        else:
            self._pools[settings.service_dsn(service)].append(pool)

    async def take(self) -> str:
        """The name of a database that nobody else has."""
        if self._spare:
            return self._spare.pop()
        name = f"pln_test_{secrets.token_hex(4)}"
        await make_database(self._admin, name, self.template)
        self._made.append(name)
        return name

    async def give_back(self, name: str, url: str) -> None:
        """Empty it. Where that is not allowed or something holds it, it is not used again."""
        try:
            connection = self._emptying.pop(name, None) or await asyncpg.connect(
                url, timeout=30, command_timeout=30, server_settings=_WHILE_EMPTYING
            )
        except (asyncpg.PostgresError, OSError):
            return
        try:
            await connection.execute("select seed.empty_all()")
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            await connection.close()
            return
        self._emptying[name] = connection
        self._spare.append(name)

    async def drop_all(self) -> None:
        for pool in (pool for kept in self._pools.values() for pool in kept):
            pool.terminate()
        for connection in self._emptying.values():
            await connection.close()
        for name in (*self._made, *(() if shared.folder() else (self.template,))):
            await drop_database(self._admin, name)
