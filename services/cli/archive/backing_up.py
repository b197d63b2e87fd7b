"""Makes the backup of a network: a dump of its database as of one moment, and its keys, in one file."""

import os
import shutil
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from services.cli.archive import backup_file, dumps
from services.cli.base.trouble import Trouble, os_faults
from services.cli.local.environment import FILE, given_settings, running_network
from services.cli.local.locks import is_taken
from services.cli.local.probes import cluster_if_ready, database_version
from services.cli.local.servers import LocalServers, settings_of


def back_up(file: Path, environment: Mapping[str, str]) -> backup_file.Manifest:
    """The backup of the network of this environment, whole or not at all. Raises Trouble."""
    refuse_many_databases(environment)
    state, url = Path(environment["PLN_STATE_DIR"]), environment["PLN_DATABASE_URL"]
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    with backup_file.beside(file) as parts:
        version = dumps.dump(state, url, parts / backup_file.DUMP)
        (parts / backup_file.DUMP).chmod(0o600)
        _copy_keys(state / "keys", parts / backup_file.KEYS)
        about = {
            "made_at": made_at,
            "network_name": environment.get("PLN_NETWORK_NAME", ""),
            "topic_prefix": environment.get("PLN_TOPIC_PREFIX", ""),
            "kafka_cluster": cluster_if_ready(settings_of(environment)),
            "postgres": database_version(url),
            "pg_dump": version,
        }
        return backup_file.pack(file, parts, about)


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
def running_or_started(state: Path) -> Generator[Mapping[str, str]]:
    """The network that runs; else its servers, for as long as the block takes."""
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
        yield given_settings() | servers.environment | {"PLN_STATE_DIR": str(state)}


def _copy_keys(keys: Path, to: Path) -> None:
    with os_faults(f"reading the keys in {keys}"):
        to.mkdir(mode=0o700)
        for key in sorted(keys.iterdir()):
            if key.is_file() and key.suffix != ".part":
                shutil.copyfile(key, to / key.name)
                (to / key.name).chmod(0o600)
