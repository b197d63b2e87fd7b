"""`pln mirror rebuild`: read a topic from its start and replace what a service keeps of it."""

import json
from typing import Annotated

import asyncpg
import typer
from aiokafka.errors import KafkaError

from schemas.contracts import plan
from services.cli.console import done, one_sentence, say, waiting
from services.cli.local.asking import apart
from services.cli.local.network import running_network
from services.cli.local.trouble import Trouble
from services.cli.records import known_topics

app = typer.Typer(no_args_is_help=True, help="What a service keeps of another's topic.")


@app.callback()
def mirror() -> None:
    """A group, though it has one command so far."""


@app.command()
@one_sentence
def rebuild(
    service: Annotated[str, typer.Argument(help="Who keeps it.")],
    topic: Annotated[str, typer.Argument(help="What it is kept of.")],
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Read the topic from its start and replace the service's mirror by it, while it runs. Sets no reaction off.

    Example: pln mirror rebuild matching identity.organisation
    """
    environment = running_network()
    readers: list[str] = plan()["topics"][known_topics([topic])[0]]["readers"]
    if service not in readers:
        raise Trouble(f"{service} keeps no mirror of {topic}. {', '.join(readers) or 'Nobody'} does.")
    if as_json:
        rows = apart(lambda: _rebuild(environment, service, topic))
        say(json.dumps({"service": service, "topic": topic, "rows": rows}))
        return
    with waiting(f"Reading {topic} from its start"):
        rows = apart(lambda: _rebuild(environment, service, topic))
    done(f"{service} now keeps {rows} of {topic}, as the topic says them.")


async def _rebuild(environment: dict[str, str], name: str, topic: str) -> int:
    """The number of rows that the mirror has now. Raises Trouble when a server does not answer."""
    # A whole service is loaded here and nowhere else in the command, which would be slow to start otherwise.
    from services.chassis.base.settings import BadSettings, Settings
    from services.chassis.kafka import refill
    from services.cli.opened import opened

    try:
        settings = Settings.from_environment(environment)
        async with opened(settings, [name]) as [one]:
            return await refill.rebuild(one.database, settings, one.service.reactions.mirrors[topic])
    except (BadSettings, KafkaError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as fault:
        why = str(fault) or type(fault).__name__
        raise Trouble(f"The mirror is as it was: {why}. `pln doctor` says more.") from fault
