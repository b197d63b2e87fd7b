"""What can happen to the servers: killed, stopped, out of disk, and clocks that jump."""

import asyncio
import os
import shutil
import signal
import subprocess
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import psutil

from services.cli.base.trouble import Trouble
from services.cli.local.servers import Name
from tests.faults.network import Network

SERVERS: tuple[Name, ...] = ("postgres", "kafka")
SPARE_BYTES = 256 * 1024
"""So much is left on a disk that is full: too little for anything that PostgreSQL extends a file by."""
LOOK_SECONDS = 0.2


async def kill_server(network: Network, name: Name, *, away_seconds: float = 0.5) -> None:
    """kill -9, and a start as the supervisor does it."""
    network.servers.kill(name)
    network.deaths.of_servers += 1
    network.forget_ready()
    await asyncio.sleep(away_seconds)
    await asyncio.to_thread(network.servers.restart, name)


async def stop_server(network: Network, name: Name, *, seconds: float) -> None:
    """It is stalled for a while, then it goes on: from then on a service that was healing heals."""
    since = time.monotonic()
    with stalled(network.servers.pid(name)):
        await asyncio.sleep(seconds)
    network.server_stood_still(since)


@contextmanager
def stalled(pid: int) -> Generator[None]:
    """SIGSTOP: connections stay open and nobody answers, as when a machine is out of breath. Children stall too."""
    server = psutil.Process(pid)
    stopped = [server, *server.children(recursive=True)]
    for process in stopped:
        with suppress(psutil.NoSuchProcess):
            process.suspend()
    try:
        yield
    finally:
        for process in reversed(stopped):
            with suppress(psutil.NoSuchProcess):
                process.resume()


async def keep_servers(network: Network) -> None:
    """Start again a server that ended by itself, as the supervisor does; it may end again. For ever."""
    while True:
        for name in network.servers.dead():
            network.deaths.of_servers += 1
            with suppress(Trouble):
                await asyncio.to_thread(network.servers.restart, name)
        await asyncio.sleep(LOOK_SECONDS)


def why_no_small_disk() -> str | None:
    """Why no disk of a few megabytes can be made here; None when it can."""
    if not shutil.which("mount") or os.getuid() != 0:
        return "only root can mount a small disk"
    tried = subprocess.run(["unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True)
    return None if tried.returncode == 0 else f"no small disk can be mounted: {tried.stderr.decode().strip()}"


@asynccontextmanager
async def small_disk(network: Network, *, room_bytes: int) -> AsyncGenerator["SmallDisk"]:
    """PostgreSQL's data on a disk of their own with so much room; afterwards they are back where they were."""
    async with network.database() as connection:
        data = Path(str(await connection.fetchval("show data_directory")))
    aside = data.with_name(f"{data.name}.aside")
    size = _bytes_under(data) + room_bytes
    await asyncio.to_thread(_stop_for_good, network)
    data.rename(aside)
    data.mkdir(mode=0o700)
    _run("mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "none", str(data))
    try:
        shutil.copytree(aside, data, dirs_exist_ok=True, symlinks=True)
        await asyncio.to_thread(network.servers.restart, "postgres")
        disk = SmallDisk(data)
        yield disk
        disk.empty()
    finally:
        await asyncio.to_thread(_stop_for_good, network)
        shutil.rmtree(aside)
        shutil.copytree(data, aside, symlinks=True)
        _run("umount", str(data))
        data.rmdir()
        aside.rename(data)
        await asyncio.to_thread(network.servers.restart, "postgres")


class SmallDisk:
    """A disk that can be filled up and emptied again."""

    def __init__(self, folder: Path) -> None:
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        free = shutil.disk_usage(self._ballast.parent).free
        with self._ballast.open("ab") as ballast:
            os.posix_fallocate(ballast.fileno(), ballast.tell(), max(1, free - SPARE_BYTES))

    def empty(self) -> None:
        self._ballast.unlink(missing_ok=True)


def _stop_for_good(network: Network) -> None:
    server = psutil.Process(network.servers.pid("postgres")) if "postgres" not in network.servers.dead() else None
    if server:
        server.send_signal(signal.SIGINT)
        psutil.wait_procs([server], timeout=30)


def _bytes_under(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=30)
