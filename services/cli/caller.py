"""Somebody at the network's doors: a small HTTP client for the demo region and the tour, by API and by page."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlencode

import httpx

from services.cli.local.trouble import Trouble

TIMEOUT_SECONDS = 20
MAIL_SECONDS = 20
LOOK_SECONDS = 0.1


class Answered(Exception):
    """The network said no. The message is what it said."""


@dataclass
class Caller:
    """One person (or nobody yet) with cookies of their own. `caused` collects the correlation id of each write."""

    base_url: str
    who: str = "anyone"
    token: str = ""
    account_id: str = ""
    caused: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        self._http = httpx.Client(base_url=self.base_url, timeout=TIMEOUT_SECONDS)

    def get(self, service: str, path: str) -> Any:
        """The JSON of an API address of a service."""
        return self._call("GET", service, path)

    def write(self, method: str, service: str, path: str, body: Any = None, *, key: str = "") -> Any:
        """A write, with an Idempotency-Key of its own unless one is given."""
        return self._call(method, service, path, body, key=key or f"{time.time_ns():x}-{self.account_id[-12:]}")

    def post(self, service: str, path: str, body: Any = None, *, key: str = "") -> Any:
        return self.write("POST", service, path, body, key=key)

    def put(self, service: str, path: str, body: Any) -> Any:
        return self.write("PUT", service, path, body)

    def text(self, service: str, path: str) -> str:
        answer = self._http.get(f"/api/{service}/v1{path}", headers=self._headers())
        self._refuse(answer)
        return answer.text

    def page(self, path: str) -> str:
        """A page, as a browser would get it; redirects are followed."""
        answer = self._http.get(path, follow_redirects=True)
        self._refuse(answer)
        return answer.text

    def send_form(self, page: str, action: str, values: Mapping[str, str]) -> str:
        """Fill in and send the form of a page that was got; the page it leads to."""
        fields = {**_hidden(page, action), **values}
        headers = {"content-type": "application/x-www-form-urlencoded"}
        answer = self._http.post(action, content=urlencode(fields), headers=headers)
        self._note(answer)
        if answer.status_code == 303:
            return self.page(answer.headers["location"])
        self._refuse(answer)
        return answer.text

    def sign_in(self, email: str) -> "Caller":
        """Demo sign-in, which exists only where nobody is real."""
        answer = self._call("POST", "identity", "/demo/sign-in", {"email": email})
        self.token, self.account_id, self.who = answer["token"], answer["account_id"], answer["called"]
        return self

    def take_cookie(self) -> None:
        """Use the token that a page signed us in with for the API too."""
        self.token = self._http.cookies.get("pln") or self._http.cookies.get("__Host-pln") or ""
        mine = self.get("identity", "/mine")
        self.account_id = str(mine.get("account_id") or mine.get("id"))

    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"} if self.token else {}

    def _call(self, method: str, service: str, path: str, body: Any = None, *, key: str = "") -> Any:
        headers = self._headers() | ({"idempotency-key": key} if key else {})
        answer = self._http.request(method, f"/api/{service}/v1{path}", json=body, headers=headers)
        if method != "GET":
            self._note(answer)
        self._refuse(answer)
        return answer.json() if answer.content else {}

    def _note(self, answer: httpx.Response) -> None:
        if correlation := answer.headers.get("x-correlation-id"):
            self.caused.append(correlation)

    def _refuse(self, answer: httpx.Response) -> None:
        if answer.is_success:
            return
        try:
            said = answer.json()
            words = f"{said.get('detail')} {said.get('errors', '')}".strip()
        except ValueError:
            words = " ".join(re.sub(r"<[^>]+>", " ", answer.text.split("<main", 1)[-1]).split())[:300]
        request = answer.request
        raise Answered(f"{request.method} {request.url.path} answered {answer.status_code}: {words}")


def _hidden(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the page's form that posts to `action`."""
    forms = [form for form in page.split("<form ")[1:] if f'action="{action}"' in form.split(">", 1)[0]]
    if not forms:
        raise Answered(f"the page has no form for {action}")
    inputs = re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", forms[0].split("</form>")[0])
    found = [(re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in inputs]
    return {unescape(name[1]): unescape(value[1]) if value else "" for name, value in found if name}


@dataclass(frozen=True)
class Mailbox:
    """The demo's mailbox, where every message of the network ends."""

    url: str

    def wait_for(self, to: str, having: str) -> str:
        """The text of the newest mail to an address with some words in it. Raises Trouble when none comes in 20 s."""
        end = time.monotonic() + MAIL_SECONDS
        while time.monotonic() < end:
            mails = httpx.get(f"{self.url}/api/mails", params={"to": to}, timeout=TIMEOUT_SECONDS).json()
            for mail in mails:
                if having in mail["subject"] + mail["text"]:
                    return str(mail["text"])
            time.sleep(LOOK_SECONDS)
        raise Trouble(f"No message with “{having}” reached {to} within {MAIL_SECONDS} seconds.")
