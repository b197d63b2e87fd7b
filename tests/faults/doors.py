"""Callers at the services' own doors, who repeat each write with its own key until it is acknowledged."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx

from services.chassis.postgres.transaction import new_id
from services.cli.verify.report import Acknowledged

ASK_SECONDS = 10.0
"""After so long without an answer a caller asks again."""
PATIENCE_SECONDS = 240.0
AGAIN_SECONDS = 0.1
LONGEST_AGAIN_SECONDS = 1.0


class NeverAnswered(AssertionError):
    """A write was not acknowledged within the patience of a caller."""


class Final(Exception):
    """A refusal that the caller asked to be told of. Its text is the problem's slug."""


@dataclass
class Doors:
    """All services, each at its own address, and every write that they acknowledged."""

    url_of: Callable[[str], str]
    acknowledged: list[Acknowledged] = field(default_factory=list[Acknowledged])
    repeated: int = 0
    """Requests that were sent again under the same key."""

    def __post_init__(self) -> None:
        limits = httpx.Limits(max_connections=200, max_keepalive_connections=50)
        self._http = httpx.AsyncClient(timeout=ASK_SECONDS, limits=limits)

    async def ask(self, method: str, service: str, path: str, **more: Any) -> httpx.Response | None:
        """One request; None when there was no answer, or none that one can act on."""
        try:
            answer = await self._http.request(method, f"{self.url_of(service)}/api/{service}/v1{path}", **more)
        except httpx.HTTPError:
            return None
        return None if answer.status_code >= 500 else answer

    async def close(self) -> None:
        await self._http.aclose()


@dataclass
class Caller:
    """One person."""

    doors: Doors
    called: str
    email: str
    account_id: str = ""
    token: str = ""

    async def sign_in(self) -> "Caller":
        """By the demo's door, which takes no key: an account that an unanswered request has made is signed in to."""

        async def answered() -> Any:
            who = {"called": self.called, "email": self.email}
            answer = await self.doors.ask("POST", "identity", "/demo/sign-in", json={"email": self.email})
            if answer is not None and answer.status_code == 404:
                answer = await self.doors.ask("POST", "identity", "/demo/accounts", json=who)
            return answer.json() if answer is not None and answer.is_success else None

        known = await until_answered(answered, f"sign in {self.called}")
        self.account_id, self.token = known["account_id"], known["token"]
        return self

    async def get(self, service: str, path: str, *, when: Callable[[Any], Any]) -> Any:
        """What `when` finds in the answer; asked again until it finds something."""

        async def answered() -> Any:
            answer = await self.doors.ask("GET", service, path, headers=self._headers())
            if answer is not None and answer.status_code == 401:
                await self.sign_in()
            return when(answer.json()) if answer is not None and answer.is_success else None

        return await until_answered(answered, f"GET {service}{path}")

    async def write(
        self, method: str, service: str, path: str, body: Any = None, *, final: tuple[str, ...] = ()
    ) -> Any:
        """A write, repeated under one key until it is acknowledged. Raises Final for a refusal named in `final`.

        `body` is sent as JSON; bytes are a file.
        """
        key, tries = str(new_id()), 0
        last = "no answer"

        async def answered() -> Any:
            nonlocal tries, last
            tries += 1
            headers = self._headers() | {"idempotency-key": key}
            sent = {"content": body} if isinstance(body, bytes) else {"json": body}
            answer = await self.doors.ask(method, service, path, headers=headers, **sent)
            if answer is None:
                return None
            if answer.is_success:
                return [answer.json()]
            problem = answer.json()
            last = f"{answer.status_code} {problem.get('detail')} {problem.get('errors', '')}"
            slug = str(problem.get("type", "")).rpartition("#")[2]
            if slug in final:
                raise Final(slug)
            if answer.status_code == 401:
                await self.sign_in()
            return None

        found = await until_answered(answered, f"{method} {service}{path}", lambda: last)
        self.doors.repeated += tries - 1
        self.doors.acknowledged.append(Acknowledged(service, key, UUID(self.account_id)))
        return found[0]

    async def post(self, service: str, path: str, body: Any = None, *, final: tuple[str, ...] = ()) -> Any:
        return await self.write("POST", service, path, body, final=final)

    async def open(self, service: str, path: str) -> bytes:
        """The bytes of a file."""

        async def answered() -> bytes | None:
            answer = await self.doors.ask("GET", service, path, headers=self._headers())
            return answer.content if answer is not None and answer.is_success else None

        return await until_answered(answered, f"GET {service}{path}")

    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"}


async def until_answered(ask: Callable[[], Awaitable[Any]], what: str, why: Callable[[], str] = str) -> Any:
    """Ask again and again, each time after a longer pause, until the answer is not None."""
    end, pause = time.monotonic() + PATIENCE_SECONDS, AGAIN_SECONDS
    while (found := await ask()) is None:
        if time.monotonic() > end:
            raise NeverAnswered(f"{what}: {why()} for {PATIENCE_SECONDS:.0f} s")
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, LONGEST_AGAIN_SECONDS)
    return found
