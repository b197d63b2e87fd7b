"""The main job by clients that were generated from the documents: no address, header or body is written by hand."""

import importlib
import inspect
import json
import re
import secrets
import sys
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qsl
from uuid import UUID

import httpx

from services import NAMES
from services.cli.clients.caller import Caller, RequestRefused
from services.cli.demo.journey import Journey
from tests.api.generator import make_client

METHODS = ("get", "post", "put", "delete")
MADE_WITHIN_SECONDS = 60.0
"""A document is made when it is asked for first, which takes seconds, and more beside other tests."""


class Clients:
    """A package for each service, generated from the document that it answers; each call finds its function there."""

    def __init__(self, base_url: str, folder: Path) -> None:
        self.base_url = base_url
        self._package = f"clients_{secrets.token_hex(3)}_"
        self._documents = {
            name: httpx.get(f"{base_url}/api/{name}/openapi.json", timeout=MADE_WITHIN_SECONDS).json() for name in NAMES
        }
        for name, document in self._documents.items():
            make_client(document, self._package + name, folder)
        sys.path.insert(0, str(folder))
        self.used: set[str] = set()
        """`<METHOD> <operation>` of all that was called."""

    def call(self, token: str, asked: tuple[str, str, str], body: Any, key: str) -> httpx.Response:
        """`asked`: service, method and path. What the generated function made of the answer is what is returned."""
        service, method, path = asked
        address, _, query = path.partition("?")
        operation, found = self._operation(service, method, f"/api/{service}/v1{address}")
        name = f"{self._package}{service}.api.{operation['tags'][0]}.{operation['operationId']}"
        function = importlib.import_module(name).sync_detailed
        takes = inspect.signature(function).parameters
        said = found | dict(parse_qsl(query))
        given: dict[str, Any] = {part: _as_taken(takes[part].annotation, text) for part, text in said.items()}
        if "body" in takes:  # None where a body may be left out: what this generator sends for UNSET is no JSON
            given["body"] = None if body is None else _model_of(takes["body"].annotation).from_dict(body)
        if "idempotency_key" in takes:
            given["idempotency_key"] = key
        answer = function(client=self._client(service, token), **given)
        self.used.add(f"{method} {operation['operationId']}")
        return _as_sent(answer, method, path)

    def _operation(self, service: str, method: str, address: str) -> tuple[dict[str, Any], dict[str, str]]:
        for path, methods in self._documents[service]["paths"].items():
            pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)
            if (found := re.fullmatch(pattern, address)) and method.lower() in methods:
                return methods[method.lower()], found.groupdict()
        raise AssertionError(f"no document of {service} has {method} {address}")

    def _client(self, service: str, token: str) -> Any:
        made = importlib.import_module(self._package + service)
        if token:
            return made.AuthenticatedClient(base_url=self.base_url, token=token)
        return made.Client(base_url=self.base_url)


def _model_of(annotation: Any) -> Any:
    return next(one for one in (annotation, *getattr(annotation, "__args__", ())) if hasattr(one, "from_dict"))


def _as_taken(annotation: Any, text: str) -> Any:
    """An id, or one of a list of codes, where the function wants that; else the text."""
    wanted = (annotation, *getattr(annotation, "__args__", ()))
    made = next((one for one in wanted if one is UUID or (inspect.isclass(one) and issubclass(one, Enum))), str)
    return made(text)


def _as_sent(answer: Any, method: str, path: str) -> httpx.Response:
    """The answer, after what its types read of it is found to be all that was sent."""
    sent, status = answer.content, int(answer.status_code)
    if answer.headers["content-type"].endswith("json"):
        read = answer.parsed.to_dict() if hasattr(answer.parsed, "to_dict") else answer.parsed
        assert _plain(read) == _plain(json.loads(sent)), f"{method} {path} is read otherwise than it was sent"
    headers = {"content-type": answer.headers["content-type"]}
    return httpx.Response(status, headers=headers, content=sent, request=httpx.Request(method, f"http://client{path}"))


def _plain(value: Any) -> Any:
    """JSON in which the ways to write one moment are one."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in cast("dict[str, Any]", value).items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in cast("list[Any]", value)]
    return value.replace("+00:00", "Z") if isinstance(value, str) else value


class ByClient(Caller):
    """Somebody whose every call of an API is made by a generated client. Their pages are a browser's."""

    clients: Clients

    def _call(
        self, method: str, service: str, path: str, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> httpx.Response:
        key = (headers or {}).get("idempotency-key", "")
        answer = self.clients.call(self.token, (service, method, path), more.get("json"), key)
        if answer.is_success:
            return answer
        raise RequestRefused(f"{method} {path}", answer.text, answer.status_code)


class ClientJourney(Journey):
    """The journey of the tour, by such people."""

    def __init__(self, clients: Clients, mailbox_url: str) -> None:
        super().__init__(clients.base_url, mailbox_url)
        self._clients = clients
        self.person = self._by_client()
        self.person.who = f"{self.called} (new)"

    def staff(self, email: str) -> Caller:
        return self._by_client().sign_in(email)

    def somebody(self) -> Caller:
        return self._by_client()

    def _by_client(self) -> ByClient:
        one = ByClient(self.base_url)
        one.clients = self._clients
        return one
