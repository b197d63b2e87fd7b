"""The document of a service's API (OpenAPI 3.1), with all that a generated client needs to read and to write.

FastAPI says what is asked and answered; here is added what it cannot know: how to sign in, the key of a write, and
every refusal in words (RFC 9457), as the code that a route calls names them (reaching.py).
"""

import asyncio
import json
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRoute, iter_route_contexts

from services.chassis.base.refusals import NotFound, NotReadable, Refused, SignInFirst, TooLarge, Unavailable
from services.chassis.http import entry
from services.chassis.http.cross_site import FromAnotherSite
from services.chassis.http.dispatching import dispatcher_of
from services.chassis.http.json_api import KeyMissing, TokenNeeded
from services.chassis.http.limits import TooOften
from services.chassis.http.preconditions import NotAsSeen, thing_of
from services.chassis.http.problems import NOT_VALID, PROBLEM, Problem, problem_body
from services.chassis.http.reaching import Reached, reached_from
from services.chassis.http.request import TOKEN_COOKIE, Site

TAGS = {
    "everybody": "Open to everybody, without signing in.",
    "mine": "What is one's own: of whoever the token is for.",
    "helping": "The same for somebody whom staff help: each address of `mine`, for a person and an organisation.",
    "organisation": "For the staff of an organisation, which the address names by its ODS code.",
    "operating": "For whoever operates the network.",
}
SIGNING_IN: dict[str, Any] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A token that works for 30 minutes. A machine gets one for its secret at "
        "`POST /api/identity/v1/tokens`; see /developers.",
    },
    "cookie": {
        "type": "apiKey",
        "in": "cookie",
        "description": "What a browser has after signing in. For reading only.",
    },
}
Operation = dict[str, Any]
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "A new one for each write, and the same one when you repeat it: what is sent twice is done once.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    "example": "3f0c6a3e-5f1d-4b60-9a52-0f4be0a5b6de",
}
IF_MATCH: Operation = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The `ETag` of `GET {thing}`, as you saw it: if that has changed since, nothing is done (412). `*`: "
    "if it is there at all.",
    "schema": {"type": "string", "minLength": 1},
}
ETAG = {"description": "Names this answer; for If-Match and If-None-Match.", "schema": {"type": "string"}}
RETRY_AFTER = {"description": "Seconds to wait before it is sent again.", "schema": {"type": "integer", "minimum": 1}}


def operation_id(route: APIRoute) -> str:
    """The name of the route's function, which is no other's in the service."""
    return route.name


def serve(app: FastAPI, path: str) -> None:
    """Answer the app's document at a path. To make it takes a second or more: meanwhile others are answered."""

    async def openapi(_: Request) -> Response:
        return JSONResponse(await asyncio.to_thread(app.openapi))

    app.add_route(path, openapi, include_in_schema=False)


def complete(app: FastAPI, examples: Path) -> None:
    """From now on the app's document has all of this. It is made once, when it is first asked for.

    `examples`: a file of JSON, the name of a body's model → one that can be sent.
    """
    plain, by_one = app.openapi, threading.Lock()
    made: list[dict[str, Any]] = []

    def completed() -> dict[str, Any]:
        with by_one:
            if not made:
                known: dict[str, Any] = json.loads(examples.read_text()) if examples.exists() else {}
                made.append(_complete(app, plain(), known))
            return made[0]

    app.openapi = completed


def _complete(app: FastAPI, document: dict[str, Any], examples: dict[str, Any]) -> dict[str, Any]:
    components = document.setdefault("components", {})
    schemas: dict[str, Any] = components.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):  # FastAPI's own shape, which nothing here answers in
        schemas.pop(name, None)
    schemas["Problem"] = Problem.model_json_schema()
    schemes, refusals, reads = dict[str, Any](), set[type[Refused]](), dispatcher_of(app).reads
    for route in iter_route_contexts(app.routes):
        if not getattr(route, "include_in_schema", False) or not hasattr(route, "dependant"):
            continue
        calls = list(_calls(route.dependant))
        reached = reached_from(calls)
        for method in route.methods or ():
            path = str(route.path_format)
            if operation := document["paths"].get(path, {}).get(method.lower()):
                one = _One((method, path, thing_of(path, reads)), operation, reached, schemes=_schemes(calls))
                refusals |= one.complete(examples)
                schemes |= one.schemes
    site: Site | None = getattr(app.state, "site", None)
    cookie = SIGNING_IN["cookie"] | {"name": site.token_cookie if site else TOKEN_COOKIE}
    components["securitySchemes"] = {**SIGNING_IN, "cookie": cookie, **schemes}
    components["examples"] = {"not-valid": {"value": NOT_VALID}} | {
        one.slug: _example(one) for one in _sorted(refusals)
    }
    return document


def _calls(dependant: Any) -> Iterable[Callable[..., Any]]:
    """What a route's code is, and whatever is done before it."""
    if dependant.call:
        yield dependant.call
    for one in dependant.dependencies:
        yield from _calls(one)


def _schemes(calls: Iterable[Callable[..., Any]]) -> dict[str, Any]:
    """Other ways of signing in than a token, which an entry says of itself."""
    return {name: scheme for call in calls for name, scheme in getattr(call, "security_schemes", {}).items()}


class _One:
    """One operation as FastAPI describes it, and what its code leads to. `where`: method, address, and the address at
    which what it is about can be read, if it can."""

    def __init__(
        self, where: tuple[str, str, str | None], operation: Operation, reached: Reached, *, schemes: dict[str, Any]
    ) -> None:
        self._method, self._path, self._thing = where
        self._operation, self._reached = operation, reached
        self.schemes = schemes
        self._is_open = SignInFirst not in reached.refusals and not schemes

    def complete(self, examples: dict[str, Any]) -> set[type[Refused]]:
        """Add what is missing. Returns the refusals that it may answer with."""
        operation = self._operation
        operation["summary"] = operation["operationId"].replace("_", " ").capitalize()
        operation["tags"] = [self._tag()]
        operation["security"] = self._security()
        if KeyMissing in self._reached.refusals:
            operation.setdefault("parameters", []).append(KEY)
            if self._thing:
                said = IF_MATCH["description"].format(thing=self._thing)
                operation["parameters"].append(IF_MATCH | {"description": said})
        self._give_example(examples)
        refusals = self._refusals()
        operation["responses"] = self._kept_responses() | self._refused(refusals)
        return refusals

    def _tag(self) -> str:
        first, *_ = self._path.split("/v1/", 1)[1].split("/")
        if first in ("mine", "ops", "for"):
            return {"mine": "mine", "ops": "operating", "for": "helping"}[first]
        return "everybody" if self._is_open or first != "organisations" else "organisation"

    def _security(self) -> list[dict[str, list[str]]]:
        if self.schemes:
            return [{name: []} for name in self.schemes]
        by_token: list[dict[str, list[str]]] = [{"bearer": []}]
        if TokenNeeded in self._reached.refusals:
            return by_token
        by_token.append({"cookie": []})
        if not self._is_open:
            return by_token
        return [{}, *by_token] if entry.anyone in self._reached.functions else [{}]

    def _give_example(self, examples: dict[str, Any]) -> None:
        body = self._operation.get("requestBody", {}).get("content", {}).get("application/json")
        if body and (name := _name_in(body["schema"])) in examples:
            body["examples"] = {"usual": {"value": examples[name]}}

    def _refusals(self) -> set[type[Refused]]:
        """What its code raises, and what any route like it is answered by those around it."""
        refusals = self._reached.refusals | {Unavailable}
        if self._method not in ("GET", "HEAD"):
            refusals |= {FromAnotherSite, TooLarge, NotAsSeen}
        if self._operation.get("parameters") or "requestBody" in self._operation:
            refusals |= {NotReadable}
        if "{" in self._path:
            refusals |= {NotFound}
        return refusals

    def _kept_responses(self) -> dict[str, Any]:
        """FastAPI's, without its 422; and where a browser's cookie is taken, the way to renew it."""
        kept = {status: said for status, said in self._operation["responses"].items() if status != "422"}
        if self._method == "GET":
            kept["200"] = kept["200"] | {"headers": {"ETag": ETAG}}
        if self._method == "GET" and {"cookie": []} in self._operation["security"]:
            kept["303"] = {"description": "The browser's cookie is to be renewed there first; never with a token."}
        return kept

    def _refused(self, refusals: set[type[Refused]]) -> dict[str, Any]:
        answers: dict[str, Any] = {}
        for one in _sorted(refusals):
            answers.setdefault(str(one.status), []).append((one.slug, _words(one)))
        if "422" in self._operation["responses"]:
            answers.setdefault("422", []).insert(0, ("not-valid", NOT_VALID["detail"]))
        return {status: _answer(status, answers[status]) for status in sorted(answers)}


def _answer(status: str, refusals: list[tuple[str, str]]) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "description": "\n".join(f"- `{slug}`: {words}" for slug, words in refusals),
        "content": {
            PROBLEM: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {slug: {"$ref": f"#/components/examples/{slug}"} for slug, _ in refusals},
            }
        },
    }
    if status in (str(TooOften.status), str(Unavailable.status)):
        answer["headers"] = {"Retry-After": RETRY_AFTER}
    if status == str(SignInFirst.status):
        answer["headers"] = {"WWW-Authenticate": {"description": "`Bearer`", "schema": {"type": "string"}}}
    return answer


def _example(of: type[Refused]) -> dict[str, Any]:
    return {"value": problem_body(of.status, of.slug, _words(of))}


def _words(of: type[Refused]) -> str:
    return " ".join((of.__doc__ or "").split())


def _sorted(refusals: Iterable[type[Refused]]) -> list[type[Refused]]:
    return sorted(refusals, key=lambda one: (one.status, one.slug))


def _name_in(schema: dict[str, Any]) -> str:
    """The model that a body is of; where a body may be left out, the one that it is otherwise."""
    refs = [one.get("$ref", "") for one in (schema, *schema.get("anyOf", ()))]
    return next((ref.rpartition("/")[2] for ref in refs if ref), "")
