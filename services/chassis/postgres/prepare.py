"""A service's roles, schema and tables, made or brought up to date in one transaction by the administrator."""

import asyncio
import random
import re

import asyncpg

from services.chassis.base.settings import Settings
from services.chassis.postgres import migrate
from services.chassis.postgres.connections import ANSWER_SECONDS, too_old
from services.chassis.postgres.migrate import OtherDatabase, Steps

PREPARE_TRIES = 20
_TABLE_LOCK_TIMEOUT = "500ms"
"""So long may a migration wait for a table: others wait behind it, and nobody dies of a deadlock (after 1 s)."""
_NAME = re.compile(r"^[a-z][a-z_]{1,30}$")

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


async def prepare(settings: Settings, service: str, wanted: Steps) -> list[str]:
    """Make the service's roles and schema and bring its tables up to date. Returns the names of what was applied.

    All or nothing, in one transaction. Raises OtherDatabase when this version cannot work with the database.
    """
    if not _NAME.match(service):
        raise ValueError(f"{service!r} is no name of a service, and it stands in SQL")
    for _ in range(PREPARE_TRIES):
        try:
            return await _prepare(settings, service, wanted)
        except _IN_OTHER_HANDS:
            await asyncio.sleep(random.uniform(0.05, 0.5))
    return await _prepare(settings, service, wanted)


# A table is in use by an older version that runs, or a role is being made for another network: roles belong to the
# whole server, our advisory lock to one database.
_IN_OTHER_HANDS = (
    asyncpg.LockNotAvailableError,
    asyncpg.DeadlockDetectedError,
    asyncpg.InternalServerError,
    asyncpg.DuplicateObjectError,
    asyncpg.UniqueViolationError,
)


async def _prepare(settings: Settings, service: str, wanted: Steps) -> list[str]:
    connection = await asyncpg.connect(settings.admin_dsn(), timeout=ANSWER_SECONDS)
    try:
        if old := too_old(await connection.fetchval("show server_version_num")):
            raise OtherDatabase(old)
        async with connection.transaction():
            await connection.execute("select pg_advisory_xact_lock(hashtextextended('pln:prepare', 0))")
            roles = _ROLES.replace("{service}", service).replace("{password}", settings.role_password(service))
            await connection.execute(roles)
            await connection.execute(
                "select set_config('role', $1, true), set_config('search_path', $2, true)",
                *(f"{service}_owner", service),
            )
            await connection.execute("select set_config('lock_timeout', $1, true)", _TABLE_LOCK_TIMEOUT)
            return await migrate.apply(connection, wanted)
    finally:
        await connection.close()
