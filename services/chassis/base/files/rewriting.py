"""Has a file made safe by a process of its own: one at a time, within a time limit, and away from the event loop."""

import asyncio
import hashlib
import json
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import structlog

from services.chassis.base.files import refusals
from services.chassis.base.files.names import safe_name
from services.chassis.base.files.refusals import (
    MOST_KEPT_BYTES,
    MOST_SENT_BYTES,
    FileDamaged,
    FileEmpty,
    FileRefused,
    FilesBusy,
    FileTooLarge,
)

SECONDS = 30.0
"""So long one file may take; one that takes longer is refused as damaged. A photo takes half a second."""
WAIT_SECONDS = 30.0
MOST_WAITING = 20
"""Files of this process that wait for their turn. Each lies in a temporary file meanwhile, not in memory."""
BUFFER_BYTES = 64 * 1024
_ROOT = Path(__file__).parents[4]
_CHILD = "services.chassis.base.files.child"
_REFUSALS = {one.slug: one for one in vars(refusals).values() if isinstance(one, type) and issubclass(one, FileRefused)}

log = structlog.get_logger()


@dataclass(frozen=True)
class SafeFile:
    """A file as it may be kept: drawn or written anew by us, under a name that misleads nobody."""

    name: str
    media_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


async def made_safe(file: IO[bytes], *, size: int, name: str) -> SafeFile:
    """What is to be kept of a file that somebody sent. `file` has a descriptor; it is read from its start.

    Raises FileRefused in one of its kinds, FilesBusy among them.
    """
    if size == 0:
        raise FileEmpty
    if size > MOST_SENT_BYTES:
        raise FileTooLarge
    async with _turn():
        media_type, content = await _by_a_child(file)
    return SafeFile(safe_name(name, media_type), media_type, content)


class _Turns:
    """Whose turn it is in this process, and how many wait."""

    def __init__(self) -> None:
        self.one = asyncio.Semaphore(1)
        self.waiting = 0


_turns = _Turns()


@asynccontextmanager
async def _turn() -> AsyncGenerator[None]:
    if _turns.waiting >= MOST_WAITING:
        raise FilesBusy
    _turns.waiting += 1
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            await _turns.one.acquire()
    except TimeoutError:
        raise FilesBusy from None
    finally:
        _turns.waiting -= 1
    try:
        yield
    finally:
        _turns.one.release()


async def _by_a_child(file: IO[bytes]) -> tuple[str, bytes]:
    file.seek(0)
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", _CHILD),
        stdin=file.fileno(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,  # what it says there may hold words of the file
        env={"PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        limit=BUFFER_BYTES,
    )
    try:
        async with asyncio.timeout(SECONDS):
            answer = await _answer_of(child)
    except (TimeoutError, ValueError, asyncio.IncompleteReadError):
        answer = None
    finally:
        if child.returncode is None:
            with suppress(ProcessLookupError):
                child.kill()
        await child.wait()
    if answer is None:
        log.warning("a file could not be read", returncode=child.returncode)
        raise FileDamaged
    return answer


async def _answer_of(child: asyncio.subprocess.Process) -> tuple[str, bytes]:
    """Raises the refusal that the child names; ValueError or IncompleteReadError when it died or talks nonsense."""
    assert child.stdout is not None
    first: dict[str, Any] = json.loads(await child.stdout.readline())
    if refused := _REFUSALS.get(first.get("refused", "")):
        raise refused
    size = int(first.get("size", 0))
    if not 0 < size <= MOST_KEPT_BYTES or first.get("media_type") not in ("image/jpeg", "application/pdf"):
        raise ValueError("no answer")
    return str(first["media_type"]), await child.stdout.readexactly(size)
