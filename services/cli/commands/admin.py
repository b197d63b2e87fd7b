"""`pln admin`: what an operator does when no administrator of the network is left who can act."""

from typing import Annotated

import typer

from services.chassis.base.settings import Settings
from services.cli.base.console import one_sentence, say
from services.cli.clients.caller import Caller
from services.cli.local.environment import running_network

app = typer.Typer(no_args_is_help=True, help="When no administrator of the network is left who can act.")


@app.command()
@one_sentence
def recover(
    email: Annotated[str, typer.Option(help="The address that they sign in with.")],
    called: Annotated[str, typer.Option(help="What they are called, if they have no account yet.")],
) -> None:
    """Make somebody an administrator of the network, by the start secret in the state folder. Everybody is told.

    It is logged, said as an event, and written to each administrator. Runbook: deploy/runbooks/no-administrator.md.
    Example: pln admin recover --email ada@network.example --called Ada
    """
    network = running_network()
    secret = Settings.from_environment(network).secret("bootstrap").hex()
    made = Caller(network["PLN_BASE_URL"], token=secret).post(
        "identity", "/recover", {"called": called, "email": email}
    )
    say(f"{called} is an administrator of the network now, as account {made['account_id']}. They can sign in at once.")
