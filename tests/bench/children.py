"""A role in a process of its own: its methods are asked by name through a pipe, while its loop goes on."""

import asyncio
import multiprocessing
import traceback
from multiprocessing.connection import Connection
from typing import Any, Protocol

import psutil
import uvloop

ANSWER_SECONDS = 180


class Role(Protocol):
    """What runs in a child. Its other methods are coroutines that `Child.ask` names."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


class Child:
    """`kind(*arguments)` made and started in a new process; it ends with `stop`, or with the process that made it."""

    def __init__(self, kind: type[Role], *arguments: Any) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_live, args=(theirs, kind, arguments), daemon=True)
        self._process.start()
        theirs.close()  # so that a child's end is seen here
        self._begin("start")
        self._starts = True

    @property
    def cpu_seconds(self) -> float:
        """What the process has spent of a core so far."""
        times = psutil.Process(self._process.pid).cpu_times()
        return times.user + times.system

    def ask(self, method: str, *arguments: Any) -> Any:
        """Call a method and wait for what it returns. Raises RuntimeError with the child's own words."""
        if self._starts:
            self._starts = False
            self._answer()
        self._begin(method, *arguments)
        return self._answer()

    def _begin(self, method: str, *arguments: Any) -> None:
        self._pipe.send((method, arguments))

    def _answer(self) -> Any:
        if not self._pipe.poll(ANSWER_SECONDS):
            raise RuntimeError(f"no answer within {ANSWER_SECONDS} s")
        whole, result = self._pipe.recv()
        if not whole:
            raise RuntimeError(result)
        return result

    def stop(self) -> None:
        try:
            self.ask("stop")
            self._pipe.send(None)
            self._process.join(10)
        finally:
            if self._process.is_alive():
                self._process.kill()


def _live(pipe: Connection, kind: type[Role], arguments: tuple[Any, ...]) -> None:
    uvloop.run(_serve(pipe, kind(*arguments)))


async def _serve(pipe: Connection, role: Role) -> None:
    loop = asyncio.get_running_loop()
    while (asked := await loop.run_in_executor(None, pipe.recv)) is not None:
        method, arguments = asked
        try:
            pipe.send((True, await getattr(role, method)(*arguments)))
        except Exception:
            pipe.send((False, traceback.format_exc()))
