"""Methods of HTTP that no route declares: HEAD is GET without a body, OPTIONS and refusals say what may be done."""

from typing import Any, Final

from fastapi import Request
from fastapi.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.chassis.base.refusals import Refused
from services.chassis.http import public_reads
from services.chassis.http.dispatching import dispatcher_of
from services.chassis.http.request import HEAD

_OF_ROUTES: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
ALL: Final = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE")


class OtherMethod(Refused, slug="method-not-allowed", status=405):
    """This address is there, but not for this. What can be done with it stands in the answer's header Allow."""


class HeadAsGet:
    """ASGI middleware of a service, outside all others: whatever can be read can be asked about by HEAD.

    The answer is made as for GET, in a transaction that changes nothing, and its body is thrown away.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self._app({**scope, "method": "GET", HEAD: True}, receive, without_body)


def route_for(request: Request, method: str, path: str = "") -> Any:
    """The route that would answer this method at a path, the request's own where none is given; None without one."""
    return dispatcher_of(request.app).route({**request.scope, "method": method, "path": path or request.scope["path"]})


def allowed(request: Request) -> tuple[str, ...]:
    """What may be done at the request's path; nothing where nothing is."""
    if request.scope["path"] == "*":  # asked about the server as a whole
        return ALL
    found = [method for method in _OF_ROUTES if route_for(request, method)]
    if "GET" in found:
        found.insert(1, "HEAD")
    return (*found, "OPTIONS") if found else ()


def options(request: Request) -> Response:
    """What may be done here; and to browsers, whether another site's page may read it."""
    headers = {"Allow": ", ".join(allowed(request))}
    path = request.scope["path"]
    if "access-control-request-method" in request.headers and public_reads.is_public(route_for(request, "GET"), path):
        headers |= public_reads.PREFLIGHT
    return Response(status_code=204, headers=headers)
