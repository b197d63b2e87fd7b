"""Puts a backup back: into a database beside the present one, brought to agree with Kafka, which then replaces it."""

import shutil
from collections import Counter
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit, urlunsplit

from schemas.payments import Payment
from services import NAMES, load
from services.chassis.base.hands import SYSTEM
from services.chassis.base.settings import Settings
from services.chassis.network import make_topics
from services.chassis.operate.restate import start_over
from services.chassis.postgres.transaction import Connection
from services.cli.archive import backup_file, dumps
from services.cli.archive.backing_up import refuse_many_databases
from services.cli.archive.known_versions import find_known_versions
from services.cli.base.database import connected, with_names
from services.cli.base.trouble import Trouble
from services.cli.clients.databases import Opened, faults_as_trouble, opened
from services.payments.commands.restored import note_paid_since

RUNS = "The network is running, and a restore replaces what is under it. `pln down`, then `pln restore` again."
SECONDS = 60

_WHO_IS_CONNECTED = """
select distinct usename from pg_stat_activity where datname = $1 and usename = any($2::text[]) order by usename
"""
# A database cannot be a value of a statement: {database} is quoted and put in by `with_names`.
_DROP = "drop database if exists {database} with (force)"
_CREATE = "create database {database}"
_RENAME = "alter database {database} rename to {new}"


async def put_back(environment: Mapping[str, str], parts: Path) -> tuple[Counter[str], list[str]]:
    """Replace the network's database and keys by those of an unpacked backup. Raises Trouble; then nothing is changed.

    How many things are restated, forgotten again and gone, and the references of the payments made since the backup.
    """
    refuse_many_databases(environment)
    url, state = environment["PLN_DATABASE_URL"], Path(environment["PLN_STATE_DIR"])
    name = urlsplit(url).path.lstrip("/")
    fresh = f"{name}_restoring"
    with faults_as_trouble("Nothing was changed: {why}."):
        # To none of the databases that are dropped and renamed.
        async with connected(_named(url, "postgres"), command_timeout=SECONDS) as server:
            await _refuse_while_services_run(server, name)
            async with _empty_database(server, fresh):
                await _make_roles(server)
                dumps.load(state, _named(url, fresh), parts / backup_file.DUMP)
                found = await _agree({name: _in(fresh, name, value) for name, value in environment.items()})
                await _swap(server, name, fresh)
    _take_keys(parts / backup_file.KEYS, state / backup_file.KEYS)
    return found


async def _refuse_while_services_run(server: Connection, name: str) -> None:
    if rows := await server.fetch(_WHO_IS_CONNECTED, name, list(NAMES)):
        raise Trouble(f"{RUNS} ({', '.join(row['usename'] for row in rows)} hold connections to it.)")


@asynccontextmanager
async def _empty_database(server: Connection, name: str) -> AsyncGenerator[None]:
    """A new database of this name; gone at the end, unless it got another name meanwhile."""
    await server.execute(with_names(_DROP, database=name))
    await server.execute(with_names(_CREATE, database=name))
    try:
        yield
    finally:
        await server.execute(with_names(_DROP, database=name))


async def _make_roles(server: Connection) -> None:
    """The owners in the dump, on a server that has never had them. `prepare` makes the rest of them."""
    for role in (role for name in NAMES for role in (f"{name}_owner", name)):
        if not await server.fetchval("select exists (select from pg_roles where rolname = $1)", role):
            await server.execute(with_names("create role {role}", role=role))
        if role.endswith("_owner"):
            await server.execute(with_names("grant {role} to current_user", role=role))


async def _agree(environment: Mapping[str, str]) -> tuple[Counter[str], list[str]]:
    """Bring the restored tables up to date and every service to agree with what Kafka knows."""
    counted: Counter[str] = Counter()
    settings = Settings.from_environment(environment)
    await make_topics(settings)
    for service in load():
        await service.prepare(settings)
    async with opened(settings) as services:
        known, payments = await find_known_versions(settings, services, keeping=Payment)
        for service, database in services:
            prefix = settings.topic_prefix
            counted += await start_over(database, service.reactions, service.owned, known, prefix=prefix)
        return counted, await _note_paid_since(services, cast("list[Payment]", payments))


async def _note_paid_since(services: Sequence[Opened], in_kafka: Sequence[Payment]) -> list[str]:
    """Payments that Kafka knows and the database does not stop the next run until they are compared with payroll.

    Returns their references, as they stand on payroll's files.
    """
    owner = Payment.topic.partition(".")[0]
    payments = next(database for service, database in services if service.name == owner)
    async with payments.transaction(SYSTEM) as tx:
        return await note_paid_since(tx, in_kafka)


async def _swap(server: Connection, name: str, fresh: str) -> None:
    """From one moment to the next. What was there goes with it."""
    old = f"{name}_before_restore"
    await server.execute(with_names(_DROP, database=old))
    async with server.transaction():
        await server.execute(with_names(_RENAME, database=name, new=old))
        await server.execute(with_names(_RENAME, database=fresh, new=name))
    await server.execute(with_names(_DROP, database=old))


def _take_keys(restored: Path, keys: Path) -> None:
    """The old ones stand beside the new ones for a moment only."""
    old = keys.with_name("keys.before")
    shutil.rmtree(old, ignore_errors=True)
    if keys.exists():
        keys.rename(old)
    restored.rename(keys)
    keys.chmod(0o700)
    shutil.rmtree(old, ignore_errors=True)


def _in(database: str, setting: str, value: str) -> str:
    """A setting for a network whose database is another one on the same server."""
    return _named(value, database) if setting.startswith("PLN_DATABASE_URL") else value


def _named(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))
