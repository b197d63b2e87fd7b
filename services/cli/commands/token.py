"""`pln token`: a token for the API."""

import json
from typing import Annotated

import typer

from services.cli.base.console import one_sentence, say
from services.cli.clients.operators import OPERATOR, demo_token
from services.cli.local.environment import running_network


@one_sentence
def token(
    who: Annotated[str, typer.Option("--as", metavar="EMAIL|ACCOUNT_ID", help="Whose.")] = OPERATOR,
    as_json: Annotated[bool, typer.Option("--json", help="With when it runs out and whose it is.")] = False,
) -> None:
    """Print a token for the API, good for 30 minutes. In the demo anybody's; else it says how to get one.

    Example: curl -H "Authorization: Bearer $(pln token)" http://127.0.0.1:8400/api/identity/v1/mine
    """
    given = demo_token(running_network(), who)
    say(json.dumps(given, indent=1) if as_json else str(given["token"]))
