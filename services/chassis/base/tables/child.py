"""`python -m services.chassis.base.tables.child`: reads one table, from its input to its output, and ends.

A process of its own, with no secret and little room, as for other files (chassis/base/files/child.py): a workbook that
unpacks without end ends this process and nothing else. The answer is JSON: the names of the columns, and the lines.
"""

import json
import sys

from services.chassis.base.children.inside import answer, limit

CPU_SECONDS = 20
MEMORY_BYTES = 768 * 1024 * 1024
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PACKED = (b"PK\x03\x04", b"PK\x05\x06")


def main() -> None:
    limit(cpu_seconds=CPU_SECONDS, memory_bytes=MEMORY_BYTES)
    from services.chassis.base.tables.refusals import MOST_SENT_BYTES, TableRefused  # under the limits

    content = sys.stdin.buffer.read(MOST_SENT_BYTES + 1)
    try:
        answer({}, _read(content))
    except TableRefused as refusal:
        answer({"refused": refusal.slug, "words": refusal.words})


def _read(content: bytes) -> bytes:
    """What it is, its first bytes decide; its name does not count."""
    from services.chassis.base.tables import text, workbook
    from services.chassis.base.tables.heading import table_of
    from services.chassis.base.tables.refusals import OldWorkbook

    if content.startswith(_OLD):
        raise OldWorkbook
    names, lines = table_of((workbook if content.startswith(_PACKED) else text).lines(content))
    rows = [[one.line, one.cells, one.problem] for one in lines]
    return json.dumps({"columns": names, "lines": rows}).encode()


if __name__ == "__main__":
    main()
