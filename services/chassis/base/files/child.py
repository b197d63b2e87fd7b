"""`python -m services.chassis.base.files.child`: makes one file safe, from its input to its output, and ends.

A process of its own, with no secret and little room: a file that makes a reader of pictures stumble, fill the memory or
go round for ever ends this process and nothing else. The first line of the output is JSON: what it is, or why it is
refused; then come the bytes.
"""

import json
import os
import sys
from contextlib import suppress

CPU_SECONDS = 20
MEMORY_BYTES = 1536 * 1024 * 1024


def main() -> None:
    _limit()
    from services.chassis.base.files.refusals import MOST_SENT_BYTES, FileRefused  # under the limits

    content = sys.stdin.buffer.read(MOST_SENT_BYTES + 1)
    try:
        media_type, safe = _made_safe(content)
        _answer({"media_type": media_type, "size": len(safe)}, safe)
    except FileRefused as refusal:
        _answer({"refused": refusal.slug})


def _made_safe(content: bytes) -> tuple[str, bytes]:
    """What reads it decides what it is; its name and what the sender called it do not count."""
    from services.chassis.base.files import documents, pictures
    from services.chassis.base.files.refusals import FileIsHeic, FileOfAnotherKind

    if drawn := pictures.redrawn(content):
        return "image/jpeg", drawn
    if written := documents.rewritten(content):
        return "application/pdf", written
    if content[4:8] == b"ftyp" and content[8:12] in (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"):
        raise FileIsHeic
    raise FileOfAnotherKind


def _answer(first: dict[str, str | int], content: bytes = b"") -> None:
    sys.stdout.buffer.write(json.dumps(first).encode() + b"\n" + content)
    sys.stdout.buffer.flush()


def _limit() -> None:
    with suppress(ImportError):  # Windows has no such limits; the time limit of whoever waits holds there too
        import resource

        for what, most in (
            (resource.RLIMIT_CPU, CPU_SECONDS),
            (resource.RLIMIT_AS, MEMORY_BYTES),
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_FSIZE, 0),
        ):
            with suppress(ValueError, OSError):  # not every system knows each of them
                resource.setrlimit(what, (most, most))
        os.nice(5)


if __name__ == "__main__":
    main()
