"""The network's API as its operators use it: with the token of PLN_TOKEN, in the demo with its operator's."""

import os
from collections.abc import Mapping
from typing import Any

from services.cli.base.trouble import Trouble
from services.cli.clients.caller import Caller, RequestRefused

OPERATOR = "olu@network.example"
"""The demo region's operator."""
HOW_TO_GET_ONE = (
    "This network is not a demo, so nobody gets a token by name. An admin of the organisation makes a machine account"
    " (/organisations, Machines) and gets its secret once; whoever holds that exchanges it for a token of 30 minutes:"
    ' POST {base}/api/identity/v1/tokens with {{"secret": "…"}}. Other commands take the token from PLN_TOKEN.'
)


def operator(network: Mapping[str, str]) -> Caller:
    """Whoever PLN_TOKEN belongs to, else the demo's operator. Raises Trouble when there is neither."""
    token = os.environ.get("PLN_TOKEN") or demo_token(network, OPERATOR)["token"]
    return Caller(network["PLN_BASE_URL"], token=token)


def demo_token(network: Mapping[str, str], who: str) -> dict[str, Any]:
    """`token`, `expires_at`, `account_id` and `called` of somebody in the demo. Raises Trouble when it is no demo."""
    base = network["PLN_BASE_URL"]
    if network.get("PLN_PROFILE", "production") not in ("demo", "test"):
        raise Trouble(HOW_TO_GET_ONE.format(base=base))
    try:
        return Caller(base).demo_token(who)
    except RequestRefused as refused:
        if refused.status != 404:
            raise
        raise Trouble(f"There is nobody like {who} in this demo. See {base}/sign-in/demo for who there is.") from None
