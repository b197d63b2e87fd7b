"""What answers a request is what FastAPI would have chosen, at every address of every room."""

import asyncio
import threading
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import Match
from starlette.types import Receive, Scope, Send

from services import NAMES, load
from services.chassis.app import http_door
from services.chassis.http import openapi
from services.chassis.http.dispatching import Dispatcher, dispatcher_of

ID = "0190aaaa-0000-7000-8000-000000000000"


def by_fastapi(app: FastAPI, scope: Scope) -> Any:
    """The endpoint, asked of one router after the other; None where no route takes the method at the path."""
    routes: list[Any] = [*app.router.routes]
    while routes:
        route = routes.pop(0)
        if route.matches(dict(scope))[0] is not Match.FULL:
            continue
        if not hasattr(route, "effective_candidates"):
            return getattr(route, "endpoint", None)
        routes = [one.starlette_route or one for one in route.effective_route_contexts()]
    return None


@pytest.mark.parametrize("name", NAMES)
def test_the_route_that_answers_is_the_first_of_all_that_takes_it(name: str) -> None:
    app = http_door(load([name])[0])
    dispatcher = dispatcher_of(app)
    asked = {("GET", path) for path in ("/", "", "//", "/api", f"/api/{name}/v1", "/nothing/there", "*")}
    for route in iter_route_contexts(app.router.routes):
        as_named = str(route.path_format).replace("{", "").replace("}", "")  # "/x/id" may be another route's address
        asked |= {(way, path) for way in route.methods or () for path in (as_named, _filled(str(route.path_format)))}
    assert len(asked) > 150
    for method, path in asked:
        scope: dict[str, Any] = {"type": "http", "method": method, "path": path, "root_path": "", "headers": []}
        found = dispatcher.route(scope)
        assert (found and found.endpoint) is by_fastapi(app, scope), (method, path)


async def test_what_is_found_is_answered_with_what_stands_in_its_address_and_all_else_by_fastapi() -> None:
    app = FastAPI()
    said: list[Any] = []

    @app.get("/a/{of}")
    async def one(of: str) -> dict[str, str]:
        return {"of": of}

    app.router.middleware_stack = Dispatcher(app)
    for method, path, root in (("GET", "/a/b c", ""), ("POST", "/a/b", ""), ("GET", "/b", ""), ("GET", "/r/a/b", "/r")):
        scope: dict[str, Any] = {
            "type": "http",
            "method": method,
            "path": path,
            "root_path": root,
            "headers": [],
            "query_string": b"",
        }
        await app({**scope, "http_version": "1.1", "scheme": "http", "server": ("x", 80)}, _nothing(), _into(said))
    assert [one["status"] for one in said if "status" in one] == [200, 405, 404, 200]
    assert [one["body"] for one in said if "body" in one][::3] == [b'{"of":"b c"}', b'{"of":"b"}']


async def test_while_a_document_is_made_others_are_answered() -> None:
    app, begun, made = FastAPI(openapi_url=None), threading.Event(), threading.Event()
    openapi.serve(app, "/openapi.json")

    def make() -> dict[str, Any]:
        begun.set()
        return {"made": made.wait(30)}

    app.openapi = make

    @app.get("/")
    async def other() -> str:
        return "meanwhile"

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test") as client:
        document = asyncio.create_task(client.get("/openapi.json"))
        assert await asyncio.to_thread(begun.wait, 30)
        assert (await client.get("/")).json() == "meanwhile"
        assert not document.done()
        made.set()
        assert (await document).json() == {"made": True}


def _nothing() -> Receive:
    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    return receive


def _into(said: list[Any]) -> Send:
    async def send(message: Any) -> None:
        said.append(message)

    return send


def _filled(path: str) -> str:
    return "/".join(ID if "{" in part else part for part in path.split("/"))
