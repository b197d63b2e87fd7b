"""A service's schema in PostgreSQL: its roles, its pool of connections, and whether this version can work with it."""

import asyncio
import random
import re
import socket
from pathlib import Path

import asyncpg

from services.chassis import tables
from services.chassis.mirrors import Mirror
from services.chassis.settings import BadSettings, Settings
from services.chassis.tables import OtherDatabase, Steps
from services.chassis.transaction import Connection, Pool

__all__ = ["OtherDatabase", "in_words", "open_pool", "prepare", "session", "try_settings", "wrong"]

POOL_SIZE = 8
ANSWER_SECONDS = 10
OLDEST_POSTGRES = 15
PREPARE_TRIES = 20
_LOCK_TIMEOUT = "5s"
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


async def open_pool(settings: Settings, service: str) -> Pool:
    """At most 8 connections, each in the service's schema only, none waiting for a lock longer than 5 s.

    None is opened yet: the database may still be away.
    """
    return await asyncpg.create_pool(
        settings.service_dsn(service),
        min_size=0,
        max_size=POOL_SIZE,
        timeout=ANSWER_SECONDS,
        command_timeout=30,
        max_inactive_connection_lifetime=300,
        reset=_nothing_to_reset,
        server_settings={
            **session(service, f"pln-{service}"),
            "lock_timeout": _LOCK_TIMEOUT,
            "idle_in_transaction_session_timeout": "30s",
        },
    )


def session(service: str, program: str) -> dict[str, str]:
    """What every session of a service asks of the server: its schema, a name, and to be missed soon.

    A process that is killed leaves at once what it held, a job's or the relay's lock: the kernel closes its
    connections. A machine that vanishes says nothing; without these the server would keep its locks for two hours.
    """
    return {
        "search_path": service,
        "application_name": program,
        "tcp_keepalives_idle": "5",
        "tcp_keepalives_interval": "2",
        "tcp_keepalives_count": "3",
        "tcp_user_timeout": "10s",
        "client_connection_check_interval": "2s",
    }


async def _nothing_to_reset(connection: object) -> None:
    """What a transaction sets ends with it (`set_config` is local, locks are the transaction's): a question saved."""


async def prepare(settings: Settings, service: str, *, migrations: Path, mirrors: list[Mirror]) -> list[str]:
    """Make the service's roles and schema and bring its tables up to date. Returns the names of what was applied.

    All or nothing, in one transaction. Raises OtherDatabase when this version cannot work with the database.
    """
    assert _NAME.match(service)
    wanted = tables.steps(migrations, mirrors)
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
            return await tables.migrate(connection, wanted)
    finally:
        await connection.close()


async def wrong(pool: Pool, wanted: Steps) -> list[str]:
    """Why this version cannot work with its database now, in words that an operator can act on; nothing when it can."""
    try:
        async with pool.acquire(timeout=ANSWER_SECONDS) as connection:
            return await _wrong(connection, wanted)  # pyright: ignore[reportArgumentType]  # a pool's proxy of one
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        return [in_words(error)]


async def _wrong(connection: Connection, wanted: Steps) -> list[str]:
    if old := too_old(await connection.fetchval("show server_version_num")):
        return [old]
    return await tables.wrong(connection, wanted)


def too_old(version_number: str) -> str | None:
    """`version_number` as PostgreSQL shows it: 150018 for 15.18."""
    major = int(version_number) // 10000
    return f"PostgreSQL {major} is too old; {OLDEST_POSTGRES} or newer is needed" if major < OLDEST_POSTGRES else None


async def try_settings(dsn: str, setting: str) -> None:
    """Raises BadSettings when the address can never work: no address, an unknown host, a wrong password or name.

    A database that does not answer is no bad setting: it is waited for.
    """
    try:
        connection = await asyncpg.connect(dsn, timeout=ANSWER_SECONDS)
    except _NEVER as error:
        raise BadSettings(f"{setting}: {in_words(error)}") from None
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return
    await connection.close()


_NEVER = (
    ValueError,
    socket.gaierror,
    asyncpg.InvalidPasswordError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
)


def in_words(error: Exception) -> str:
    """What is the matter with the database, for health, logs and operators; never with a value from it."""
    match error:
        case asyncpg.InvalidPasswordError():
            return "its password is not taken, or `python -m services prepare` has not made this role yet"
        case asyncpg.InvalidAuthorizationSpecificationError() | asyncpg.InvalidCatalogNameError():
            return str(error)
        case asyncpg.TooManyConnectionsError():
            return "it has no connection left to give"
        case asyncpg.CannotConnectNowError():
            return "it is starting or stopping"
        case TimeoutError():
            return "no answer in time"
        case socket.gaierror():
            return "there is no host of that name"
        case ConnectionError():
            return "it does not answer"
        case asyncpg.PostgresConnectionError() | asyncpg.AdminShutdownError() | asyncpg.CrashShutdownError():
            return "it does not answer"
        case ValueError():
            return "this is not the address of a database (postgresql://user:password@host:port/name)"
        case _:
            return type(error).__name__
