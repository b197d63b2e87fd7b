"""Which of an administrator's commands were run, when and by which user of this machine, beside the network's logs.

What the services note of themselves goes to their logs; a command that works on the database or the keys passes none of
their doors, so its line is written here: never what it was given, only its name.
"""

import json
import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from services.chassis.base.security_log import LOGGER, Happened

FILE = "commands.jsonl"


def note_command(state: Path, name: str) -> None:
    """Add a line to `logs/commands.jsonl` of the state folder, which only its owner reads; nothing where there is none.

    A disk that is full stops no command: whoever mends it needs them.
    """
    if not (state / "logs").is_dir():
        return
    line = {
        "timestamp": datetime.now(UTC).isoformat(),
        "service.name": "pln",
        "logger": LOGGER,
        "event.name": Happened.OPERATED,
        "pln.what": f"command.{name}",
        "process.real_user.id": os.getuid(),
    }
    with suppress(OSError):
        handle = os.open(state / "logs" / FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
