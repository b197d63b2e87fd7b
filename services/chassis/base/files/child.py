"""`python -m services.chassis.base.files.child`: makes one file safe, from its input to its output, and ends.

A process of its own, with no secret and little room: a file that makes a reader of pictures stumble, fill the memory or
go round for ever ends this process and nothing else. The first line of the output is JSON: what it is, or why it is
refused; then come the bytes.
"""

import sys

from services.chassis.base.children.inside import answer, limit

CPU_SECONDS = 20
MEMORY_BYTES = 1536 * 1024 * 1024


def main() -> None:
    limit(cpu_seconds=CPU_SECONDS, memory_bytes=MEMORY_BYTES)
    from services.chassis.base.files.refusals import MOST_SENT_BYTES, FileRefused  # under the limits

    content = sys.stdin.buffer.read(MOST_SENT_BYTES + 1)
    try:
        media_type, safe = _made_safe(content)
        answer({"media_type": media_type}, safe)
    except FileRefused as refusal:
        answer({"refused": refusal.slug})


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


if __name__ == "__main__":
    main()
