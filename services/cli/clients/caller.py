"""Somebody who uses the network over HTTP, by API and by page: the demo's people, the tour, an operator."""

import re
import secrets
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

import httpx

from services.cli.base.trouble import Trouble, reason

TIMEOUT_SECONDS = 20
MAIL_SECONDS = 20
ARRIVES_SECONDS = 20
PAUSE_SECONDS = 0.05

T = TypeVar("T")


class RequestRefused(Trouble):
    """The network refused a request. `words` are its own; the message names the request too."""

    def __init__(self, request: str, words: str, status: int = 0) -> None:
        super().__init__(f"{request} answered {status}: {words}" if status else f"{request}: {words}")
        self.words, self.status = words, status


@cache
def _authorities() -> ssl.SSLContext:
    """Who may sign certificates: read once for all callers, as it takes 20 ms."""
    return httpx.create_ssl_context()


@dataclass
class Caller:
    """One person (or nobody yet) with cookies of their own. `caused` collects the correlation id of each write.

    Raises RequestRefused when the network says no, and Trouble when it does not answer.
    """

    base_url: str
    who: str = "anyone"
    token: str = ""
    account_id: str = ""
    caused: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        self._http = httpx.Client(base_url=self.base_url, timeout=TIMEOUT_SECONDS, verify=_authorities())

    def get(self, service: str, path: str) -> Any:
        """The JSON of an API address of a service."""
        return _json(self._call("GET", service, path))

    def write(self, method: str, service: str, path: str, body: Any = None, *, key: str = "") -> Any:
        """A write, with an Idempotency-Key of its own unless one is given."""
        headers = {"idempotency-key": key or secrets.token_hex(16)}
        answer = self._call(method, service, path, json=body, headers=headers)
        return _json(answer) if answer.content else {}

    def post(self, service: str, path: str, body: Any = None, *, key: str = "") -> Any:
        return self.write("POST", service, path, body, key=key)

    def post_until_accepted(self, service: str, path: str, body: Any = None, *, key: str = "") -> Any:
        """Post again, under one key, until the events that it needs have reached the service."""
        key = key or secrets.token_hex(16)
        return until_accepted(lambda: self.post(service, path, body, key=key))

    def put(self, service: str, path: str, body: Any) -> Any:
        return self.write("PUT", service, path, body)

    def text(self, service: str, path: str) -> str:
        return self._call("GET", service, path).text

    def page(self, path: str) -> str:
        """A page, as a browser would get it; redirects are followed."""
        return self._send("GET", path, follow_redirects=True).text

    def send_form(self, page: str, action: str, values: Mapping[str, str | Sequence[str]]) -> str:
        """Fill in and send the form of a page that was got; the page it leads to."""
        content = urlencode({**_hidden(page, action), **values}, doseq=True)
        headers = {"content-type": "application/x-www-form-urlencoded"}
        answer = self._send("POST", action, accept=303, content=content, headers=headers)
        return self.page(answer.headers["location"]) if answer.status_code == 303 else answer.text

    def sign_in(self, who: str) -> "Caller":
        """Demo sign-in by e-mail address or account id, which exists only where nobody is real."""
        self.take_token(self.demo_token(who))
        return self

    def demo_token(self, who: str) -> dict[str, Any]:
        """`token`, `expires_at`, `account_id` and `called` of somebody in the demo."""
        try:
            name = {"account_id": str(UUID(who))}
        except ValueError:
            name = {"email": who}
        return self.post("identity", "/demo/sign-in", name)

    def take_token(self, given: Mapping[str, Any]) -> None:
        self.token, self.account_id, self.who = given["token"], given["account_id"], given["called"]

    def take_cookie(self) -> None:
        """Use the token that a page signed us in with for the API too."""
        self.token = self._http.cookies.get("pln") or self._http.cookies.get("__Host-pln") or ""
        mine = self.get("identity", "/mine")
        self.account_id = str(mine.get("account_id") or mine.get("id"))

    def _call(
        self, method: str, service: str, path: str, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> httpx.Response:
        bearer = {"authorization": f"Bearer {self.token}"} if self.token else {}
        return self._send(method, f"/api/{service}/v1{path}", headers=bearer | dict(headers or {}), **more)

    def _send(self, method: str, path: str, *, accept: int = 200, **more: Any) -> httpx.Response:
        answer = _ask(self._http, method, path, **more)
        if method != "GET" and (correlation := answer.headers.get("x-correlation-id")):
            self.caused.append(correlation)
        if answer.is_success or answer.status_code == accept:
            return answer
        raise RequestRefused(f"{method} {answer.request.url.path}", _words(answer), answer.status_code)


@dataclass(frozen=True)
class Mailbox:
    """The demo's mailbox, where every message of the network ends."""

    url: str

    def wait_for(self, to: str, having: str) -> str:
        """The text of the newest mail to an address with some words in it. Raises Trouble when none comes in 20 s."""
        end = time.monotonic() + MAIL_SECONDS
        with httpx.Client(timeout=TIMEOUT_SECONDS, verify=_authorities()) as client:
            while time.monotonic() < end:
                for mail in _ask(client, "GET", f"{self.url}/api/mails", params={"to": to}).json():
                    if having in mail["subject"] + mail["text"]:
                        return str(mail["text"])
                time.sleep(PAUSE_SECONDS)
        raise Trouble(f"No message with “{having}” reached {to} within {MAIL_SECONDS} seconds.")


def until_accepted(ask: Callable[[], T]) -> T:
    """Ask again until the events that it needs have reached the service, so that it is not refused and finds all.

    Raises what came of the last try, after 20 s.
    """
    end = time.monotonic() + ARRIVES_SECONDS
    while True:
        try:
            return ask()
        except (RequestRefused, StopIteration, KeyError):
            if time.monotonic() > end:
                raise
            time.sleep(PAUSE_SECONDS)


def _ask(client: httpx.Client, method: str, url: str, **more: Any) -> httpx.Response:
    try:
        return client.request(method, url, **more)
    except httpx.HTTPError as fault:
        where = f"{fault.request.url.scheme}://{fault.request.url.netloc.decode()}"
        raise Trouble(
            f"The network does not answer at {where} ({reason(fault)}). `pln status` says what runs."
        ) from fault


def _json(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        raise Trouble(f"{answer.request.url} answered {answer.status_code}, and not in JSON.") from None


def _words(answer: httpx.Response) -> str:
    """What a refusal says: a problem's detail and its errors, else the text of the page."""
    if answer.status_code == 401 and "authorization" in answer.request.headers:
        return "The token is not taken (any more): get a new one with `pln token`, or as its answer says."
    try:
        problem = answer.json()
        return f"{problem.get('detail')} {problem.get('errors', '')}".strip()
    except (ValueError, AttributeError):
        return " ".join(re.sub(r"<[^>]+>", " ", answer.text.split("<main", 1)[-1]).split())[:300]


def _hidden(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the page's form that posts to `action`."""
    forms = [form for form in page.split("<form ")[1:] if f'action="{action}"' in form.split(">", 1)[0]]
    if not forms:
        raise RequestRefused(action, "the page has no form that leads there")
    inputs = re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", forms[0].split("</form>")[0])
    found = [(re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in inputs]
    return {unescape(name[1]): unescape(value[1]) if value else "" for name, value in found if name}
