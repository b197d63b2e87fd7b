"""Asks a child for something: it is given a file and nothing else, has so long for it, and its answer has a limit."""

import asyncio
import json
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import structlog

BUFFER_BYTES = 256 * 1024
_ROOT = Path(__file__).parents[4]

log = structlog.get_logger()


@dataclass(frozen=True)
class Child:
    """`module` is what it runs; it has so many seconds, and answers with so many bytes at most."""

    module: str
    seconds: float
    most_bytes: int


@dataclass(frozen=True)
class Answer:
    """What a child says of what it made, and what it made."""

    first: dict[str, Any]
    content: bytes


async def ask(child: Child, file: IO[bytes]) -> Answer | None:
    """Its answer; None when it took too long, died or talked nonsense. `file` has a descriptor; it is read whole."""
    file.seek(0)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", child.module),
        stdin=file.fileno(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,  # what it says there may hold words of what it was given
        env={"PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        limit=BUFFER_BYTES,
    )
    try:
        async with asyncio.timeout(child.seconds):
            return await _answer_of(process, child.most_bytes)
    except (TimeoutError, ValueError, asyncio.IncompleteReadError):
        log.warning("a child gave no answer", module=child.module, returncode=process.returncode)
        return None
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
        await process.wait()


async def _answer_of(process: asyncio.subprocess.Process, most_bytes: int) -> Answer:
    """Raises ValueError or IncompleteReadError when it died or talks nonsense."""
    assert process.stdout is not None
    first: dict[str, Any] = json.loads(await process.stdout.readline())
    size = int(first.get("size", -1))
    if not 0 <= size <= most_bytes:
        raise ValueError("no answer")
    return Answer(first, await process.stdout.readexactly(size))
