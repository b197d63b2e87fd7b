"""One process of the network: its ports, the dispatcher of several services, and the order of stopping."""

import asyncio
import contextlib
import json
import os
import signal
import socket
from collections.abc import Sequence

import structlog
import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.chassis.app import App, connect
from services.chassis.base import failpoints, metrics
from services.chassis.base.settings import BadSettings, Settings
from services.chassis.http.guarding import BY_DEFAULT, guarding
from services.chassis.http.server import BehindProxy, BoundedProtocol
from services.chassis.http.static_files import StaticFiles
from services.chassis.network import bring_up, prepare_keys
from services.chassis.service import Service

ALIVE_SECONDS = 1.0
KEEP_ALIVE_SECONDS = 75
"""Longer than a gateway keeps an idle connection: it must never send on one that we are just closing."""
FINISH_SECONDS = 10
"""What is being answered when the last connection has been taken may take so long."""
ANSWER_SECONDS = 3.0

_GUARDING = [(name.lower().encode(), value.encode()) for name, value in BY_DEFAULT.items()]

log = structlog.get_logger()


async def _answer(
    send: Send,
    status: int,
    body: bytes,
    kind: bytes = b"application/json",
    *,
    more: Sequence[tuple[bytes, bytes]] = (),
) -> None:
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), *_GUARDING, *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class Dispatcher:
    """Routes by the paths of the cards, the longest prefix first, as the gateway does."""

    def __init__(self, apps: Sequence[App], *, is_https: bool = False) -> None:
        files = StaticFiles(guarding(is_https=is_https))
        table: list[tuple[str, ASGIApp]] = [("/static", files), ("/embed", files)]
        for app in apps:
            own = (*app.service.card.paths, f"/api/{app.name}", f"/ops/{app.name}")
            table += [(path, app.asgi) for path in own]
        self._table = sorted(table, key=lambda entry: -len(entry[0]))
        self._fallback = apps[0].asgi
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

    def __init__(self, apps: Sequence[App]) -> None:
        self._apps = apps
        self.draining = False
        self._asking: dict[str, asyncio.Task[list[str]]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if scope["method"] not in ("GET", "HEAD"):
            await _answer(send, 405, b"{}", more=((b"allow", b"GET, HEAD"),))
        elif scope["path"] == "/metrics":
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
        found = await asyncio.gather(*(self._of(app) for app in self._apps))
        for app, reasons in zip(self._apps, found, strict=True):
            metrics.READY.labels(app.name).set(0 if reasons else 1)
        return {app.name: reasons for app, reasons in zip(self._apps, found, strict=True)}

    async def _of(self, app: App) -> list[str]:
        if self.draining:
            return ["stopping"]
        if not app.lifecycle.started:
            return ["starting"]
        asking = self._asking.get(app.name) or asyncio.create_task(app.unready())
        done, _ = await asyncio.wait({asking}, timeout=ANSWER_SECONDS)
        if not done:  # not cancelled: that would wait for the database too
            self._asking[app.name] = asking
            return [f"database: no answer within {ANSWER_SECONDS:.0f} seconds"]
        self._asking.pop(app.name, None)
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
    apps = [await connect(service, settings) for service in services]
    failpoints.passing("start-up")
    health, dispatcher = OpsPort(apps), Dispatcher(apps, is_https=apps[0].site.is_https)
    proxied = bool(settings.client_address_header)
    ops, pages = http_server(health, proxied=proxied), http_server(dispatcher, proxied=proxied)
    serving = [asyncio.create_task(server.serve([port])) for server, port in zip((ops, pages), ports, strict=True)]
    starting = asyncio.create_task(bring_up(settings, apps, preparing=preparing))
    log.info("network answers", port=ports[1].getsockname()[1], pid=os.getpid())
    try:
        code = await _until_stopped(stopping, serving, starting, apps)
        if code == 0:  # whoever sends requests here hears of it first; those that come meanwhile are answered
            health.draining = dispatcher.draining = True
            await asyncio.sleep(settings.drain_seconds)
        return code
    finally:
        starting.cancel()
        for server in (pages, ops):
            server.should_exit = True
        await asyncio.gather(starting, *serving, return_exceptions=True)
        await asyncio.gather(*(app.stop() for app in apps), return_exceptions=True)


async def _until_stopped(
    stopping: asyncio.Event,
    serving: Sequence["asyncio.Task[None]"],
    starting: "asyncio.Task[None]",
    apps: Sequence[App],
) -> int:
    while not stopping.is_set():
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ALIVE_SECONDS):
                await stopping.wait()
        if starting.done():
            starting.result()  # raises what is wrong with the settings
        dead = [app.name for app in apps if app.subscriber and app.subscriber.dead.is_set()]
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


def http_server(app: ASGIApp, *, proxied: bool) -> uvicorn.Server:
    """What answers by HTTP/1.1 for an app. `proxied`: all connections come from a proxy, which counts its clients'."""
    config = uvicorn.Config(
        app,
        http=BehindProxy if proxied else BoundedProtocol,
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,  # it would believe X-Forwarded-For of whoever is on this machine
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=FINISH_SECONDS,
    )
    return _Server(config)
