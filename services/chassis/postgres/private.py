"""The private half of a thing: what somebody wrote with it, or what only its room may know, in a table of its own.

The table's key is the thing's id and references it `on delete cascade`, so it is forgotten with the thing whoever
deletes it; it has row-level security of its own. A store declares it beside the thing's SQL, and its `add` or `save`
takes both halves, so that neither is saved without the other. `tests/shape/test_private_halves.py` holds each to that.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

from pydantic import BaseModel

from services.chassis.postgres.transaction import Transaction

T = TypeVar("T")


@dataclass(frozen=True)
class PrivateHalf(Generic[T]):
    """The half that is `words`, a frozen dataclass or a pydantic model whose fields are columns of `table`.

    `beside`: what is copied from the thing, its id first, and under which columns; row-level security goes by them.
    The statements are constants of the store: `save_sql` takes what is copied and then the fields, in their order.
    """

    table: str
    words: type[T]
    beside: Sequence[tuple[str, str]]
    save_sql: str
    get_sql: str

    async def save(self, tx: Transaction, thing: Any, words: T) -> None:
        """Add it, or put it in the place of what was there. The caller holds the lock of the thing's row."""
        copied = [getattr(thing, name) for name, _ in self.beside]
        await tx.change_one(self.save_sql, *copied, *(getattr(words, name) for name in self.columns))

    async def get(self, tx: Transaction, id: UUID) -> T | None:
        """None when there is none, or whoever asks may not see it."""
        row = await tx.fetchrow(self.get_sql, id)
        return self.words(**row) if row else None

    @property
    def columns(self) -> tuple[str, ...]:
        """The words, in the order in which `save_sql` takes them."""
        if issubclass(self.words, BaseModel):
            return tuple(self.words.model_fields)
        return tuple(field.name for field in fields(cast("Any", self.words)))
