"""`pln mirror rebuild`: read a topic from its start and replace what a service keeps of it."""

import json
from collections.abc import Mapping
from typing import Annotated

import typer

from schemas.contracts import plan
from services.cli.base.apart import apart
from services.cli.base.console import AsJson, done, one_sentence, say, waiting
from services.cli.base.trouble import Trouble
from services.cli.clients.records import known_topics
from services.cli.local.environment import running_network

app = typer.Typer(no_args_is_help=True, help="What a service keeps of another's topic.")


@app.callback()
def mirror() -> None:
    """A group, though it has one command so far."""


@app.command()
@one_sentence
def rebuild(
    service: Annotated[str, typer.Argument(help="Who keeps it.")],
    topic: Annotated[str, typer.Argument(help="What it is kept of.")],
    as_json: AsJson = False,
) -> None:
    """Read the topic from its start and replace the service's mirror by it, while it runs. Sets no reaction off.

    Example: pln mirror rebuild matching identity.organisation
    """
    environment = running_network()
    readers: list[str] = plan()["topics"][known_topics([topic])[0]]["readers"]
    if service not in readers:
        raise Trouble(f"{service} keeps no mirror of {topic}. {', '.join(readers) or 'Nobody'} does.")
    with waiting(f"Reading {topic} from its start", quiet=as_json):
        rows = apart(lambda: _rebuild(environment, service, topic))
    if as_json:
        say(json.dumps({"service": service, "topic": topic, "rows": rows}))
        return
    done(f"{service} now keeps {rows} of {topic}, as the topic has them.")


async def _rebuild(environment: Mapping[str, str], name: str, topic: str) -> int:
    """The number of rows that the mirror has now. Raises Trouble when a server does not answer."""
    from services.chassis.base.settings import Settings
    from services.chassis.kafka import refill
    from services.cli.clients.databases import faults_as_trouble, opened

    with faults_as_trouble("The mirror is as it was: {why}. `pln doctor` says more."):
        settings = Settings.from_environment(environment)
        async with opened(settings, [name]) as [one]:
            return await refill.rebuild(one.database, settings, one.service.reactions.mirrors[topic])
