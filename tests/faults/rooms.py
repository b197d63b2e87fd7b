"""Services as processes of their own, and what an operator sees of them: health, pages, log, exit code."""

import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import httpx

from tests.faults.forker import Forked
from tests.support import until

STOP_SECONDS = 25
READY_SECONDS = 60


@dataclass
class Room:
    """One process: `python -m services …`."""

    process: Forked
    environment: Mapping[str, str]
    log: Path

    async def end(self) -> int | None:
        """Its exit code when it ends by itself."""
        await until(lambda: not self.process.alive(), seconds=STOP_SECONDS, why=lambda: f"alive: {self.said[-3000:]}")
        return self.process.code

    async def stop(self) -> tuple[int | None, float]:
        """SIGTERM: its exit code, and the seconds that its end took."""
        since = time.monotonic()
        self.process.send(signal.SIGTERM)
        return await self.end(), time.monotonic() - since

    @property
    def said(self) -> str:
        return self.log.read_text(errors="replace")

    async def get(self, path: str, *, port: str = "PLN_HTTP_PORT") -> httpx.Response | None:
        """The answer, or None while nothing listens there."""
        try:
            async with httpx.AsyncClient(verify=False, timeout=20) as client:
                return await client.get(f"http://127.0.0.1:{self.environment[port]}{path}")
        except httpx.TransportError:
            return None

    async def post(self, path: str, headers: Mapping[str, str]) -> int:
        """An empty form or body; the status of the answer."""
        async with httpx.AsyncClient(verify=False, timeout=30) as client:
            address = f"http://127.0.0.1:{self.environment['PLN_HTTP_PORT']}{path}"
            return (await client.post(address, headers=dict(headers))).status_code

    async def unready(self) -> str | None:
        """All reasons of the health answer in one text: empty when ready, None while nothing answers."""
        answer = await self.get("/health/ready", port="PLN_OPS_PORT")
        if answer is None:
            return None
        services: dict[str, list[str]] = answer.json()["services"]
        assert (answer.status_code == 200) == (not any(services.values())), answer.text
        return "; ".join(f"{name}: {reason}" for name, reasons in services.items() for reason in reasons)

    async def alive(self) -> bool:
        answer = await self.get("/health/live", port="PLN_OPS_PORT")
        return answer is not None and answer.status_code == 200

    async def says(self, *words: str, seconds: float = READY_SECONDS) -> str:
        """Wait until the health answer holds all these words; the answer."""
        return await self._until(lambda said: all(word in said for word in words), seconds, f"says {words}")

    async def says_nothing_of(self, service: str) -> None:
        """Wait until this service is ready, whatever the others are."""
        await self._until(lambda said: f"{service}:" not in said, READY_SECONDS, f"has nothing to say of {service}")

    async def is_ready(self, seconds: float = READY_SECONDS) -> None:
        await self._until(lambda said: said == "", seconds, "is ready")

    async def _until(self, holds: Callable[[str], bool], seconds: float, what: str) -> str:
        said: str | None = None

        async def shown() -> bool:
            nonlocal said
            said = await self.unready()
            return said is not None and holds(said)

        await until(shown, seconds=seconds, every=0.2, why=lambda: f"never {what}, but: {said}\n{self.said[-3000:]}")
        return said or ""


class Starter:
    """Starts rooms; kills those that are left when it ends."""

    def __init__(self, folder: Path, door: Path) -> None:
        """`door`: of the forker."""
        self._folder, self._door = folder, door
        self._rooms: list[Room] = []

    def start(self, *words: str, environment: Mapping[str, str]) -> Room:
        log = self._folder / f"{len(self._rooms)}.log"
        process = Forked(self._door, words, environment, log)
        self._rooms.append(Room(process, environment, log))
        return self._rooms[-1]

    def __enter__(self) -> "Starter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        for room in self._rooms:
            room.process.kill()
