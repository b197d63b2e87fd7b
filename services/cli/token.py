"""`pln token`: a token for the API, and asking the API as its holder."""

import json
import os
import secrets
from collections.abc import Mapping
from typing import Annotated, Any, cast
from uuid import UUID

import httpx
import typer

from services.cli.console import one_sentence, say
from services.cli.local.network import running_network
from services.cli.local.trouble import Trouble

OPERATOR = "olu@network.example"
"""The demo region's operator."""
ANSWER_SECONDS = 20.0
HOW_TO_GET_ONE = (
    "This network is not a demo, so nobody gets a token by name. An admin of the organisation makes a machine account"
    " (/organisations, Machines) and gets its secret once; whoever holds that exchanges it for a token of 30 minutes:"
    ' POST {base}/api/identity/v1/tokens with {{"secret": "…"}}. Other commands take the token from PLN_TOKEN.'
)


@one_sentence
def token(
    who: Annotated[str, typer.Option("--as", metavar="EMAIL|ACCOUNT_ID", help="Whose.")] = OPERATOR,
    as_json: Annotated[bool, typer.Option("--json", help="With when it runs out and whose it is.")] = False,
) -> None:
    """Print a token for the API, good for 30 minutes. In the demo anybody's; else it says how to get one.

    Example: curl -H "Authorization: Bearer $(pln token)" http://127.0.0.1:8400/api/identity/v1/mine
    """
    got = sign_in(running_network(), who)
    say(json.dumps(got, indent=1) if as_json else str(got["token"]))


def sign_in(network: Mapping[str, str], who: str) -> dict[str, Any]:
    """`token`, `expires_at`, `account_id` and `called` of somebody in the demo. Raises Trouble when it is no demo."""
    base = network["PLN_BASE_URL"]
    if network.get("PLN_PROFILE", "production") not in ("demo", "test"):
        raise Trouble(HOW_TO_GET_ONE.format(base=base))
    answer = _send(httpx.Request("POST", f"{base}/api/identity/v1/demo/sign-in", json=_name(who)))
    if answer.status_code == 404:
        raise Trouble(f"There is nobody like {who} in this demo. See {base}/sign-in/demo for who there is.")
    return _read(answer)


def token_for_operators(network: Mapping[str, str]) -> str:
    """PLN_TOKEN, else the token of the demo's operator."""
    return os.environ.get("PLN_TOKEN") or str(sign_in(network, OPERATOR)["token"])


class Api:
    """The network's API, asked in the name of a token's holder. Refusals are raised as Trouble, in their words."""

    def __init__(self, base: str, bearer: str) -> None:
        self._base, self._headers = base, {"Authorization": f"Bearer {bearer}"}

    def get(self, path: str) -> dict[str, Any]:
        return _read(_send(httpx.Request("GET", self._base + path, headers=self._headers)))

    def post(self, path: str, body: Any = None) -> dict[str, Any]:
        headers = {**self._headers, "Idempotency-Key": secrets.token_hex(16)}
        return _read(_send(httpx.Request("POST", self._base + path, headers=headers, json=body)))


def _name(who: str) -> dict[str, str]:
    try:
        return {"account_id": str(UUID(who))}
    except ValueError:
        return {"email": who}


def _send(request: httpx.Request) -> httpx.Response:
    try:
        with httpx.Client(timeout=ANSWER_SECONDS) as client:
            return client.send(request)
    except httpx.HTTPError as fault:
        where = f"{request.url.scheme}://{request.url.netloc.decode()}"
        why = str(fault) or type(fault).__name__
        raise Trouble(f"The network does not answer at {where} ({why}). `pln status` says what runs.") from fault


def _read(answer: httpx.Response) -> dict[str, Any]:
    try:
        body = cast("dict[str, Any]", answer.json())
    except ValueError:
        raise Trouble(f"{answer.request.url} answered {answer.status_code}, and not in JSON.") from None
    if answer.is_success:
        return body if isinstance(body, dict) else {}  # pyright: ignore[reportUnnecessaryIsInstance]
    if answer.status_code == 401:
        raise Trouble("The token is not taken (any more): get a new one with `pln token`, or as its answer says.")
    raise Trouble(str(body.get("detail", f"{answer.request.url} answered {answer.status_code}.")))
