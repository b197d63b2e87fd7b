"""Run the network: `python -m services` all in one process, `python -m services matching payments` those named.

`python -m services prepare [names]` makes roles, schemas, tables, topics and keys; it needs PLN_DATABASE_URL.
"""

import asyncio
import contextlib
import importlib
import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import structlog
import uvicorn
import uvloop
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.types import ASGIApp, Receive, Scope, Send

from services.chassis import failpoints, keys, observability, topics
from services.chassis.pages import static_app
from services.chassis.service import Service
from services.chassis.settings import BadSettings, Settings

NAMES = ("identity", "recruitment", "training", "matching", "engagements", "payments", "notifications")
ALIVE_SECONDS = 1.0

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

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._find(scope["path"])(scope, receive, send)

    def _find(self, path: str) -> ASGIApp:
        for prefix, app in self._table:
            if path == prefix or (prefix != "/" and path.startswith(prefix + "/")):
                return app
        return self._fallback


class OpsPort:
    """/metrics, /health/live and /health/ready, apart from the public port."""

    def __init__(self, services: Sequence[Service]) -> None:
        self._services, self.started = services, False

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
            body = {"ready": not any(reasons.values()) and self.started, "services": reasons}
            await _answer(send, 200 if body["ready"] else 503, json.dumps(body).encode())
        else:
            await _answer(send, 404, b"{}")

    async def _reasons(self) -> dict[str, list[str]]:
        if not self.started:
            return {service.name: ["starting"] for service in self._services}
        reasons: dict[str, list[str]] = {}
        for service in self._services:
            try:
                async with asyncio.timeout(3):
                    reasons[service.name] = await service.unready()
            except TimeoutError:
                reasons[service.name] = ["database: no answer within 3 seconds"]
        return reasons


class _Server(uvicorn.Server):
    """uvicorn without signal handlers of its own: the process has one order of stopping."""

    @contextlib.contextmanager
    def capture_signals(self):
        yield


async def run(settings: Settings, services: Sequence[Service]) -> int:
    """Start all, serve until SIGTERM or SIGINT, stop in order. Returns the exit code."""
    stopping = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopping.set)
    ops = OpsPort(services)
    ops_server = _serve(ops, settings.host, settings.ops_port)
    for service in services:
        await service.connect(settings)
    failpoints.passing("start-up")
    web_server = _serve(Dispatcher(services), settings.host, settings.http_port)
    serving = [asyncio.create_task(server.serve()) for server in (ops_server, web_server)]
    try:
        await asyncio.gather(*(service.start() for service in services))
        ops.started = True
        log.info("network ready", port=settings.http_port, pid=os.getpid())
        code = await _until_stopped(stopping, serving, services)
    finally:
        for server in (web_server, ops_server):
            server.should_exit = True
        await asyncio.gather(*serving, return_exceptions=True)
        await asyncio.gather(*(service.stop() for service in services), return_exceptions=True)
    return code


async def _until_stopped(
    stopping: asyncio.Event, serving: Sequence["asyncio.Task[None]"], services: Sequence[Service]
) -> int:
    while not stopping.is_set():
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ALIVE_SECONDS):
                await stopping.wait()
        dead = [service.name for service in services if service.subscriber and service.subscriber.dead.is_set()]
        if dead or any(task.done() for task in serving):
            log.error("a part of the process has died; it ends so that it can be started again", name=",".join(dead))
            return 1
    return 0


def _serve(app: ASGIApp, host: str, port: int) -> _Server:
    config = uvicorn.Config(
        app, host=host, port=port, lifespan="off", log_config=None, access_log=False, timeout_graceful_shutdown=10
    )
    return _Server(config)


async def prepare(settings: Settings, services: Sequence[Service]) -> None:
    """Everything a network needs before its first start; safe to repeat."""
    keys.make(settings)
    settings.secret("forms")
    keys.share(settings)
    for service in services:
        applied = await service.prepare(settings)
        if applied:
            log.info("migrated", service=service.name, count=len(applied))
    created = await topics.create(settings)
    if created:
        log.info("topics created", count=len(created))


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
        if "prepare" in arguments:
            asyncio.run(prepare(settings, services))
            return 0
        return uvloop.run(run(settings, services))
    except BadSettings as wrong:
        print(f"The settings cannot be used:\n{wrong}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
