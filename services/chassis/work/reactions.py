"""Reactions: what a service does about a mirror row that changed. Declared here, done by `workers.py`.

A reaction is a command called with the newest state. It makes the world agree with it, and is safe to repeat. What it
cannot do is noted and tried again until a later state replaces it, in sight of operators.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from schemas.event import S, State
from services.chassis.postgres.mirrors import Mirror
from services.chassis.postgres.transaction import Transaction

Handler = Callable[[Transaction, Any], Awaitable[None]]
Comparing = Callable[[Transaction, Any, Any], Awaitable[None]]
ByID = Callable[[Transaction, UUID], Awaitable[None]]
Batch = Callable[[Transaction, UUID, UUID | None], Awaitable[UUID | None]]
"""Called with the id and after whom to go on, None at first; returns the last that it did, None when that was all."""


class Timers(Protocol):
    """Which timers of a reaction there should be, of those after an id, in id order: what, and when."""

    async def __call__(self, tx: Transaction, after: UUID, *, limit: int) -> Mapping[UUID, datetime]: ...


@dataclass(frozen=True)
class Reaction:
    name: str
    mirror: Mirror | None
    handle: Handler | None = None
    compare: Comparing | None = None
    by_id: ByID | None = None
    batch: Batch | None = None
    erased: ByID | None = None
    fresh_for: timedelta | None = None
    shares_transaction: bool = False
    timers: Timers | None = None


async def nothing_else_to_forget(tx: Transaction, id: UUID) -> None:
    """`erased=` of a topic of which the service keeps only the mirror, which forgets by itself."""


class Reactions:
    """What one service keeps and does: its mirrors and its reactions. One object a service, in its reactions.py."""

    def __init__(self, service: str) -> None:
        self.service = service
        self.mirrors: dict[str, Mirror] = {}
        self.named: dict[str, Reaction] = {}

    def keep(self, of: type[State], *, erased: ByID | None = None, **options: Any) -> None:
        """Mirror a topic. Options: columns, searched, person, organisation, staff, colleagues of `Mirror`.

        `erased` is called with the id of an erased aggregate; topics about people must name it, here or on a reaction.
        """
        self.mirrors[of.topic] = Mirror(self.service, of, **options)
        if erased:
            name = f"{erased.__name__}_of_{of.__name__.lower()}"
            self._add(Reaction(name, self.mirrors[of.topic], erased=erased))

    def react_to(
        self,
        of: type[S],
        *,
        erased: ByID | None = None,
        fresh_for: timedelta | None = None,
        shares_transaction: bool = False,
    ) -> Callable[[Callable[[Transaction, S], Awaitable[None]]], Handler]:
        """Call the function with the newest state when the mirror of this topic has news.

        `fresh_for`: older news is noted, not handled. `shares_transaction`: it locks no row but those under the id that
        it is called with, so several may share a transaction, in id order, and nobody can deadlock with them.
        """

        def declare(handle: Callable[[Transaction, S], Awaitable[None]]) -> Handler:
            one = Reaction(handle.__name__, self.mirrors[of.topic], handle, erased=erased, fresh_for=fresh_for)
            self._add(replace(one, shares_transaction=shares_transaction))
            return handle

        return declare

    def react_to_change_of(
        self, of: type[S], *, erased: ByID | None = None
    ) -> Callable[[Callable[[Transaction, S, S | None], Awaitable[None]]], Comparing]:
        """Call the function with the newest state and the one that it handled last, which is kept for it."""

        def declare(handle: Callable[[Transaction, S, S | None], Awaitable[None]]) -> Comparing:
            self._add(Reaction(handle.__name__, self.mirrors[of.topic], compare=handle, erased=erased))
            return handle

        return declare

    def when_due(self, by_id: ByID, *, timers: Timers | None = None, shares_transaction: bool = False) -> ByID:
        """A reaction to one of the service's own aggregates, owed by `tx.due(by_id, id, version)` or `tx.wake`.

        `timers` says which there should be: the sweeper sets what is missing. It must be given where `tx.wake` is used.
        """
        self._add(Reaction(by_id.__name__, None, by_id=by_id, timers=timers, shares_transaction=shares_transaction))
        return by_id

    def fan_out(self, batch: Batch) -> Batch:
        """A reaction of one thing for many, owed by `tx.due(batch, id, version)` and done a batch at a time.

        `batch(tx, id, after)` does the next of them, in the order of their ids. Each batch is a transaction in which it
        is noted how far it came: cut off, it goes on after the last batch that was committed.
        """
        self._add(Reaction(batch.__name__, None, batch=batch))
        return batch

    def to(self, topic: str) -> list[str]:
        return [name for name, one in self.named.items() if one.mirror and one.mirror.of.topic == topic]

    def _add(self, reaction: Reaction) -> None:
        assert reaction.name not in self.named, f"two reactions are called {reaction.name}"
        self.named[reaction.name] = reaction
