"""What a child does first and last: it limits itself, and it answers.

The first line of the output is JSON, with the size of what follows; then come the bytes.
"""

import json
import os
import sys
from contextlib import suppress
from typing import Any


def limit(*, cpu_seconds: int, memory_bytes: int) -> None:
    """Before anything is read. It writes no file, leaves no picture of its memory, and lets others go first."""
    with suppress(ImportError):  # Windows has no such limits; the time limit of whoever waits holds there too
        import resource

        for what, most in (
            (resource.RLIMIT_CPU, cpu_seconds),
            (resource.RLIMIT_AS, memory_bytes),
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_FSIZE, 0),
        ):
            with suppress(ValueError, OSError):  # not every system knows each of them
                resource.setrlimit(what, (most, most))
        os.nice(5)


def answer(first: dict[str, Any], content: bytes = b"") -> None:
    """Say what it is (or why there is nothing), and give it."""
    sys.stdout.buffer.write(json.dumps(first | {"size": len(content)}).encode() + b"\n" + content)
    sys.stdout.buffer.flush()
