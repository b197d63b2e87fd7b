"""PostgreSQL's own pg_dump and pg_restore: a whole database into one file, as of one moment, and back."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from services.cli.base.trouble import Trouble
from services.cli.local.postgres_programs import find_postgres

HOURS = 6 * 3600


def dump(state: Path, url: str, file: Path) -> str:
    """Write the database at `url` into `file`, which may be large; services may go on. Returns pg_dump's version.

    Raises Trouble when it cannot: an older pg_dump than the server, or a login that may not read every row.
    """
    _run(state, "pg_dump", ["--format=custom", "--compress=1", f"--file={file}"], url)
    return _run(state, "pg_dump", ["--version"]).split()[-1]


def load(state: Path, url: str, file: Path) -> None:
    """Fill the empty database at `url` from a dump, in one transaction. The roles must be there. Raises Trouble."""
    _run(state, "pg_restore", ["--single-transaction", "--exit-on-error", str(file)], url)


def _run(state: Path, program: str, options: Sequence[str], url: str | None = None) -> str:
    path = find_postgres(state).folder / program
    if not path.exists():
        raise Trouble(f"{program} was not found in {path.parent}. Install PostgreSQL's client programs.")
    where, password = _login(url) if url else ([], {})
    done = subprocess.run(
        [str(path), *options, *where],
        env={**os.environ, **password},
        capture_output=True,
        text=True,
        timeout=HOURS,
        check=False,
    )
    if "SSL support is not compiled in" in done.stderr:
        without = f"The address of the database asks for TLS (sslmode), and {path} was built without it."
        raise Trouble(f"{without} Install PostgreSQL's own programs, and name their folder in PLN_POSTGRES_BIN.")
    if done.returncode != 0:
        raise Trouble(f"{program} failed: {' '.join(done.stderr.split())[-400:] or 'it gave no reason'}")
    return done.stdout


def _login(url: str) -> tuple[list[str], dict[str, str]]:
    """Options and environment. The password goes by the latter: everybody can read a program's arguments."""
    parts = urlsplit(url)
    where = urlunsplit(parts._replace(netloc=f"{parts.username}@{parts.netloc.rpartition('@')[2]}"))
    return ["--no-password", f"--dbname={where}"], {"PGPASSWORD": unquote(parts.password or "")}
