"""`pln keys`: the keys that sign tokens and forms, and new ones in their place."""

import json
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from services.chassis.base import keys, security_log
from services.chassis.base.security_log import Happened
from services.chassis.base.settings import Settings
from services.cli.base.console import AsJson, one_sentence, say
from services.cli.base.trouble import Trouble, os_faults
from services.cli.local.environment import given_settings
from services.cli.local.folders import state_folder

BETWEEN = timedelta(days=1)
"""What a form or a link was signed with may be asked for so much later; a rotation sooner would refuse it."""

app = typer.Typer(no_args_is_help=True, help="The keys that sign tokens and forms.")

KnownToOthers = Annotated[
    bool,
    typer.Option("--known-to-others", help="The old keys are good for nothing from now on: everybody signs in anew."),
]


@app.command("list")
@one_sentence
def list_keys(as_json: AsJson = False) -> None:
    """Which keys check tokens now, the newest first, and since when they sign. Example: pln keys list --json"""
    settings = _settings()
    found = keys.checking(settings)
    if as_json:
        say(json.dumps({"keys": found, "signing_since": _made_at(settings).isoformat()}, indent=1))
        return
    for number, kid in enumerate(found):
        say(f"{kid}  {'signs and checks' if number == 0 else 'checks what it has signed before'}")
    say(f"The first signs since {_made_at(settings):%d %B %Y, %H:%M} UTC.")


@app.command()
@one_sentence
def rotate(known_to_others: KnownToOthers = False) -> None:
    """Sign with new keys from now on; services need no restart. What was signed before stays good until the next time.

    At most once a day, unless the old ones are known to others. Example: pln keys rotate
    """
    settings = _settings()
    age = datetime.now(UTC) - _made_at(settings)
    if age < BETWEEN and not known_to_others:
        raise Trouble(
            f"These keys are {age.total_seconds() / 3600:.0f} hours old, and forms signed by the ones before them may"
            " still be open. Wait until they are a day old, or say --known-to-others."
        )
    with os_faults("writing new keys"):
        keys.rotate(settings, known_to_others=known_to_others)
    security_log.note(Happened.OPERATED, what="keys-rotated")
    say("New keys sign from now on.")
    if known_to_others:
        say("The old ones are good for nothing: everybody signs in anew, and an open form is shown once more.")
    else:
        say("What the old ones have signed stays good until the next rotation.")


def _settings() -> Settings:
    """Of the folder alone: no server is asked. Raises Trouble where no network was prepared."""
    given = given_settings()
    shared = {"shared_dir": given["PLN_SHARED_DIR"]} if given.get("PLN_SHARED_DIR") else {}
    settings = Settings.model_validate({"kafka_bootstrap_servers": "-", "state_dir": state_folder(), **shared})
    if not keys.checking(settings):
        raise Trouble(f"{settings.state_dir} has no keys. `make run` (or `python -m services prepare`) makes them.")
    return settings


def _made_at(settings: Settings) -> datetime:
    return datetime.fromtimestamp(keys.made_at(settings), UTC)
