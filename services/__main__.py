"""Run the network: `python -m services` all in one process, `python -m services matching payments` those named.

`python -m services prepare [names]` makes roles, schemas, tables, topics and keys; it needs PLN_DATABASE_URL.
`python -m services prepare run [names]` does both in one process.

Exit codes: 0 stopped in order; 1 a part of it died, or a server was away while it prepared: start it again; 2 the
settings, the database or a topic cannot be used: the message says what to mend; 143 stopped while it prepared.
"""

import asyncio
import contextlib
import importlib
import json
import os
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

import structlog
import uvicorn
import uvloop
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.chassis import failpoints, observability
from services.chassis.pages import static_app
from services.chassis.service import Service
from services.chassis.settings import BadSettings, Settings
from services.preparing import bring_up, prepare_alone, prepare_keys

NAMES = ("identity", "recruitment", "training", "matching", "engagements", "payments", "notifications")
ALIVE_SECONDS = 1.0
KEEP_ALIVE_SECONDS = 75
"""Longer than a gateway keeps an idle connection: it must never send on one that we are just closing."""
FINISH_SECONDS = 10
"""What is being answered when the last connection has been taken may take so long."""
ANSWER_SECONDS = 3.0

log = structlog.get_logger()


def load(names: Sequence[str]) -> list[Service]:
    """The named services, assembled but not connected."""
    return [importlib.import_module(f"services.{name}.service").service for name in names]


async def _answer(send: Send, status: int, body: bytes, kind: bytes = b"application/json") -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", kind)]})
    await send({"type": "http.response.body", "body": body})


class Dispatcher:
    """Routes by the paths of the cards, the longest prefix first, as the gateway does."""

    def __init__(self, services: Sequence[Service]) -> None:
        table: list[tuple[str, ASGIApp]] = [("/static", static_app())]
        for service in services:
            own = (*service.card.paths, f"/api/{service.name}", f"/ops/{service.name}")
            table += [(path, service.app) for path in own]
        self._table = sorted(table, key=lambda entry: -len(entry[0]))
        self._fallback = services[0].app
        self.draining = False
        """Each answer is the last on its connection: the client opens the next one to somebody else."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._find(scope["path"])(scope, receive, self._closing(send) if self.draining else send)

    def _closing(self, send: Send) -> Send:
        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"connection", b"close")]
            await send(message)

        return answer

    def _find(self, path: str) -> ASGIApp:
        for prefix, app in self._table:
            if path == prefix or (prefix != "/" and path.startswith(prefix + "/")):
                return app
        return self._fallback


class OpsPort:
    """/metrics, /health/live and /health/ready, apart from the public port."""

    def __init__(self, services: Sequence[Service]) -> None:
        self._services = services
        self.draining = False
        self._asking: dict[str, asyncio.Task[list[str]]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if scope["path"] == "/metrics":
            await self._reasons()
            await _answer(send, 200, generate_latest(), CONTENT_TYPE_LATEST.encode())
        elif scope["path"] == "/health/live":
            await _answer(send, 200, b'{"live": true}')
        elif scope["path"] == "/health/ready":
            reasons = await self._reasons()
            body = {"ready": not any(reasons.values()), "services": reasons}
            await _answer(send, 200 if body["ready"] else 503, json.dumps(body).encode())
        else:
            await _answer(send, 404, b"{}")

    async def _reasons(self) -> dict[str, list[str]]:
        found = await asyncio.gather(*(self._of(service) for service in self._services))
        for service, reasons in zip(self._services, found, strict=True):
            observability.READY.labels(service.name).set(0 if reasons else 1)
        return {service.name: reasons for service, reasons in zip(self._services, found, strict=True)}

    async def _of(self, service: Service) -> list[str]:
        if self.draining:
            return ["stopping"]
        if service.doors is None:
            return ["starting"]
        asking = self._asking.get(service.name) or asyncio.create_task(service.unready())
        done, _ = await asyncio.wait({asking}, timeout=ANSWER_SECONDS)
        if not done:  # not cancelled: that would wait for the database too
            self._asking[service.name] = asking
            return [f"database: no answer within {ANSWER_SECONDS:.0f} seconds"]
        self._asking.pop(service.name, None)
        return asking.result()


class _Server(uvicorn.Server):
    """uvicorn without signal handlers of its own: the process has one order of stopping."""

    @contextlib.contextmanager
    def capture_signals(self):
        yield


async def run(settings: Settings, services: Sequence[Service], *, preparing: bool = False) -> int:
    """Serve until SIGTERM or SIGINT, stop in order. Returns the exit code. Raises BadSettings.

    What is away or wrong is said in the log and the health answer and waited for; `preparing` does `prepare` first.
    """
    stopping = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopping.set)
    ports = [_listen(settings, "ops_port"), _listen(settings, "http_port")]
    if preparing:
        prepare_keys(settings)
    for service in services:
        await service.connect(settings)
    failpoints.passing("start-up")
    health, dispatcher = OpsPort(services), Dispatcher(services)
    ops, pages = _serve(health), _serve(dispatcher)
    serving = [asyncio.create_task(server.serve([port])) for server, port in zip((ops, pages), ports, strict=True)]
    starting = asyncio.create_task(bring_up(settings, services, preparing=preparing))
    log.info("network answers", port=ports[1].getsockname()[1], pid=os.getpid())
    try:
        code = await _until_stopped(stopping, serving, starting, services)
        if code == 0:  # whoever sends requests here hears of it first; those that come meanwhile are answered
            health.draining = dispatcher.draining = True
            await asyncio.sleep(settings.drain_seconds)
        return code
    finally:
        starting.cancel()
        for server in (pages, ops):
            server.should_exit = True
        await asyncio.gather(starting, *serving, return_exceptions=True)
        await asyncio.gather(*(service.stop() for service in services), return_exceptions=True)


async def _until_stopped(
    stopping: asyncio.Event,
    serving: Sequence["asyncio.Task[None]"],
    starting: "asyncio.Task[None]",
    services: Sequence[Service],
) -> int:
    while not stopping.is_set():
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ALIVE_SECONDS):
                await stopping.wait()
        if starting.done():
            starting.result()  # raises what is wrong with the settings
        dead = [service.name for service in services if service.subscriber and service.subscriber.dead.is_set()]
        if dead or any(task.done() for task in serving):
            log.error("a part of the process has died; it ends so that it can be started again", name=",".join(dead))
            return 1
    return 0


def _listen(settings: Settings, which: str) -> socket.socket:
    """Raises BadSettings when the port is taken or the host is not of this machine."""
    port: int = getattr(settings, which)
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, port), family=family, backlog=2048)
    except OSError as error:
        raise BadSettings(f"PLN_{which.upper()}: {settings.host}:{port} cannot be had: {error.strerror}") from None


def _serve(app: ASGIApp) -> _Server:
    config = uvicorn.Config(
        app,
        lifespan="off",
        log_config=None,
        access_log=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=FINISH_SECONDS,
    )
    return _Server(config)


def main(arguments: Sequence[str]) -> int:
    observability.start_logging()
    words = [word for word in arguments if word not in ("prepare", "run")]
    unknown = set(words) - set(NAMES)
    if unknown:
        print(f"There is no service {', '.join(sorted(unknown))}. Services: {', '.join(NAMES)}.", file=sys.stderr)
        return 2
    here = Path(__file__).parent
    services = load(words or [name for name in NAMES if (here / name / "service.py").exists()])
    try:
        settings = Settings.from_environment()
        failpoints.arm(settings.failpoint)
        if "prepare" in arguments and "run" not in arguments:
            return uvloop.run(prepare_alone(settings, services))
        return uvloop.run(run(settings, services, preparing="prepare" in arguments))
    except BadSettings as wrong:
        print(f"The settings cannot be used:\n{wrong}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
