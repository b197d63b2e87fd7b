"""What the load goes to: the matching service as it runs, with one trivial route more; or that route alone, bare.

`python -m tests.bench.serve` and `python -m tests.bench.serve bare PORT`.
"""

import sys
from collections.abc import Awaitable, Callable

import uvicorn
import uvloop
from fastapi import Request
from fastapi.responses import Response
from starlette.applications import Starlette
from starlette.routing import Route

from services.__main__ import load, run
from services.chassis.base import logs
from services.chassis.base.settings import Settings

OK = "/feeds/ok"


async def ok(request: Request) -> Response:
    """As little as a route can do."""
    return Response(b"ok")


def main(arguments: list[str]) -> int:
    if arguments:
        route: Callable[[Request], Awaitable[Response]] = ok
        uvicorn.run(Starlette(routes=[Route(OK, route)]), port=int(arguments[1]), log_config=None, access_log=False)
        return 0
    logs.start()
    (matching,) = load(["matching"])
    matching.pages_router.add_api_route(OK, ok)
    return uvloop.run(run(Settings.from_environment(), [matching]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
