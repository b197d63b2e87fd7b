"""Has a table read by a process of its own: one at a time, within a time limit, and away from the event loop."""

import json
from dataclasses import dataclass
from typing import IO, Any

from services.chassis.base.children.asking import Child, ask
from services.chassis.base.children.turns import NoTurn, Turns
from services.chassis.base.files.names import NO_NAME, shown_name
from services.chassis.base.tables import refusals
from services.chassis.base.tables.heading import Line
from services.chassis.base.tables.refusals import (
    MOST_SENT_BYTES,
    TableDamaged,
    TableEmpty,
    TableRefused,
    TablesBusy,
    TableTooLarge,
)

SECONDS = 30.0
"""A list of 5,000 lines takes two seconds."""
MOST_ANSWERED_BYTES = 24 * 1024 * 1024
TURNS = Turns(most_waiting=5, wait_seconds=30.0)
_CHILD = Child("services.chassis.base.tables.child", SECONDS, MOST_ANSWERED_BYTES)
_REFUSALS = {
    one.slug: one for one in vars(refusals).values() if isinstance(one, type) and issubclass(one, TableRefused)
}


@dataclass(frozen=True)
class Table:
    """The names of its columns, and its lines, each with as many cells. `name`: of the file, as it may be shown."""

    columns: list[str]
    lines: list[Line]
    name: str = NO_NAME


async def read_table(file: IO[bytes], *, size: int, name: str = "") -> Table:
    """What stands in a file that somebody sent. `file` has a descriptor. Raises TableRefused in one of its kinds."""
    if size == 0:
        raise TableEmpty
    if size > MOST_SENT_BYTES:
        raise TableTooLarge
    try:
        async with TURNS.turn():
            answer = await ask(_CHILD, file)
    except NoTurn:
        raise TablesBusy from None
    if answer and (refused := _REFUSALS.get(answer.first.get("refused", ""))):
        raise refused(str(answer.first.get("words", ""))[:500])
    if not answer or not answer.content:
        raise TableDamaged
    return _table(json.loads(answer.content), shown_name(name))


def _table(said: dict[str, Any], name: str) -> Table:
    return Table(said["columns"], [Line(number, cells, problem) for number, cells, problem in said["lines"]], name)
