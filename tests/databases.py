"""Databases for tests: made once from a template and emptied between tests, which costs a tenth of making one anew."""

import secrets

import asyncpg

from tests.support import drop_database, make_database

_TABLES = """
select format('%I.%I', n.nspname, c.relname) as name, n.nspname || '__' || c.relname as seed
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and n.nspname = any($1::text[]) and c.relname <> 'migration' order by 1
"""


class Databases:
    """Hands out empty, migrated databases. What migrations put into tables is put back when they are emptied."""

    def __init__(self, admin: str, template: str, schemas: list[str]) -> None:
        self._admin, self.template, self._schemas = admin, template, schemas
        self._spare: list[str] = []
        self._made: list[str] = []

    async def keep_seeds(self, url: str) -> None:
        """Copy what the migrations wrote, in the template, before any database is made of it."""
        connection = await asyncpg.connect(url, timeout=30)
        try:
            await connection.execute("create schema seed")
            for row in await connection.fetch(_TABLES, self._schemas):
                if await connection.fetchval("select exists (select from {t})".replace("{t}", row["name"])):
                    copy = "create table seed.{s} as table {t}".replace("{s}", row["seed"]).replace("{t}", row["name"])
                    await connection.execute(copy)
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
        connection = await asyncpg.connect(url, timeout=30, command_timeout=30)
        try:
            async with connection.transaction():
                await connection.execute("set local session_replication_role = replica")  # no triggers, no keys
                await connection.execute("set local lock_timeout = '3s'")
                seeds = {row["tablename"] for row in await connection.fetch(_SEEDS)}
                for row in await connection.fetch(_TABLES, self._schemas):
                    await connection.execute("delete from {t}".replace("{t}", row["name"]))
                    if row["seed"] in seeds:
                        await connection.execute(await self._refill(connection, row["name"], row["seed"]))
            self._spare.append(name)
        except asyncpg.PostgresError:
            return
        finally:
            await connection.close()

    async def _refill(self, connection: "asyncpg.Connection[asyncpg.Record]", table: str, seed: str) -> str:
        rows = await connection.fetch(_COLUMNS, table)
        columns = ", ".join(row["name"] for row in rows)
        return f"insert into {table} ({columns}) overriding system value select {columns} from seed.{seed}"

    async def drop_all(self) -> None:
        for name in self._made:
            await drop_database(self._admin, name)


_SEEDS = "select tablename from pg_tables where schemaname = 'seed'"
_COLUMNS = """
select quote_ident(attname) as name from pg_attribute
where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum
"""
