"""`pln restore FILE`: the network as it was when the backup was made, in agreement with whatever Kafka knows by now."""

import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import typer
from aiokafka.errors import KafkaError

from schemas.payments import Payment
from services.cli import archive
from services.cli.backup import refuse_many_databases, servers_of
from services.cli.console import done, one_sentence, say, waiting
from services.cli.local import dumping
from services.cli.local.asking import apart
from services.cli.local.folders import state_folder
from services.cli.local.locks import is_taken
from services.cli.local.trouble import Trouble

if TYPE_CHECKING:
    from services.chassis.postgres.transaction import Connection
    from services.cli.opened import Opened

RUNS = "The network is running, and a restore replaces what is under it. `pln down`, then `pln restore` again."
SECONDS = 60


@one_sentence
def restore(
    file: Annotated[Path, typer.Argument(help="What `pln backup` wrote.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Put the database and the keys back as they were, and make Kafka agree. The network must not run.

    What happened since the backup is gone, but for this: whoever was forgotten since stays forgotten. Until the last
    moment nothing is changed: the backup is read into a database beside the present one, which it replaces at the end.

    Example: pln down && pln restore /safe/network-2026-11-22.pln && pln up
    """
    state, file = state_folder(), file.absolute()
    manifest = archive.look(file)
    if is_taken(state / "lock"):
        raise Trouble(RUNS)
    if not yes and not typer.confirm(f"Replace everything in the network by the backup of {manifest.made_at}?"):
        say("Nothing was changed.")
        raise typer.Exit(1)
    reading = waiting(f"Reading the backup of {manifest.made_at}")
    with servers_of(state) as environment, archive.beside(state / archive.KEYS) as parts, reading:
        archive.unpack(file, parts)
        counted, paid_since = apart(lambda: _restore(environment, parts))
    done(
        f"The network is as it was at {manifest.made_at}. To be said again when it starts: {counted['said again']:,}; "
        f"gone since: {counted['gone']:,}; forgotten since, and again: {counted['forgotten']:,}."
    )
    if paid_since:
        say(f"PAID SINCE THE BACKUP, and not known here any more: {', '.join(paid_since)}.")
        say("No payment run can be made until finance has compared them with payroll, on the page Payments.")
    say("Start it with `pln up`, and see with `pln verify` that all agree.")


async def _restore(environment: Mapping[str, str], parts: Path) -> tuple[Counter[str], list[str]]:
    """Into a new database, which takes the other's name when all of it is done. Raises Trouble.

    What was said, and the references of the payments that are gone with the other.
    """
    refuse_many_databases(environment)
    url, state = environment["PLN_DATABASE_URL"], Path(environment["PLN_STATE_DIR"])
    name = urlsplit(url).path.lstrip("/")
    fresh = f"{name}_restoring"
    try:
        server = await asyncpg.connect(_named(url, "postgres"), timeout=10, command_timeout=SECONDS)
        try:
            await _refuse_while_services_run(server, name)
            await _make_empty(server, fresh)
            try:
                await _make_roles(server)
                dumping.load(state, _named(url, fresh), parts / archive.DUMP)
                found = await _agree({name: _in(fresh, name, value) for name, value in environment.items()})
                await _swap(server, name, fresh)
            finally:
                await server.execute(f'drop database if exists "{fresh}" with (force)')
        finally:
            await server.close()
    except (asyncpg.PostgresError, asyncpg.InterfaceError, KafkaError, OSError) as fault:
        raise Trouble(f"Nothing was changed: {str(fault) or type(fault).__name__}.") from fault
    _take_keys(parts / archive.KEYS, state / archive.KEYS)
    return found


async def _refuse_while_services_run(server: "Connection", name: str) -> None:
    from services import NAMES

    rows = await server.fetch(
        "select distinct usename from pg_stat_activity where datname = $1 and usename = any($2::text[])",
        *(name, list(NAMES)),
    )
    if rows:
        raise Trouble(f"{RUNS} ({', '.join(sorted(row['usename'] for row in rows))} hold connections to it.)")


async def _make_empty(server: "Connection", fresh: str) -> None:
    """Database names come from PLN_DATABASE_URL, which is the operator's own."""
    await server.execute(f'drop database if exists "{fresh}" with (force)')
    await server.execute(f'create database "{fresh}"')


async def _make_roles(server: "Connection") -> None:
    """The owners in the dump, on a server that has never had them. `prepare` makes the rest of them."""
    from services import NAMES

    for role in (role for name in NAMES for role in (f"{name}_owner", name)):
        if not await server.fetchval("select exists (select from pg_roles where rolname = $1)", role):
            await server.execute(f"create role {role}")
        if role.endswith("_owner"):
            await server.execute(f"grant {role} to current_user")


async def _agree(environment: Mapping[str, str]) -> tuple[Counter[str], list[str]]:
    """Bring the restored tables up to date and every service to agree with what Kafka knows. Raises Trouble."""
    from services import load
    from services.chassis.base.settings import BadSettings, Settings
    from services.chassis.kafka import topics
    from services.chassis.operate.restate import start_over
    from services.chassis.postgres import migrate
    from services.cli.known import find_known
    from services.cli.opened import opened

    counted: Counter[str] = Counter()
    try:
        settings = Settings.from_environment(environment)
        await topics.create(settings)
        for service in load():
            await service.prepare(settings)
        async with opened(settings) as services:
            known, payments = await find_known(settings, services, keeping=Payment)
            for service, database in services:
                prefix = settings.topic_prefix
                counted += await start_over(database, service.reactions, service.owned, known, prefix=prefix)
            return counted, await _note_paid_since(services, cast("list[Payment]", payments))
    except (BadSettings, migrate.OtherDatabase, topics.WrongTopic) as wrong:
        raise Trouble(f"Nothing was changed: {wrong}.") from wrong


async def _note_paid_since(services: "Sequence[Opened]", said: Sequence[Payment]) -> list[str]:
    """Payments that Kafka knows and the database does not stop the next run until they are compared with payroll.

    Returns their references, as they stand on payroll's files.
    """
    from services.chassis.base.access import SYSTEM
    from services.payments.commands.restored import note_paid_since

    owner = Payment.topic.partition(".")[0]
    payments = next(database for service, database in services if service.name == owner)
    async with payments.transaction(SYSTEM) as tx:
        return await note_paid_since(tx, said)


async def _swap(server: "Connection", name: str, fresh: str) -> None:
    """From one moment to the next. What was there goes with it."""
    old = f"{name}_before_restore"
    await server.execute(f'drop database if exists "{old}" with (force)')
    async with server.transaction():
        await server.execute(f'alter database "{name}" rename to "{old}"')
        await server.execute(f'alter database "{fresh}" rename to "{name}"')
    await server.execute(f'drop database "{old}" with (force)')


def _take_keys(restored: Path, keys: Path) -> None:
    """The old ones stand beside the new ones for a moment only."""
    old = keys.with_name("keys.before")
    shutil.rmtree(old, ignore_errors=True)
    if keys.exists():
        keys.rename(old)
    restored.rename(keys)
    keys.chmod(0o755)
    shutil.rmtree(old, ignore_errors=True)


def _in(database: str, setting: str, value: str) -> str:
    """A setting for a network whose database is another one on the same server."""
    return _named(value, database) if setting.startswith("PLN_DATABASE_URL") else value


def _named(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))
