"""What staff did for people in a room: kept and said in the transaction that did it, and forgotten with the person.

Each is its public state. The room that tells people keeps what the others said in the same table.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict, TypeVar
from uuid import UUID

from schemas.event import Erased, Erasure, Event
from schemas.helping import Help
from services.chassis.base.hands import Person, SignedIn
from services.chassis.postgres.transaction import Row, Transaction, new_id

Given = TypeVar("Given", bound=Help)
_HELP = "id, version, person_id, helped_by, organisation_id, what, done_at"
_ADD = "insert into help_given (" + _HELP + ") values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing"


@dataclass(frozen=True)
class Kept:
    """What a room says of it: its state, and the event when something was done."""

    of: type[Help]
    given: type[Event[Any]]


class Stored(TypedDict):
    """How the states of a room are found, locked and saved, for `Owned` of its restate.py."""

    after: Callable[..., Awaitable[Sequence[Any]]]
    lock: Callable[[Transaction, UUID], Awaitable[Any]]
    save: Callable[[Transaction, Any], Awaitable[None]]


def stored(of: type[Given]) -> Stored:
    def read(row: Row) -> Given:
        return of.build(**dict(row))

    async def after(tx: Transaction, id: UUID, *, limit: int) -> list[Given]:
        rows = await tx.fetch("select " + _HELP + " from help_given where id > $1 order by id limit $2", id, limit)
        return [read(row) for row in rows]

    async def lock(tx: Transaction, id: UUID) -> Given | None:
        row = await tx.lock_one("select " + _HELP + " from help_given where id = $1 for update", id)
        return read(row) if row else None

    async def save(tx: Transaction, help: Given) -> None:
        """Nothing about it ever changes but its version, when it is said again."""
        await tx.change_one("update help_given set version = $2 where id = $1", help.id, help.version)

    return {"after": after, "lock": lock, "save": save}


async def add(tx: Transaction[Person], what: str, kept: Kept | None) -> None:
    """Whoever acts has done this for the person, who is told where the room says it (`kept`)."""
    given = (kept.of if kept else Help).build(
        id=new_id(),
        version=1,
        person_id=tx.acting.person_id,
        helped_by=tx.acting.helper,
        organisation_id=tx.acting.helping_for,
        what=what,
        done_at=tx.now,
    )
    await keep(tx, given)
    if kept:
        await tx.emit(kept.given(given))


async def helped_by_whoever_acts(tx: Transaction[SignedIn], people: Collection[UUID]) -> frozenset[UUID]:
    """For which of these people the acting hand has done something in this room."""
    rows = await tx.fetch(
        "select distinct person_id from help_given where helped_by = $1 and person_id = any($2::uuid[])",
        *(tx.acting.by, list(people)),
    )
    return frozenset(row["person_id"] for row in rows)


async def all_helped_by_whoever_acts(tx: Transaction[SignedIn]) -> frozenset[UUID]:
    """Everybody in whose name the acting hand has done something in this room."""
    rows = await tx.fetch("select distinct person_id from help_given where helped_by = $1", tx.acting.by)
    return frozenset(row["person_id"] for row in rows)


async def keep(tx: Transaction, given: Help) -> None:
    """Once, however often it is heard."""
    values = (given.id, given.version, given.person_id, given.helped_by, given.organisation_id)
    await tx.change_any(_ADD, *values, given.what, given.done_at)


async def forget(tx: Transaction, person_id: UUID, erased: type[Erasure[Any]] | None = None) -> None:
    """All that was done for a person. The room that said it says that it is gone (`erased`)."""
    rows = await tx.lock_all(
        "select id, version from help_given where person_id = $1 order by id for update", person_id
    )
    await tx.change_any("delete from help_given where person_id = $1", person_id)
    if erased:
        await tx.emit(*(erased(Erased(id=row["id"], version=row["version"] + 1)) for row in rows))


async def drop(tx: Transaction, id: UUID) -> None:
    """What was heard is forgotten by the room that said it."""
    await tx.change_any("delete from help_given where id = $1", id)
