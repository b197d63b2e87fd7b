"""One transaction: a connection, a clock, who asks, and the outbox. Nobody else commits."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Generic
from uuid import UUID

import asyncpg
from typing_extensions import TypeVar
from uuid_utils.compat import uuid7

from schemas.event import AnyEvent, Erasure, State
from services.chassis.base import security_log
from services.chassis.base.cause import Cause
from services.chassis.base.hands import Acting, System
from services.chassis.base.leader_words import LEADER_WORDS, LeaderWords
from services.chassis.base.security_log import Happened
from services.chassis.postgres import outbox, waking
from services.chassis.postgres.beginning import END_READING, begin, begin_reading

LOCK_TRIES = 3
"""So often a lock is asked for when more can be read than was locked: somebody may have added it in between."""

Row = asyncpg.Record
if TYPE_CHECKING:
    Pool = asyncpg.Pool[Row]
    Connection = asyncpg.Connection[Row]
else:
    Pool, Connection = asyncpg.Pool, asyncpg.Connection  # generic in their stubs only

Hand = TypeVar("Hand", bound=Acting, covariant=True, default=Acting)
Reader = TypeVar("Reader", bound=Acting)


class NothingCommitted(Exception):
    """A statement had failed and its fault was swallowed, so PostgreSQL rolled back where it was asked to commit."""


class NotOneRow(Exception):
    """A statement changed none or several where it changes one, or one for each: a wrong id, or it was hidden."""


class RowNotLocked(Exception):
    """A row is there to be read, and row-level security did not let it be locked: its policy allows no UPDATE."""


def new_id() -> UUID:
    """A UUIDv7. It names a thing; it never orders anything."""
    return uuid7()


@dataclass
class Transaction(Generic[Hand]):
    """One database transaction, open. `now` is the same for all that happens in it.

    `Transaction[Member]` is one in which staff act for an organisation; a plain `Transaction` is anybody's.
    """

    service: str
    connection: Connection
    acting: Hand
    cause: Cause
    now: datetime
    leader_words: LeaderWords = LEADER_WORDS
    """How this network calls its people, for what is written down in words, as messages are."""
    made_due: bool = field(default=False, init=False)
    emitted: bool = field(default=False, init=False)
    changed: bool = field(default=False, init=False)
    """Whether something was changed, as far as its statements say so."""
    noted: list[Callable[[], None]] = field(default_factory=list[Callable[[], None]], init=False)
    """What the security log and the metrics are told once this has committed."""
    condition: Callable[["Transaction[Any]"], Awaitable[None]] | None = field(default=None, init=False)
    """What has to hold for anything to be changed (`If-Match`), or it raises. It is asked for after each lock, and so
    under the lock of what is changed; and where none was taken, before the first change."""
    _was_asked: bool = field(default=False, init=False)

    async def fetch(self, sql: str, *values: Any) -> list[Row]:
        return await self.connection.fetch(sql, *values)

    async def fetchrow(self, sql: str, *values: Any) -> Row | None:
        return await self.connection.fetchrow(sql, *values)

    async def fetchval(self, sql: str, *values: Any) -> Any:
        return await self.connection.fetchval(sql, *values)

    async def execute(self, sql: str, *values: Any) -> str:
        return await self.connection.execute(sql, *values)

    async def change_one(self, sql: str, *values: Any) -> None:
        """Insert, update or delete exactly one row. Raises NotOneRow."""
        await self._change()
        status = await self.execute(sql, *values)
        if status.rpartition(" ")[2] != "1":
            raise NotOneRow(f"{status}: {' '.join(sql.split())[:80]}")

    async def change_any(self, sql: str, *values: Any) -> int:
        """Insert, update or delete however many rows there are, none too; returns how many.

        For what belongs to somebody, for what may be there already (`on conflict do nothing`) or be gone already.
        """
        await self._change()
        return int((await self.execute(sql, *values)).rpartition(" ")[2])

    async def change_for(self, sql: str, *values: Any) -> Row | None:
        """Insert, update or delete one row by a statement that gives it back (`returning`); None where it did not."""
        await self._change()
        return await self.fetchrow(sql, *values)

    async def change_each(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Insert, update or delete a row for each of many, by one statement. Raises NotOneRow when one is not changed.

        The statement takes them by `unnest`, an array for each column. Rows that are there are locked before, by id.
        """
        if not rows:
            return
        await self._change()
        status = await self.execute(sql, *(list(column) for column in zip(*rows, strict=True)))
        if status.rpartition(" ")[2] != str(len(rows)):
            raise NotOneRow(f"{status} of {len(rows)}: {' '.join(sql.split())[:80]}")

    async def lock_one(self, sql: str, *values: Any) -> Row | None:
        """The row of a `select … for update`, locked; None when there is none. Raises RowNotLocked."""
        select = _without_lock(sql)
        for _ in range(LOCK_TRIES):
            row = await self.fetchrow(sql, *values)
            if row is not None or await self.fetchrow(select, *values) is None:
                await self._locked()
                return row
        raise RowNotLocked(" ".join(select.split())[:80])

    async def lock_all(self, sql: str, *values: Any) -> list[Row]:
        """The rows of a `select … for update` of several, locked. Raises RowNotLocked when some can only be read.

        What somebody else adds meanwhile is locked as well. From the system row-level security hides nothing.
        """
        select = _without_lock(sql)
        for _ in range(LOCK_TRIES):
            rows = await self.fetch(sql, *values)
            if isinstance(self.acting, System) or len(await self.fetch(select, *values)) <= len(rows):
                await self._locked()
                return rows
        raise RowNotLocked(" ".join(select.split())[:80])

    async def _locked(self) -> None:
        if self.condition:
            self._was_asked = True
            await self.condition(self)

    async def _change(self) -> None:
        self.changed = True
        if self.condition:
            if not self._was_asked:
                await self.condition(self)
            self.condition = None

    @asynccontextmanager
    async def reading_as(self, acting: Reader) -> AsyncGenerator["Transaction[Reader]"]:
        """What somebody may read of what stands here now, this transaction's own changes too. It changes nothing."""
        await self.execute(begin_reading(acting))
        try:
            yield Transaction(self.service, self.connection, acting, self.cause, self.now, self.leader_words)  # pyright: ignore[reportReturnType]
        finally:
            await self.execute(END_READING)

    @asynccontextmanager
    async def savepoint(self) -> AsyncGenerator[None]:
        """A part that may fail by itself: its fault is raised, and what it wrote is gone; the rest goes on."""
        await self.execute("savepoint part")
        before = len(self.noted)
        try:
            yield
        except Exception:
            del self.noted[before:]
            # Released too: a part around this one has the same name.
            await self.execute("rollback to savepoint part; release savepoint part")
            raise
        await self.execute("release savepoint part")

    def note(self, happened: Happened, *, of: UUID | None = None, what: str = "", count: int | None = None) -> None:
        """Say it in the security log if this commits: who acts did it, to whom (`of`). `what`: a code of ours."""
        who = {"by": self.acting.hand_id, "of": of, "organisation": self.acting.on_behalf_of}
        self.noted.append(partial(security_log.note, happened, **who, what=what, count=count))

    def count(self, measured: Callable[[], None]) -> None:
        """Measure it if this commits (`tx.count(metrics.STARTED.inc)`): what is rolled back never was."""
        self.noted.append(measured)

    async def emit(self, *events: AnyEvent) -> None:
        """Put events into the outbox, in the order given; all by one statement, so give those of many rows at once.

        Each aggregate's row must be locked and its version raised before. Raises EventTooLarge when one is over
        256 KiB, and asyncpg.UniqueViolationError when a version was emitted already; then none is emitted.
        """
        if not events:
            return
        await self._change()
        columns, of_all = outbox.columns_of(events), (self.cause.correlation_id, self.cause.traceparent, self.now)
        given = (column[0] for column in columns) if len(events) == 1 else columns
        await self.execute(outbox.ADD_ONE if len(events) == 1 else outbox.ADD_MANY, *given, *of_all)
        self.emitted = True
        if gone := [event for event in events if isinstance(event, Erasure)]:
            ids, versions = [one.state.id for one in gone], [one.state.version for one in gone]
            await self.execute(outbox.DROP_OLDER, [one.of.topic for one in gone], ids, versions)

    async def due(self, reaction: Callable[..., Any], id: UUID, version: int) -> None:
        """Owe a reaction (declared with `when_due`) to one aggregate, after this commit."""
        await self.due_each(reaction, {id: version})

    async def due_each(self, reaction: Callable[..., Any], versions: Mapping[UUID, int]) -> None:
        """Owe it to each of several (id → version), who are then done one by one: none keeps the others waiting."""
        if not versions:
            return
        of_all = self.cause.correlation_id, self.cause.traceparent
        await self.execute(waking.DUE, reaction.__name__, list(versions), list(versions.values()), *of_all)
        self.made_due = True

    async def wake(self, reaction: Callable[..., Any], id: UUID, at: datetime | None) -> None:
        """Owe a reaction (declared with `when_due`) to one aggregate when a moment comes, by the database's clock.

        There is one timer for each reaction and id: another moment moves it, None cancels it, and one that has passed
        is due within a second. It may ring too early or in vain, so the reaction looks at what it finds.
        """
        await self.wake_each(reaction, {id: at})

    async def wake_each(self, reaction: Callable[..., Any], at: Mapping[UUID, datetime | None]) -> None:
        """The same for several, each at its own moment, in one statement. Raises ValueError for one without offset."""
        if any(moment is not None and moment.tzinfo is None for moment in at.values()):
            raise ValueError("a timer's moment has an offset from UTC")
        of_all = self.cause.correlation_id, self.cause.traceparent
        await self.execute(waking.WAKE, reaction.__name__, list(at), list(at.values()), *of_all)

    async def first_version(self, of: type[State], id: UUID) -> int:
        """The version of an aggregate made under an id that is not its own: above what was emitted before a restore."""
        return (await self.first_versions(of, [id]))[id]

    async def first_versions(self, of: type[State], ids: Sequence[UUID]) -> dict[UUID, int]:
        """The same of several, by id."""
        rows = await self.fetch("select key, version from lost where topic = $1 and key = any($2)", of.topic, list(ids))
        return dict.fromkeys(ids, 1) | {row["key"]: row["version"] + 1 for row in rows}


def _without_lock(sql: str) -> str:
    select, _, rest = sql.rpartition(" for update")
    assert select and not rest, "the statement ends with `for update`"
    return select


def time_of_day() -> datetime:
    """What the clock on the wall shows."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Database:
    """A service's schema, as its doors use it. `wake_relay`: something was emitted and committed.

    `clock` gives `tx.now`; another than the wall's is for a demo's history and for tests (`app.connect`).
    """

    service: str
    pool: Pool
    wake_relay: Callable[[], None] = lambda: None  # whoever only reads has no relay
    clock: Callable[[], datetime] = time_of_day
    leader_words: LeaderWords = LEADER_WORDS

    @property
    def set_to(self) -> datetime | None:
        """What a clock that was set shows; None while it is the wall's."""
        return None if self.clock is time_of_day else self.clock()

    @asynccontextmanager
    async def transaction(
        self, acting: Hand, cause: Cause | None = None, *, read_only: bool = False
    ) -> AsyncGenerator[Transaction[Hand]]:
        """Open a transaction in which row-level security knows who asks; it commits at the end, or rolls back whole.

        In one that is `read_only` PostgreSQL refuses to change anything.
        """
        async with self.pool.acquire() as connection:
            try:
                await connection.execute(begin(acting, read_only=read_only))
                cause = cause or Cause.fresh()
                tx = Transaction(self.service, connection, acting, cause, self.clock(), self.leader_words)  # pyright: ignore[reportArgumentType]
                yield tx
            except (Exception, asyncio.CancelledError):
                with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):  # the pool ends what is broken
                    await connection.execute("rollback")
                raise
            if await connection.execute("commit") != "COMMIT":
                raise NothingCommitted
        for say in tx.noted:
            say()
        if tx.emitted:
            self.wake_relay()
