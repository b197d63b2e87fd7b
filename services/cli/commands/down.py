"""`pln down`: stop the network that runs from this checkout."""

from services.cli.base.console import done, one_sentence, say
from services.cli.local.folders import state_folder
from services.cli.local.supervisor import stop_network


@one_sentence
def down() -> None:
    """Stop the network in order: services, then Kafka and PostgreSQL. The data stay.

    Example: pln down
    """
    if stop_network(state_folder()):
        done("Stopped. The data are kept; `pln up` goes on from here.")
    else:
        say("The network is not running.")
