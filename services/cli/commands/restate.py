"""`pln restate`: owners write the newest states of what they own to Kafka again."""

import json
from typing import Annotated

import typer

from services.cli.base.apart import apart
from services.cli.base.console import AsJson, done, one_sentence, say, waiting
from services.cli.clients.records import known_topics
from services.cli.local.environment import running_network


@one_sentence
def restate(
    topics: Annotated[list[str] | None, typer.Argument(metavar="[TOPIC…]", help="Which topics; all when none.")] = None,
    as_json: AsJson = False,
) -> None:
    """Let owners restate what they own, while the network runs: it is no news, and nothing is set off by it.

    For a topic that was deleted and made again. For a Kafka that has lost its data, or another one in its place, name
    no topic: it is the network's own from then on. To go back to an older database, use `pln restore` instead.

    Example: pln restate recruitment.leader recruitment.profile
    """
    environment, named = running_network(), known_topics(topics or [])
    from services.cli.archive.restating import restate_topics

    with waiting("Letting the owners restate what they own", quiet=as_json):
        counted = apart(lambda: restate_topics(environment, named))
    if as_json:
        say(json.dumps(counted))
        return
    done(f"Restated: {counted['said again']:,}; gone: {counted['gone']:,}. Now `pln verify`.")
