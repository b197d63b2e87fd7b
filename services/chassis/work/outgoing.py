"""What leaves the network: rows that are leased, sent outside any transaction, each with a fate of its own.

A service declares which rows of its tables are to be sent (`Outgoing`); the job that sends them, its back-off, its
metrics and its part of /ops/<service> come from here. A row is leased with a few others in one short transaction; then
for each: one transaction that counts the try and reads what is to be sent as it is now, the sending, and one that
notes what became of it. Whoever is killed in between has sent something of which nobody knows: it is sent again when
the lease has run out. So only that may be declared which its receiver can take twice under one id, as e-mail is.
"""

import asyncio
import traceback
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Generic, TypeVar
from uuid import UUID

import structlog

from services.chassis.base import metrics
from services.chassis.base.settings import Settings
from services.chassis.postgres.faults import DATABASE_AWAY
from services.chassis.postgres.transaction import Transaction
from services.chassis.work.back_off import FOUR_DAYS, BackOff
from services.chassis.work.leases import Lease, Rows
from services.chassis.work.scheduler import Clock, Job

EVERY = timedelta(seconds=1)
CONNECTIONS = 4
"""So many at once, at most."""
AT_ONCE = 8
"""Rows leased in one transaction."""
RUN_SECONDS = 15.0
"""After so long nothing more is begun: the next run goes on, and other jobs have their turn between."""
SEND_SECONDS = 45.0
"""How long sending one may take, well within its lease."""

T = TypeVar("T")
Send = Callable[[T], Awaitable[None]]
"""Sends one. Raises RefusedForNow, RefusedForGood or RefusesAll."""
log = structlog.get_logger()


class Refused(Exception):
    """It was not taken. The words carry no address."""


class RefusedForNow(Refused):
    """This one, for now; or nobody knows whether it was taken. It is tried again."""


class RefusedForGood(Refused):
    """This one will never be taken. It is given up."""


class RefusesAll(Refused):
    """Whoever should take them is away, or takes nothing from us: no single one is to blame, and all wait."""


class NotBefore(Exception):
    """`load` says that it may not be sent before a time of day."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at.isoformat())
        self.at = at


@dataclass(frozen=True)
class Outgoing(Generic[T]):
    """What of a service leaves the network, and what it does about the fate of each.

    `what`: the code under which people wait for it, as in the service's `waits`. The four functions are commands.
    `load` reads what is to be sent, as it is now; None when it is not to be sent after all, which it has noted. The
    others note that it was sent, that it was given up (and why, without an address), that it is no longer worth
    sending.
    """

    rows: Rows
    what: str
    open: Callable[[Settings], AbstractAsyncContextManager[Send[T]]]
    load: Callable[[Transaction, UUID], Awaitable[T | None]]
    sent: Callable[[Transaction, UUID], Awaitable[None]]
    given_up: Callable[[Transaction, UUID, str], Awaitable[None]]
    gone_stale: Callable[[Transaction, UUID], Awaitable[None]]
    back_off: BackOff = FOUR_DAYS
    connections: int = CONNECTIONS

    @property
    def job(self) -> Job:
        return Job(self.rows.name, EVERY, self.run, waits=self._waits)

    async def _waits(self, clock: Clock) -> bool:
        async with clock.transaction() as tx:
            return await self.rows.any_due(tx)

    async def run(self, clock: Clock) -> None:
        """Send what is due, over a few connections at once."""
        metrics.outgoing_begins(clock.service, self.what)
        await _Run(self, clock).work()


@dataclass
class _Run(Generic[T]):
    """One run of the job: what it has leased, and its connections."""

    of: Outgoing[T]
    clock: Clock
    leased: deque[Lease] = field(default_factory=deque[Lease])
    refused: bool = False
    """Everything is refused, so nothing more is begun."""
    taken: bool = False
    """Something was sent, so that no pause is due any more."""
    ends: float = field(default_factory=lambda: asyncio.get_running_loop().time() + RUN_SECONDS)

    async def work(self) -> None:
        """The first connection tells whether anything is taken at all; then the others are opened, if there is more."""
        if not await self._lease():
            return
        tasks: list[asyncio.Task[None]] = []
        try:
            async with self.of.open(self.clock.settings) as send:
                more = min(self.of.connections, len(self.leased)) - 1
                sending = [self._work_off(send), *(self._connect_too() for _ in range(more))]
                tasks += [asyncio.create_task(one) for one in sending]
                await asyncio.gather(*tasks)
        except RefusesAll as refusal:
            await self._pause(refusal)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._give_back()

    async def _connect_too(self) -> None:
        """One more connection. Where it is one too many, the others go on without it."""
        with suppress(RefusesAll):
            async with self.of.open(self.clock.settings) as send:
                await self._work_off(send)

    async def _work_off(self, send: Send[T]) -> None:
        while not self._over() and (self.leased or await self._lease()):
            if self.leased:
                lease = self.leased.popleft()
                await self._safely(lease, self._send(lease, send))

    def _over(self) -> bool:
        return self.refused or asyncio.get_running_loop().time() >= self.ends

    async def _lease(self) -> bool:
        """Lease a few more, and settle what is no longer worth sending. False when nothing is due, or time is up."""
        while not self._over():
            async with self.clock.transaction() as tx:
                found = await self.of.rows.lease(tx, limit=AT_ONCE)
            self.leased += [one for one in found if not one.stale]
            for one in found:
                if one.stale:
                    await self._safely(one, self._note_stale(one))
            if self.leased or not found:
                break
        return bool(self.leased)

    async def _safely(self, lease: Lease, doing: Awaitable[None]) -> None:
        """A fault of our own stays with the row that it concerns, which is tried again later and given up at last."""
        try:
            await doing
        except DATABASE_AWAY:
            raise
        except Exception as fault:
            await self._note_refused(lease, _where(fault))

    async def _send(self, lease: Lease, send: Send[T]) -> None:
        try:
            async with self.clock.transaction() as tx:
                until = await self.of.rows.begin(tx, lease)
                item = await self.of.load(tx, lease.id) if until else None
        except NotBefore as early:
            await self._free(lease, at=early.at)
            return
        if until is None:
            return
        lease.until = until
        if item is None:
            await self._free(lease)
            return
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await send(item)
        except RefusesAll as refusal:
            await self._pause(refusal, lease)
        except RefusedForGood as refusal:
            await self._give_up(lease, lease.attempts + 1, str(refusal))
        except (RefusedForNow, TimeoutError) as refusal:
            await self._note_refused(lease, str(refusal) or "no answer in time")
        except Exception as fault:
            await self._note_refused(lease, _where(fault))
        else:
            await self._note_sent(lease)

    async def _note_sent(self, lease: Lease) -> None:
        async with self.clock.transaction() as tx:
            await self.of.rows.free(tx, lease, attempts=lease.attempts + 1)
            await self.of.sent(tx, lease.id)
            if not self.taken:
                await self.of.rows.resume(tx)
        self.taken = True
        self._count("sent")

    async def _note_stale(self, lease: Lease) -> None:
        async with self.clock.transaction() as tx:
            if await self.of.rows.free(tx, lease, attempts=lease.attempts):
                await self.of.gone_stale(tx, lease.id)
        self._count("stale")

    async def _note_refused(self, lease: Lease, why: str) -> None:
        """For now, as far as it says: it waits for its next try, or that was the last."""
        tries = lease.attempts + 1
        async with self.clock.transaction() as tx:
            at = self.of.back_off.next_try(lease.id, tries=tries, now=tx.now, good_until=lease.good_until)
            if at is not None:
                await self.of.rows.free(tx, lease, attempts=tries, at=at, error=why)
        if at is None:
            await self._give_up(lease, tries, why)
        else:
            self._count("later", id=str(lease.id), tries=tries, error=why)

    async def _give_up(self, lease: Lease, tries: int, why: str) -> None:
        async with self.clock.transaction() as tx:
            if await self.of.rows.end(tx, lease, why):
                await self.of.given_up(tx, lease.id, why)
        self._count("given_up", id=str(lease.id), tries=tries, error=why)

    async def _free(self, lease: Lease, *, at: datetime | None = None, error: str | None = None) -> None:
        """This was no try of its own."""
        async with self.clock.transaction() as tx:
            await self.of.rows.free(tx, lease, attempts=lease.attempts, at=at, error=error)

    async def _pause(self, refusal: RefusesAll, lease: Lease | None = None) -> None:
        """All wait, and none has used up a try."""
        if lease:
            await self._free(lease, error=str(refusal))
        if self.refused:
            return
        self.refused = True
        async with self.clock.transaction() as tx:
            await self.of.rows.pause(tx, str(refusal))
        self._count("refuses_all", error=str(refusal))

    async def _give_back(self) -> None:
        """What was leased and not begun is free at once; also when this instance is told to stop."""
        with suppress(*DATABASE_AWAY, OSError):
            while self.leased:
                await self._free(self.leased.popleft())

    def _count(self, outcome: str, **about: object) -> None:
        metrics.outgoing(self.clock.service, self.of.what, outcome)
        if about:
            log.warning("outgoing work waits or is given up", what=self.of.what, outcome=outcome, **about)


def _where(fault: Exception) -> str:
    """Of a fault that nobody foresaw, what and where it is; not its words, which may name an address."""
    at = traceback.extract_tb(fault.__traceback__)[-1]
    return f"{type(fault).__name__} at {Path(at.filename).name}:{at.lineno}"
