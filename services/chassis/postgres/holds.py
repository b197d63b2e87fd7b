"""What a room holds of a person, for themselves to read and to take away: each kind of it is one statement.

A statement gives whole rows as JSON, as the person may see them (row-level security, which knows no columns: see
`kept_back`). So a column that comes later is in it by itself. A test asks of every table about a person that a kind
names it, or why none does.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.chassis.base.hands import Person
from services.chassis.postgres.lists import Few, few
from services.chassis.postgres.transaction import Transaction

MOST_ROWS = 2000
"""So many of one kind are given; more than that, the newest are, and it is said that there are more."""


@dataclass(frozen=True)
class Holds:
    """One kind of thing. `title`, `kept`: in words, what it is and until when it is kept.

    `sql` is given the person's id and how many rows; each row is JSON in its first column, the newest first.
    `masked`: columns of which the page shows the end only, to whoever looks over a shoulder; the file has them whole.
    `kept_back`: columns that nobody is given: a secret that proves something, or what is not said yet.
    """

    name: str
    title: str
    kept: str
    sql: str
    masked: frozenset[str] = frozenset()
    kept_back: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Held:
    """What there is of one kind."""

    kind: Holds
    rows: Few[dict[str, Any]]


async def held(tx: Transaction[Person], kinds: Sequence[Holds]) -> list[Held]:
    """All that a room holds of the person who asks."""
    of_the_room = [await _one(tx, kind) for kind in kinds]
    everywhere = [await _one(tx, kind) for kind in (DRAFTS, FILES, HELP)]
    return [*of_the_room, *(one for one in everywhere if one.rows)]


async def _one(tx: Transaction[Person], kind: Holds) -> Held:
    rows = await tx.fetch(kind.sql, tx.acting.person_id, MOST_ROWS + 1)
    return Held(kind, few(rows, MOST_ROWS, lambda row: _given(kind, json.loads(row[0]))))


def _given(kind: Holds, row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in kind.kept_back}


HELP = Holds(
    "help_given",
    "What staff did for you, and which account did it",
    "Until you ask us to forget you",
    "select to_jsonb(h) from help_given h where person_id = $1 order by done_at desc limit $2",
)
FILES = Holds(
    "files",
    "Files that you sent",
    "As long as what they are about",
    "select jsonb_build_object('name', name, 'kind', kind, 'media_type', media_type, 'size', size, 'made_at', made_at,"
    " 'erase_on', erase_on) from file where person_id = $1 order by made_at desc limit $2",
)
DRAFTS = Holds(
    "drafts",
    "Forms that you began",
    "90 days after you last changed them",
    "select to_jsonb(d) from draft d where account_id = $1 order by id desc limit $2",
)
"""The chassis' own, named where somebody has them: not every room takes files, or has forms of several pages."""
