"""Text messages as they leave: GOV.UK Notify's API, and what its answers mean for a text.

After its documentation (docs.notifications.service.gov.uk/rest-api.html). The words are ours: the template at Notify
has nothing but the place for them, `((text))`, and it is looked at before anything is sent, so that nobody gets other
words than those in this repository. Notify keeps our id as its reference; a text of which nobody knows whether it was
taken is asked for by that, and not sent again.
"""

import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import httpx
from joserfc import jwt
from joserfc.jwk import OctKey

from services.chassis.base.settings import Settings
from services.chassis.work.outgoing import RefusedForGood, RefusedForNow, RefusesAll, Send

SECONDS = 10.0
"""How long one answer of Notify may take."""
OK, CREATED, BAD_REQUEST, SERVER_ERROR = 200, 201, 400, 500
TEMPLATE = "((text))"
"""All that the template at Notify says."""
UUID_LENGTH = 36
LONGEST_TEXT = 160
"""Characters of one text (GSM 03.38). More cost as two."""
COUNTS_TWICE = frozenset("[]{}^\\|~€")


@dataclass(frozen=True)
class TextMessage:
    """One text to one number. `is_asked_for`: it may have been sent before, and nobody knows."""

    id: UUID
    to: str
    text: str
    is_asked_for: bool = False


def length(text: str) -> int:
    """As Notify counts it."""
    return len(text) + sum(sign in COUNTS_TWICE for sign in text)


Arrived = Literal["yes", "no", "wrong_number", "later"]
"""What Notify knows of a text: it is on its phone, it is not, there is no such phone, or it does not know yet."""
_ARRIVED: dict[str, Arrived] = {
    "delivered": "yes",
    "permanent-failure": "wrong_number",
    "temporary-failure": "no",
    "technical-failure": "no",
}


@asynccontextmanager
async def text_office(settings: Settings) -> AsyncGenerator[Send[TextMessage]]:
    """A connection over which texts are sent one after another. Raises RefusesAll when Notify is away, lets us not in,
    or would say other words than ours.
    """
    async with _office(settings) as office:
        await office.look_at_template()
        yield office.send


@asynccontextmanager
async def what_arrived(settings: Settings) -> AsyncGenerator[Callable[[UUID], Awaitable[Arrived]]]:
    """A connection over which is asked what became of a text, by our id. Raises RefusesAll."""
    async with _office(settings) as office:
        yield office.arrived


@asynccontextmanager
async def _office(settings: Settings) -> AsyncGenerator["_Office"]:
    if not (settings.notify_url and settings.notify_key and settings.notify_template):
        raise RefusesAll("PLN_NOTIFY_URL, PLN_NOTIFY_KEY and PLN_NOTIFY_TEMPLATE are not set")
    timeout = httpx.Timeout(SECONDS)
    async with httpx.AsyncClient(base_url=settings.notify_url, timeout=timeout, follow_redirects=False) as client:
        yield _Office(client, settings.notify_key, settings.notify_template)


class _Office:
    def __init__(self, client: httpx.AsyncClient, key: str, template: str) -> None:
        self._client, self._key, self._template = client, key, template

    async def look_at_template(self) -> None:
        """Raises RefusesAll."""
        try:
            answer = await self._ask("GET", f"/v2/template/{self._template}")
        except httpx.HTTPError as fault:
            raise RefusesAll(type(fault).__name__) from None
        if answer.status_code != OK:
            raise RefusesAll(_words(answer))
        said = _json(answer)
        if said.get("type") != "sms" or str(said.get("body", "")).strip() != TEMPLATE:
            raise RefusesAll("the template at Notify says other words than ((text))")

    async def send(self, text: TextMessage) -> None:
        """Raises RefusedForNow, RefusedForGood or RefusesAll."""
        try:
            if text.is_asked_for and await self._was_taken(text.id):
                return
            answer = await self._ask("POST", "/v2/notifications/sms", json=self._body(text))
        except httpx.HTTPError as fault:  # nobody knows whether it was taken: it is asked for before the next try
            raise RefusedForNow(type(fault).__name__) from None
        if answer.status_code != CREATED:
            raise _meaning(answer)

    def _body(self, text: TextMessage) -> dict[str, Any]:
        return {
            "phone_number": text.to,
            "template_id": self._template,
            "personalisation": {"text": text.text},
            "reference": str(text.id),
        }

    async def arrived(self, id: UUID) -> Arrived:
        """What became of a text that was sent. Raises RefusesAll."""
        try:
            found = await self._found(id)
        except (httpx.HTTPError, RefusedForNow, RefusedForGood) as fault:
            raise RefusesAll(str(fault) or type(fault).__name__) from None
        return _ARRIVED.get(str(found.get("status")), "later") if found else "later"

    async def _was_taken(self, id: UUID) -> bool:
        return bool(await self._found(id))

    async def _found(self, id: UUID) -> dict[str, Any]:
        """What Notify has under our id; nothing where it has none."""
        answer = await self._ask("GET", "/v2/notifications", params={"reference": str(id), "template_type": "sms"})
        if answer.status_code != OK:
            raise _meaning(answer)
        found: list[dict[str, Any]] = _json(answer).get("notifications") or [{}]
        return found[0]

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        json: Mapping[str, Any] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {_token(self._key)}"}
        return await self._client.request(method, path, json=json, params=params, headers=headers)


def _token(key: str) -> str:
    """Of a key `name-<service id>-<secret>`: who we are and when this was said, signed. Good for 30 seconds there."""
    service, secret = key[-(2 * UUID_LENGTH + 1) : -(UUID_LENGTH + 1)], key[-UUID_LENGTH:]
    claims = {"iss": service, "iat": int(time.time())}
    return jwt.encode({"typ": "JWT", "alg": "HS256"}, claims, OctKey.import_key(secret), algorithms=["HS256"])


def _meaning(answer: httpx.Response) -> Exception:
    """What a refusal means for a text. What is about the number ends it; what is about us lets all wait."""
    words, status = _words(answer), answer.status_code
    if status == BAD_REQUEST and _is_about_the_number(answer):
        return RefusedForGood(words)
    if status < SERVER_ERROR:  # our key, our template, trial mode, our limits
        return RefusesAll(words)
    return RefusedForNow(words)


def _is_about_the_number(answer: httpx.Response) -> bool:
    """ "phone_number Not enough digits", or a number abroad where the service sends to none."""
    said = [str(one.get("message", "")) for one in _errors(answer)]
    return any(one.startswith("phone_number") or "international" in one for one in said)


def _words(answer: httpx.Response) -> str:
    """The kind of refusal and its number. Its words may repeat the number of a phone."""
    kinds = ", ".join(str(one.get("error", "")) for one in _errors(answer))
    return f"{kinds or 'Notify'} {answer.status_code}"


def _errors(answer: httpx.Response) -> list[dict[str, Any]]:
    found: Any = _json(answer).get("errors", [])
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []  # pyright: ignore[reportUnknownVariableType]


def _json(answer: httpx.Response) -> dict[str, Any]:
    """What it says; nothing where it is no JSON object, as of a proxy in between."""
    try:
        found: Any = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}  # pyright: ignore[reportUnknownVariableType]
