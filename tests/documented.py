"""Every answer of an API that a test sees is held to the service's document: status, kind, and what is in it."""

import fcntl
import json
import re
from functools import cache
from typing import Any, cast
from urllib.parse import urlsplit

import httpx
import jsonschema_rs

from services import load
from services.chassis.app import http_door
from tests import shared

JSON = ("application/json", "application/problem+json")
LINES = "application/x-ndjson"
"""Of no lines it has no body."""
Document = dict[str, Any]
EVERYWHERE = {"304", "405", "406", "408"}
"""What HTTP itself may answer to any request; in no operation of its own (DESIGN, section 7)."""


@cache
def document(service: str) -> Document:
    """A service's OpenAPI document, as it answers it. To make it takes seconds: one worker does for all of a run."""
    if not (folder := shared.folder()):
        return json.loads(_made(service))
    with (folder / f"{service}.json").open("a+") as kept:
        fcntl.flock(kept, fcntl.LOCK_EX)
        kept.seek(0)
        if not (said := kept.read()):
            said = _made(service)
            kept.write(said)
    return json.loads(said)


def _made(service: str) -> str:
    return json.dumps(http_door(load([service])[0]).openapi())


async def as_documented(response: httpx.Response) -> None:
    """For `event_hooks` of a client. Raises AssertionError for an answer that no client could have expected."""
    await response.aread()
    if why := undocumented(response):
        request = response.request
        raise AssertionError(
            f"{request.method} {request.url.path} → {response.status_code}: {why}\n{response.text[:500]}"
        )


def undocumented(response: httpx.Response) -> str:
    """Why an answer is not one that the document names; empty where it is, and for what is no part of an API."""
    path = urlsplit(str(response.request.url)).path
    found = re.match(r"/api/(\w+)/v1/", path)
    if not found or (operation := _operation(found[1], response.request.method, path)) is None:
        return ""
    template, method = operation
    answers = document(found[1])["paths"][template][method]["responses"]
    status = str(response.status_code)
    if status in EVERYWHERE:
        return ""
    if status not in answers:
        return f"the status is none of {', '.join(answers)}"
    kinds = answers[status].get("content", {})
    kind = response.headers.get("content-type", "").split(";")[0]
    if kind == LINES and kind in kinds:
        return ""
    if not response.content or not kinds:
        return "" if bool(response.content) == bool(kinds) else "there is a body on one side only"
    if kind not in kinds:
        return f"{kind} is none of {', '.join(kinds)}"
    if kind not in JSON:
        return ""
    checking = _checking(found[1], (template, method, status, kind))
    return "; ".join(f"{error.instance_path}: {error.message}" for error in checking.iter_errors(response.json()))


def _operation(service: str, method: str, path: str) -> tuple[str, str] | None:
    for pattern, template, methods in _paths(service):
        if method.lower() in methods and pattern.fullmatch(path):
            return template, method.lower()
    return None


@cache
def _paths(service: str) -> list[tuple[re.Pattern[str], str, set[str]]]:
    """Those without a parameter first, as the routes are looked through."""
    paths = cast("dict[str, Document]", document(service)["paths"])
    patterns = [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), path, set(methods)) for path, methods in paths.items()]
    return sorted(patterns, key=lambda one: one[1].count("{"))


@cache
def _checking(service: str, where: tuple[str, str, str, str]) -> Any:
    template, method, status, kind = where
    whole = document(service)
    schema = whole["paths"][template][method]["responses"][status]["content"][kind]["schema"]
    return jsonschema_rs.Draft202012Validator(schema | {"components": whole["components"]}, validate_formats=True)
