"""What waits for staff in a room and is said by none of its other states: kept in step with what is so, by a job.

A room says what waits now, by one statement of its own; whatever began, changed or ended since is said here. So no
command has to think of it, and what an older version left, or a restore brought back, is right again by the next look.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypedDict, TypeVar
from uuid import UUID

from schemas.event import Event, Waiting
from schemas.to_do import ToDo
from services.chassis.postgres.transaction import Row, Transaction

MOST = 5000
"""Things of one room that wait in this way; what comes after them is said when some of them are done."""

One = TypeVar("One", bound=ToDo)


@dataclass(frozen=True)
class Says:
    """A room's topic for it, and its events."""

    of: type[ToDo]
    begun: type[Event[Any]]
    ended: type[Event[Any]]


@dataclass(frozen=True)
class Wanted:
    """One thing that waits. `id`: of what is so in the room. `not_for`: who does not see it, whatever their role."""

    id: UUID
    waiting: tuple[Waiting, ...]
    not_for: tuple[UUID, ...] = ()


async def keep_in_step(tx: Transaction, says: Says, wanted: Sequence[Wanted]) -> int:
    """Say what is not as it was said before; how many it were. Only the room's job calls it: one at a time."""
    now = {one.id: one for one in wanted}
    rows = await tx.fetch("select state from to_do where waits or id = any($1::uuid[]) order by id", list(now))
    before = {one.id: one for one in (says.of.model_validate_json(row["state"]) for row in rows)}
    changed = [
        _as_wanted(says, id, now.get(id), before.get(id))
        for id in sorted(now.keys() | before.keys())
        if _differs(now.get(id), before.get(id))
    ]
    await tx.change_each(
        "insert into to_do (id, version, state) select id, version, state from unnest($1::uuid[], $2::bigint[],"
        " $3::jsonb[]) as n (id, version, state) on conflict (id) do update set version = excluded.version,"
        " state = excluded.state",
        [(one.id, one.version, one.model_dump_json()) for one in changed],
    )
    await tx.emit(*((says.begun if one.waiting else says.ended)(one) for one in changed))
    return len(changed)


def _differs(wanted: Wanted | None, before: ToDo | None) -> bool:
    said = (before.waiting, before.not_for) if before else ((), ())
    return (wanted.waiting, wanted.not_for) != said if wanted else said != ((), ())


def _as_wanted(says: Says, id: UUID, wanted: Wanted | None, before: ToDo | None) -> ToDo:
    waiting, not_for = (wanted.waiting, wanted.not_for) if wanted else ((), ())
    return says.of.build(id=id, version=before.version + 1 if before else 1, waiting=waiting, not_for=not_for)


class Stored(TypedDict):
    """How the states are found, locked and saved, for `Owned` of a room's restate.py."""

    after: Any
    lock: Any
    save: Any


def stored(of: type[One]) -> Stored:
    def read(row: Row) -> One:
        return of.model_validate_json(row["state"])

    async def after(tx: Transaction, id: UUID, *, limit: int) -> list[One]:
        rows = await tx.fetch("select state from to_do where id > $1 order by id limit $2", id, limit)
        return [read(row) for row in rows]

    async def lock(tx: Transaction, id: UUID) -> One | None:
        row = await tx.lock_one("select state from to_do where id = $1 for update", id)
        return read(row) if row else None

    async def save(tx: Transaction, one: One) -> None:
        await tx.change_one(
            "update to_do set version = $2, state = $3 where id = $1", one.id, one.version, one.model_dump_json()
        )

    return {"after": after, "lock": lock, "save": save}
