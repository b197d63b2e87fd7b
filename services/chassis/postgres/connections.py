"""A service's connections to PostgreSQL: its pool, and whether this version can work with what is there."""

import asyncpg

from services.chassis.base.settings import BadSettings, Settings
from services.chassis.postgres import migrate
from services.chassis.postgres.faults import NEVER, NO_ANSWER, in_words
from services.chassis.postgres.migrate import Steps
from services.chassis.postgres.transaction import Connection, Pool

POOL_SIZE = 8
ANSWER_SECONDS = 10
OLDEST_POSTGRES = 15
_LOCK_TIMEOUT = "5s"


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
    Our statements are short and asked often: to compile one (`jit`) takes longer than it saves, up to half a second
    where PostgreSQL expects more rows than there are.
    """
    return {
        "search_path": service,
        "application_name": program,
        "tcp_keepalives_idle": "5",
        "tcp_keepalives_interval": "2",
        "tcp_keepalives_count": "3",
        "tcp_user_timeout": "10s",
        "client_connection_check_interval": "2s",
        "jit": "off",
    }


async def _nothing_to_reset(connection: object) -> None:
    """What a transaction sets ends with it (`set_config` is local, locks are the transaction's): a question saved."""


async def schema_problems(pool: Pool, wanted: Steps) -> list[str]:
    """Why this version cannot work with its database now, in words that an operator can act on; nothing when it can."""
    try:
        async with pool.acquire(timeout=ANSWER_SECONDS) as connection:
            return await _problems(connection, wanted)  # pyright: ignore[reportArgumentType]  # a pool's proxy of one
    except NO_ANSWER as error:
        return [in_words(error)]


async def _problems(connection: Connection, wanted: Steps) -> list[str]:
    if old := too_old(await connection.fetchval("show server_version_num")):
        return [old]
    return await migrate.problems(connection, wanted)


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
    except NEVER as error:
        raise BadSettings(f"{setting}: {in_words(error)}") from None
    except NO_ANSWER:
        return
    await connection.close()
