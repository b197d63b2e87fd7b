"""What a request brings and belongs to: its service's site, its transaction, its page, its address."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from joserfc.jwk import KeySet

from services.chassis.base.settings import Settings
from services.chassis.http.templating import Templates
from services.chassis.postgres.transaction import Cause, Database, Hand, Transaction


@dataclass(frozen=True)
class Site:
    """What the HTTP door of one service works with. `available`: the database is there, as this version needs it."""

    service: str
    settings: Settings
    database: Database
    templates: Templates
    public_keys: KeySet
    form_secret: bytes
    wake_workers: Callable[[], Awaitable[None]]
    available: Callable[[], bool]

    @property
    def is_https(self) -> bool:
        return self.settings.base_url.startswith("https:")

    @property
    def token_cookie(self) -> str:
        return "__Host-pln" if self.is_https else "pln"


def site_of(request: Request) -> Site:
    return request.app.state.site


def open_transaction(request: Request, acting: Hand) -> AbstractAsyncContextManager[Transaction[Hand]]:
    """A transaction of this request's service, in the name of whoever asks."""
    return site_of(request).database.transaction(acting, request.state.cause)


def render(request: Request, template: str, /, *, status: int = 200, **context: Any) -> Response:
    """A page from a template of this service; see chassis/templates/README.md."""
    return site_of(request).templates.render(request, template, status=status, **context)


def local_path(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def is_local(path: str) -> bool:
    """An address on this site that a redirect may go to: no scheme, no host, no control characters."""
    return path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path


def fresh_cause(request: Request) -> Cause:
    return Cause.fresh(request.headers.get("traceparent", "")[:128])
