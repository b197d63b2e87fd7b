"""What a request brings and belongs to: its service's site, its transaction, its page, its address."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Path, Request
from fastapi.responses import Response
from joserfc.jwk import KeySet
from starlette.types import Scope

from services.chassis.base.cause import Cause
from services.chassis.base.hands import Person
from services.chassis.base.keys import KeyRing, Secrets
from services.chassis.base.settings import Settings
from services.chassis.base.typed.numbers import MOST_VERSIONS
from services.chassis.http.helped import keep_what_was_done
from services.chassis.http.templating import Templates
from services.chassis.postgres import help_given
from services.chassis.postgres.leaders import LeaderOf, mirrored_leader
from services.chassis.postgres.transaction import Database, Hand, Transaction

HEAD = "pln.head"
"""In the scope of a request that came as HEAD; inside it is a GET."""
Number = Annotated[int, Path(ge=1, le=MOST_VERSIONS)]
"""In an address, of a line or a part, as PostgreSQL counts them: what can be none is one that does not exist."""
MOST_OF_AN_ADDRESS = 2000
"""So long is an address that a redirect goes to at most; longer ones some servers do not take."""


TOKEN_COOKIE = "pln"  # noqa: S105


@dataclass(frozen=True)
class Site:
    """What the HTTP door of one service works with. `available`: the database is there, as this version needs it."""

    service: str
    settings: Settings
    database: Database
    templates: Templates
    keys: KeyRing
    wake_workers: Callable[[], Awaitable[None]]
    available: Callable[[], bool]
    leader_of: LeaderOf = mirrored_leader
    help: help_given.Kept | None = None

    @property
    def public_keys(self) -> KeySet:
        return self.keys.public

    @property
    def form_secret(self) -> Secrets:
        return self.keys.forms

    @property
    def is_https(self) -> bool:
        return self.settings.base_url.startswith("https:")

    @property
    def token_cookie(self) -> str:
        return self._cookie(TOKEN_COOKIE)

    @property
    def visit_cookie(self) -> str:
        return self._cookie("pln_visit")

    @property
    def browser_cookie(self) -> str:
        """A secret of the browser's own, by which a sign-in from another is known."""
        return self._cookie("pln_browser")

    def note_cookie(self, name: str) -> str:
        """Of one note of a confirmation. It is for one path, so it cannot be the whole host's; its value is sealed."""
        return f"__Secure-pln_said_{name}" if self.is_https else f"pln_said_{name}"

    def _cookie(self, name: str) -> str:
        """Over https no other host, not even a neighbour under the same domain, can set or read it."""
        return f"__Host-{name}" if self.is_https else name


def site_of(request: Request) -> Site:
    return request.app.state.site


def open_transaction(
    request: Request, acting: Hand, *, get_may_change: bool = False
) -> AbstractAsyncContextManager[Transaction[Hand]]:
    """A transaction of this request's service, in the name of whoever asks.

    GET and HEAD change nothing, because links, prefetching browsers and other sites' pictures send them in anybody's
    name: PostgreSQL refuses it. `get_may_change` is for the few that have to, which a test names with their reasons.
    A write that is only to be done to what was seen is held to that (`preconditions.py`).
    """
    if within := getattr(request.state, "within", None):
        return within.reading_as(acting)
    read_only = is_head(request) or (request.method == "GET" and not get_may_change)
    opened = site_of(request).database.transaction(acting, request.state.cause, read_only=read_only)
    if isinstance(acting, Person) and acting.helper and not read_only:
        opened = _kept(request, opened)
    condition = getattr(request.state, "condition", None)
    return opened if condition is None else _under(condition, opened)


@asynccontextmanager
async def _kept(request: Request, opened: AbstractAsyncContextManager[Transaction[Hand]]) -> AsyncGenerator[Any]:
    async with opened as tx:
        yield tx
        await keep_what_was_done(request, tx, site_of(request).help)


@asynccontextmanager
async def _under(condition: Any, opened: AbstractAsyncContextManager[Transaction[Hand]]) -> AsyncGenerator[Any]:
    async with opened as tx:
        tx.condition = condition
        yield tx


def render(request: Request, template: str, /, *, status: int = 200, **context: Any) -> Response:
    """A page from a template of this service; see chassis/templates/README.md."""
    return site_of(request).templates.render(request, template, status=status, **context)


def route_of(request: Request) -> str:
    """The address as the route declares it, without ids; "none" where no route was found."""
    return getattr(request.scope.get("route"), "path", "none")


def is_head(request: Request) -> bool:
    """Whether only the headers are wanted: nothing whatever is to change."""
    return HEAD in request.scope


def method_of(scope: Scope) -> str:
    """As it was asked."""
    return "HEAD" if HEAD in scope else scope["method"]


def local_path(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def is_local(path: str) -> bool:
    """An address on this site that a redirect may go to: no scheme, no host, no control characters, not endless."""
    if len(path) > MOST_OF_AN_ADDRESS:
        return False
    return path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path


def fresh_cause(request: Request) -> Cause:
    """What it says of a trace counts if it says it once, and rightly."""
    said = request.headers.getlist("traceparent")
    return Cause.fresh(said[0].strip(" \t") if len(said) == 1 else "")
