"""A service's schema in PostgreSQL: its roles, its migrations, its pool of connections."""

import re
from pathlib import Path

import asyncpg

from services.chassis import failpoints
from services.chassis.mirrors import Mirror
from services.chassis.settings import Settings
from services.chassis.transaction import Connection, Pool

POOL_SIZE = 8
_LOCK_TIMEOUT = "5s"
_NAME = re.compile(r"^[a-z][a-z_]{1,30}$")
_CHASSIS = Path(__file__).parent / "migrations"

_ROLES = """
do $$ begin
  if not exists (select from pg_roles where rolname = '{service}_owner') then
    create role {service}_owner nologin;
  end if;
  if not exists (select from pg_roles where rolname = '{service}') then create role {service} login; end if;
end $$;
alter role {service} login nobypassrls password '{password}';
create schema if not exists {service};
alter schema {service} owner to {service}_owner;
grant {service}_owner to current_user;
grant usage on schema {service} to {service};
alter default privileges for role {service}_owner in schema {service}
  grant select, insert, update, delete on tables to {service};
alter default privileges for role {service}_owner in schema {service} grant usage on sequences to {service};
"""


class OtherDatabase(Exception):
    """The database was migrated by newer or other code than this."""


async def open_pool(settings: Settings, service: str) -> Pool:
    """At most 8 connections, each in the service's schema only, none waiting for a lock longer than 5 s."""
    return await asyncpg.create_pool(
        settings.service_dsn(service),
        min_size=1,
        max_size=POOL_SIZE,
        timeout=10,
        command_timeout=30,
        max_inactive_connection_lifetime=300,
        server_settings={
            "search_path": service,
            "application_name": f"pln-{service}",
            "lock_timeout": _LOCK_TIMEOUT,
            "idle_in_transaction_session_timeout": "30s",
        },
    )


async def prepare(settings: Settings, service: str, *, migrations: Path, mirrors: list[Mirror]) -> list[str]:
    """Make the service's roles and schema and bring its tables up to date. Returns the names of what was applied.

    Raises OtherDatabase when the database has migrations that this code does not know.
    """
    assert _NAME.match(service)
    connection = await asyncpg.connect(settings.admin_dsn(), timeout=10)
    try:
        async with connection.transaction():
            await connection.execute("select pg_advisory_xact_lock(hashtextextended('pln:prepare', 0))")
            roles = _ROLES.replace("{service}", service).replace("{password}", settings.role_password(service))
            await connection.execute(roles)
            await connection.execute(
                "select set_config('role', $1, true), set_config('search_path', $2, true)",
                *(f"{service}_owner", service),
            )
            await connection.execute("select set_config('lock_timeout', $1, true)", _LOCK_TIMEOUT)
            return await _migrate(connection, migrations, mirrors)
    finally:
        await connection.close()


async def _migrate(connection: Connection, folder: Path, mirrors: list[Mirror]) -> list[str]:
    await connection.execute(
        "create table if not exists migration (name text primary key, applied_at timestamptz not null default now())"
    )
    steps = {f"chassis/{path.name}": path.read_text() for path in sorted(_CHASSIS.glob("*.sql"))}
    steps |= {f"mirror/{mirror.name}": mirror.table_sql() for mirror in mirrors}
    steps |= {path.name: path.read_text() for path in sorted(folder.glob("*.sql"))}
    there = {row["name"] for row in await connection.fetch("select name from migration")}
    if unknown := {name for name in there - steps.keys() if not name.startswith("mirror/")}:
        raise OtherDatabase(f"the database has {', '.join(sorted(unknown))}, which this version does not know")
    fresh = [name for name in steps if name not in there]
    for name in fresh:
        await connection.execute(steps[name])
        failpoints.passing("migration-step")
        await connection.execute("insert into migration (name) values ($1)", name)
    return fresh
