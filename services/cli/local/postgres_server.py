"""Our PostgreSQL server: made once in a folder that gets its name when it is whole, on loopback, with a password."""

import os
import pwd
import secrets
import shutil
import signal
from pathlib import Path

from services.cli.base.apart import apart
from services.cli.base.database import connected, with_names
from services.cli.base.trouble import Trouble
from services.cli.local.folders import write_whole
from services.cli.local.ports import LOOPBACK, Ports
from services.cli.local.postgres_programs import Programs, data_folders, find_postgres
from services.cli.local.processes import Child, Recipe, run_to_end, sweep

DATABASE = "pln"
SUPERUSER = "postgres"
INIT_SECONDS = 120
START_SECONDS = 60
ATTEMPTS = 4
SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "min_wal_size": "80MB",
    "wal_recycle": "off",  # a file of the log that is used again keeps what it held until it is written over
    "max_parallel_workers_per_gather": "0",
    "autovacuum_max_workers": "2",
    "timezone": "UTC",
    "lc_messages": "C",
}
FOR_TESTS = {"fsync": "off", "full_page_writes": "off", "max_connections": "600"}
"""Data that is thrown away need not outlive the machine; it still outlives the server's own death."""
FROM_16_FOR_TESTS = {"scram_iterations": "64"}
"""A password is hashed 4,096 times on both sides as a connection opens: 10 ms, ten thousand times in a run of tests."""
FROM_18 = {"io_workers": "1"}


class Postgres:
    """The PostgreSQL server of one state folder."""

    name = "postgres"

    def __init__(self, state: Path, ports: Ports, lock_fd: int, *, durable: bool = True) -> None:
        self._state = state
        self._durable = durable
        self._ports = ports
        self._lock_fd = lock_fd
        self._port = 0
        self._password = ""
        self.programs: Programs | None = None
        self.child: Child | None = None

    @property
    def url(self) -> str:
        return f"postgresql://{SUPERUSER}:{self._password}@{LOOPBACK}:{self._port}/{DATABASE}"

    def begin(self) -> None:
        """Make the data folder if there is none and start the server, without waiting for it."""
        programs = self.programs or find_postgres(self._state)
        self.programs = programs
        self._refuse_other_versions(programs)
        self._password = _password(self._state)
        if not programs.data.exists():
            self._init(programs)
        elif not (programs.data / "PG_VERSION").exists():
            raise Trouble(f"{programs.data} is not a whole PostgreSQL data folder. `pln reset` makes it anew.")
        self._port = self._port or self._ports.choose(self.name)
        self._launch(programs)

    def wait(self) -> str:
        """Wait until it answers, and return its address. A port lost to somebody else is changed for another."""
        assert self.programs and self.child
        for _ in range(ATTEMPTS):
            if self.child.wait_until(self._is_ready, seconds=START_SECONDS):
                apart(self._ensure_database)
                return self.url
            if "could not bind" not in self.child.last_words(12):
                break
            self._port = self._ports.choose(self.name, fresh=True)
            self._launch(self.programs)
        raise self.child.why_it_failed(START_SECONDS)

    def begin_again(self) -> None:
        """Start after a crash, on the same port. Backends can outlive a killed server, so they end first."""
        assert self.programs
        sweep(None, self.programs.data)
        self._launch(self.programs)

    def _launch(self, programs: Programs) -> None:
        # We hold the folder's lock and nothing of an earlier run lives, so a process number in there is stale.
        (programs.data / "postmaster.pid").unlink(missing_ok=True)
        settings = self._settings(programs.major) | {"port": str(self._port)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [str(programs.folder / "postgres"), "-D", str(programs.data), *options]
        fast, at_once = (signal.SIGINT, 15.0), (signal.SIGQUIT, 5.0)
        recipe = self._recipe(programs, command, stop_signals=(fast, at_once))
        self.child = Child(recipe, keep_fds=[self._lock_fd])

    def _settings(self, major: int) -> dict[str, str]:
        settings = SETTINGS | (FROM_18 if major >= 18 else {})
        if not self._durable:
            settings |= FOR_TESTS | (FROM_16_FOR_TESTS if major >= 16 else {})
        return settings

    def _recipe(self, programs: Programs, command: list[str], *, stop_signals: tuple[tuple[int, float], ...]) -> Recipe:
        return Recipe(
            name="PostgreSQL",
            command=command,
            cwd=programs.home,
            log=self._state / "logs" / "postgres.log",
            state=self._state,
            user=programs.user,
            death_signal=signal.SIGINT,
            stop_signals=stop_signals,
        )

    def _init(self, programs: Programs) -> None:
        programs.home.mkdir(parents=True, exist_ok=True)
        part = programs.home / f"{programs.data.name}.part"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700)
        secret = programs.home / ".password.part"
        write_whole(secret, self._password, mode=0o600)
        if programs.user == "nobody":
            nobody = pwd.getpwnam("nobody")
            for path in (part, secret):
                os.chown(path, nobody.pw_uid, nobody.pw_gid)
        order = [str(programs.folder / "initdb"), "-D", str(part), "-U", SUPERUSER, "-E", "UTF8"]
        order += ["--locale=C.UTF-8", "--auth=scram-sha-256", f"--pwfile={secret}", "--no-instructions"]
        if programs.major >= 16 and not self._durable:
            order += [part for name, value in FROM_16_FOR_TESTS.items() for part in ("-c", f"{name}={value}")]
        try:
            run_to_end(self._recipe(programs, order, stop_signals=((signal.SIGTERM, 5.0),)), seconds=INIT_SECONDS)
            part.rename(programs.data)
        finally:
            secret.unlink(missing_ok=True)
            shutil.rmtree(part, ignore_errors=True)

    def _refuse_other_versions(self, programs: Programs) -> None:
        for folder in data_folders(self._state):
            if folder.suffix or folder == programs.data:
                continue
            raise Trouble(
                f"{folder} holds the data of PostgreSQL {folder.name.removeprefix('pg')}, "
                f"and the PostgreSQL here is {programs.major}. `pln reset` starts with an empty region."
            )

    def _is_ready(self) -> bool:
        """As pg_ctl looks: our own data folder names our own process, and says ready."""
        assert self.programs and self.child
        try:
            lines = (self.programs.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[0] == str(self.child.pid) and lines[7].strip() == "ready"

    async def _ensure_database(self) -> None:
        assert self.programs
        async with connected(self.url.replace(f"/{DATABASE}", "/postgres"), timeout=20) as connection:
            folder = str(await connection.fetchval("show data_directory"))
            if Path(folder).resolve() != self.programs.data.resolve():
                raise Trouble(f"The PostgreSQL that answers on port {self._port} is not ours.")
            if not await connection.fetchval("select true from pg_database where datname = $1", DATABASE):
                await connection.execute(with_names("create database {database}", database=DATABASE))


def _password(state: Path) -> str:
    file = state / "postgres.password"
    if not file.exists():
        write_whole(file, secrets.token_urlsafe(24), mode=0o600)
    return file.read_text()
