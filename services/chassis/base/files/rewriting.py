"""Has a file made safe by a process of its own: one at a time, within a time limit, and away from the event loop."""

import hashlib
from dataclasses import dataclass
from typing import IO

from services.chassis.base.children.asking import Child, ask
from services.chassis.base.children.turns import NoTurn, Turns
from services.chassis.base.files import refusals
from services.chassis.base.files.names import EXTENSIONS, safe_name
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
TURNS = Turns(most_waiting=20, wait_seconds=30.0)
"""Files of this process that wait lie in temporary files meanwhile, not in memory."""
_CHILD = "services.chassis.base.files.child"
_REFUSALS = {one.slug: one for one in vars(refusals).values() if isinstance(one, type) and issubclass(one, FileRefused)}


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
    try:
        async with TURNS.turn():
            media_type, content = await _by_a_child(file)
    except NoTurn:
        raise FilesBusy from None
    return SafeFile(safe_name(name, media_type), media_type, content)


async def _by_a_child(file: IO[bytes]) -> tuple[str, bytes]:
    """What the file is, and its bytes as they may be kept. Raises the refusal that the child names, or FileDamaged."""
    answer = await ask(Child(_CHILD, SECONDS, MOST_KEPT_BYTES), file)
    if answer and (refused := _REFUSALS.get(answer.first.get("refused", ""))):
        raise refused
    if not answer or not answer.content or answer.first.get("media_type") not in EXTENSIONS:
        raise FileDamaged
    return answer.first["media_type"], answer.content
