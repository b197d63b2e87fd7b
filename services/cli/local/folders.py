"""Where things are: the checkout, what was fetched once, and the state of a running network."""

import os
import tempfile
from pathlib import Path

from services.cli.base.trouble import os_faults

CHECKOUT = Path(__file__).resolve().parents[3]
RECIPE = CHECKOUT / "deploy" / "local"
INSTALL = CHECKOUT / ".pln" / "install"
"""Fetched once and shared by `make run` and `make test`."""


def state_folder() -> Path:
    """The folder of the network that `pln` looks after: PLN_STATE_DIR, else .pln/run in the checkout."""
    given = os.environ.get("PLN_STATE_DIR")
    return Path(given).absolute() if given else CHECKOUT / ".pln" / "run"


def private_folder(folder: Path) -> None:
    """Make it, or close to others what an older version left open: it holds keys, passwords and people's data.

    Where PostgreSQL's data in it belongs to another user (`nobody`, where root has no user namespaces), that user may
    still pass through.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    passed_by_others = any(data.stat().st_uid != os.getuid() for data in folder.glob("pg[0-9]*"))
    wanted = 0o711 if passed_by_others else 0o700
    if folder.stat().st_mode & 0o777 != wanted:
        with os_faults(f"closing {folder} to others"):
            folder.chmod(wanted)


def write_whole(path: Path, text: str, *, mode: int = 0o600) -> None:
    """Write the file or leave the old one: nobody ever reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(part, mode)
        os.replace(part, path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
