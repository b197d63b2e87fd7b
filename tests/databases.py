"""Databases for tests: made once from a template and emptied between tests, which costs a tenth of making one anew."""

import secrets
from collections import defaultdict

import asyncpg

from services.chassis.base.settings import Settings
from services.chassis.postgres.connections import open_pool
from services.chassis.postgres.transaction import Pool
from tests.support import drop_database, make_database

_TABLES = """
select format('%I.%I', n.nspname, c.relname) as name, n.nspname || '__' || c.relname as seed
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and n.nspname = any($1::text[]) and c.relname <> 'migration' order by 1
"""
_EMPTY = """
create function seed.empty_all() returns void language plpgsql as $empty$
begin
  {each}
end $empty$
"""
"""Of each table what was in it is deleted, and its seeds are put back: one statement for a hundred and fifty tables."""
_EMPTY_ALL = """
begin; set local session_replication_role = replica; set local lock_timeout = '3s'; select seed.empty_all(); commit
"""
"""Without triggers and foreign keys."""
_COLUMNS = """
select quote_ident(attname) as name from pg_attribute
where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum
"""


class Databases:
    """Hands out empty, migrated databases. What migrations put into tables is put back when they are emptied."""

    def __init__(self, admin: str, template: str, schemas: list[str]) -> None:
        self._admin, self.template, self._schemas = admin, template, schemas
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

    async def keep_seeds(self, url: str) -> None:
        """Copy what the migrations wrote, and say how to empty, in the template, before any database is made of it."""
        connection = await asyncpg.connect(url, timeout=30)
        try:
            await connection.execute("create schema seed")
            each: list[str] = []
            for row in await connection.fetch(_TABLES, self._schemas):
                table, seed = row["name"], row["seed"]
                each.append("delete from {t};".replace("{t}", table))
                if await connection.fetchval("select exists (select from {t})".replace("{t}", table)):
                    await connection.execute(f"create table seed.{seed} as table {table}")
                    each.append(await self._refill(connection, table, seed))
            await connection.execute(_EMPTY.replace("{each}", "\n  ".join(each)))
        finally:
            await connection.close()

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
            connection = self._emptying.pop(name, None) or await asyncpg.connect(url, timeout=30, command_timeout=30)
        except (asyncpg.PostgresError, OSError):
            return
        try:
            await connection.execute(_EMPTY_ALL)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            await connection.close()
            return
        self._emptying[name] = connection
        self._spare.append(name)

    async def _refill(self, connection: "asyncpg.Connection[asyncpg.Record]", table: str, seed: str) -> str:
        rows = await connection.fetch(_COLUMNS, table)
        columns = ", ".join(row["name"] for row in rows)
        return f"insert into {table} ({columns}) overriding system value select {columns} from seed.{seed};"

    async def drop_all(self) -> None:
        for pool in (pool for kept in self._pools.values() for pool in kept):
            pool.terminate()
        for connection in self._emptying.values():
            await connection.close()
        for name in self._made:
            await drop_database(self._admin, name)
