"""A stand-in for GOV.UK Notify that keeps its published limits: who may ask, how often, and what it says no to.

After https://docs.notifications.service.gov.uk/rest-api.html: a token good for 30 seconds, 3,000 requests a minute of a
kind of key, texts a day, trial mode, and the errors with their words.
"""

import asyncio
import json
import time
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import uvicorn
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

SERVICE, SECRET, TEMPLATE = str(UUID(int=1)), str(UUID(int=2)), str(UUID(int=3))
KEY = f"tests-{SERVICE}-{SECRET}"
TOKEN_SECONDS = 30


@dataclass
class NotifyServer:
    """`taken`: what was sent, by our reference. What a test sets makes it refuse."""

    url: str = ""
    template: str = "((text))"
    a_minute: int = 3000
    a_day: int = 250_000
    trial_team: set[str] | None = None
    fails_with: int = 0
    loses_answers: bool = False
    """It takes a text, and says nothing about it any more."""
    taken: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    statuses: dict[str, str] = field(default_factory=dict[str, str])
    """What became of the texts to a number, as Notify says it."""
    asked: int = 0
    _times: deque[float] = field(default_factory=deque[float])

    @property
    def settings(self) -> dict[str, str]:
        return {"notify_url": self.url, "notify_key": KEY, "notify_template": TEMPLATE}

    async def show_template(self, request: Request) -> Response:
        return self._refusal(request) or JSONResponse({"id": TEMPLATE, "type": "sms", "body": self.template})

    async def show_sent(self, request: Request) -> Response:
        if refused := self._refusal(request):
            return refused
        found = self.taken.get(request.query_params["reference"])
        known = [{"id": found["id"], "status": self.statuses.get(found["to"], "sending")}] if found else []
        return JSONResponse({"notifications": known, "links": {}})

    async def send(self, request: Request) -> Response:
        if refused := self._refusal(request) or self._wrong(await request.json()):
            return refused
        if len(self.taken) >= self.a_day:
            return _error(429, "TooManyRequestsError", f"Exceeded send limits ({self.a_day}) for today")
        given = await request.json()
        sent = {"id": str(uuid4()), "reference": given["reference"], "to": given["phone_number"]}
        self.taken[given["reference"]] = sent | {"text": given["personalisation"]["text"]}
        if self.loses_answers:
            return Response(status_code=504)
        body = {"body": given["personalisation"]["text"], "from_number": "NETWORK"}
        return JSONResponse({"id": sent["id"], "reference": given["reference"], "content": body}, 201)

    def _refusal(self, request: Request) -> Response | None:
        self.asked += 1
        if self.fails_with:
            return _error(self.fails_with, "Exception", "Internal server error")
        try:
            scheme, _, token = request.headers.get("authorization", "").partition(" ")
            said = jwt.decode(token, OctKey.import_key(SECRET), algorithms=["HS256"]).claims
        except (JoseError, ValueError):
            return _error(403, "AuthError", "Invalid token: API key not found")
        if scheme != "Bearer" or said.get("iss") != SERVICE:
            return _error(403, "AuthError", "Invalid token: service not found")
        if abs(time.time() - float(said["iat"])) > TOKEN_SECONDS:
            return _error(403, "AuthError", "Error: Your system clock must be accurate to within 30 seconds")
        now = time.monotonic()
        while self._times and self._times[0] < now - 60:
            self._times.popleft()
        if len(self._times) >= self.a_minute:
            return _error(429, "RateLimitError", f"Exceeded rate limit for key type LIVE of {self.a_minute} requests")
        self._times.append(now)
        return None

    def _wrong(self, given: dict[str, Any]) -> Response | None:
        number = given.get("phone_number", "")
        if given.get("template_id") != TEMPLATE:
            return _error(400, "BadRequestError", "Template not found")
        if set(given.get("personalisation", {})) != {"text"}:
            return _error(400, "BadRequestError", "Missing personalisation: text")
        digits = number.removeprefix("+44").removeprefix("0")
        if not (digits.isdecimal() and len(digits) == 10):
            return _error(400, "ValidationError", "phone_number Not enough digits")
        if self.trial_team is not None and number not in self.trial_team:
            words = "Can’t send to this recipient when service is in trial mode"
            return _error(400, "BadRequestError", words)
        return None


def _error(status: int, kind: str, words: str) -> Response:
    return Response(
        json.dumps({"status_code": status, "errors": [{"error": kind, "message": words}]}),
        status,
        media_type="application/json",
    )


@asynccontextmanager
async def notify_server() -> AsyncGenerator[NotifyServer]:
    """One on a port of its own, as long as the context is open."""
    notify = NotifyServer()
    routes = [
        Route("/v2/template/{id}", notify.show_template),
        Route("/v2/notifications", notify.show_sent),
        Route("/v2/notifications/sms", notify.send, methods=["POST"]),
    ]
    config = uvicorn.Config(Starlette(routes=routes), host="127.0.0.1", port=0, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # pyright: ignore[reportAttributeAccessIssue]
    listening = config.bind_socket()
    notify.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    serving = asyncio.create_task(server.serve([listening]))
    try:
        yield notify
    finally:
        server.should_exit = True
        await serving
