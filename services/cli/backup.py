"""`pln backup FILE`: everything that cannot be made again, in one file: the database and the keys, never Kafka."""

import os
import shutil
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from services.cli import archive
from services.cli.console import done, one_sentence, waiting
from services.cli.local import dumping
from services.cli.local.asking import cluster_if_ready, database_version
from services.cli.local.folders import state_folder
from services.cli.local.locks import is_taken
from services.cli.local.network import FILE, running_network
from services.cli.local.servers import LocalServers
from services.cli.local.trouble import Trouble, in_words


@one_sentence
def backup(file: Annotated[Path, typer.Argument(help="Where to; it must not be there yet.")]) -> None:
    """Write the database, as of one moment, and the keys into one file. The network may run meanwhile, or not.

    The file holds everything about everybody: keep it where only you can read it. `pln restore` takes it.

    Example: pln backup /safe/network-2026-11-22.pln
    """
    state, file = state_folder(), file.absolute()
    if file.exists():
        raise Trouble(f"{file} is there already, and a backup is never written over another. Name a new file.")
    with _network(state) as environment, waiting(f"Writing {file}"):
        manifest = write(file, environment)
    size = file.stat().st_size / 1e6
    done(f"{file}: {size:.1f} MB, as of {manifest.made_at}. It holds everything about everybody: keep it safe.")


def write(file: Path, environment: Mapping[str, str]) -> archive.Manifest:
    """The backup of the network of this environment, whole or not at all. Raises Trouble."""
    refuse_many_databases(environment)
    state, url = Path(environment["PLN_STATE_DIR"]), environment["PLN_DATABASE_URL"]
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    with archive.beside(file) as parts:
        version = dumping.dump(state, url, parts / archive.DUMP)
        (parts / archive.DUMP).chmod(0o600)
        _copy_keys(state / "keys", parts / archive.KEYS)
        about = {
            "made_at": made_at,
            "network_name": environment.get("PLN_NETWORK_NAME", ""),
            "topic_prefix": environment.get("PLN_TOPIC_PREFIX", ""),
            "kafka_cluster": cluster_if_ready(environment["PLN_KAFKA_BOOTSTRAP_SERVERS"]),
            "postgres": database_version(url),
            "pg_dump": version,
        }
        return archive.write(file, parts, about)


def refuse_many_databases(environment: Mapping[str, str]) -> None:
    """A backup is of one database as of one moment. Raises Trouble when services have others, or none is named."""
    whole = environment.get("PLN_DATABASE_URL")
    if not whole:
        raise Trouble("This needs the administrator's login: PLN_DATABASE_URL is not set.")
    places = {_place(url) for name, url in environment.items() if name.startswith("PLN_DATABASE_URL_")}
    if places - {_place(whole)}:
        raise Trouble("Some services have databases of their own (PLN_DATABASE_URL_…): back those servers up together.")


def _place(url: str) -> tuple[str | None, int, str]:
    parts = urlsplit(url)
    return parts.hostname, parts.port or 5432, parts.path


@contextmanager
def _network(state: Path) -> Generator[Mapping[str, str]]:
    """The network that runs; else its servers, for as long as the backup takes."""
    if is_taken(state / "lock"):
        yield running_network(state)
        return
    if not (state / FILE).exists() and "PLN_DATABASE_URL" not in os.environ:
        raise Trouble(f"There is no network in {state} that could be backed up.")
    with servers_of(state) as environment:
        yield environment


@contextmanager
def servers_of(state: Path) -> Generator[dict[str, str]]:
    """PostgreSQL and Kafka of a network that does not run: those of its state folder, started for a while, or given."""
    with LocalServers(state) as servers:
        given = {name: value for name, value in os.environ.items() if name.startswith("PLN_")}
        yield given | {
            "PLN_DATABASE_URL": servers.database_url,
            "PLN_KAFKA_BOOTSTRAP_SERVERS": servers.kafka_bootstrap,
            "PLN_STATE_DIR": str(state),
        }


def _copy_keys(keys: Path, to: Path) -> None:
    try:
        to.mkdir(mode=0o700)
        for key in sorted(keys.iterdir()):
            if key.is_file() and key.suffix != ".part":
                shutil.copyfile(key, to / key.name)
                (to / key.name).chmod(0o600)
    except OSError as fault:
        raise in_words(fault, f"reading the keys in {keys}") from fault
