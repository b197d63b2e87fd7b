"""What a person sees when the network is ready: for each kind of user an address and a demo sign-in."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from services.cli.console import out, say
from services.cli.local.folders import CHECKOUT


@dataclass(frozen=True)
class Door:
    """Where one kind of user goes in, and as whom to sign in on the demo's sign-in page."""

    audience: str
    path: str
    sign_in: str


DOORS = [
    Door("Anyone", "/opportunities", "no sign-in: the common feed"),
    Door("Patient leader", "/home", "sign in as a patient leader"),
    Door("Organisation", "/organisations", "sign in as a member of staff"),
    Door("Network screener", "/people", "sign in as the network's screener"),
    Door("Operator", "/ops", "sign in as an operator"),
    Door("Developer", "/developers", "no sign-in: events and APIs"),
]


def show(environment: Mapping[str, str], state: Path) -> None:
    """Say where to go, what to try, how to stop and where things are."""
    base = environment["PLN_BASE_URL"]
    rows = [(door.audience, f"{base}{door.path}", door.sign_in) for door in DOORS]
    rows.append(("Mailbox", environment.get("PLN_MAILBOX_URL", ""), "every message of the demo; nothing is sent on"))
    notes = [
        f"Sign in at {base}/sign-in: choose a person from the list. Nobody there is real.",
        "To try next: `.venv/bin/pln tour` takes one opportunity from post to payment.",
        "To stop: Ctrl-C here, or `make stop` anywhere. To look: `.venv/bin/pln status`, `.venv/bin/pln doctor`.",
        f"Logs: {_short(state / 'logs')}   Data: {_short(state)}",
    ]
    if out.is_terminal:
        table = Table.grid(padding=(0, 2))
        for row in rows:
            table.add_row(Text(row[0], style="bold"), Text(row[1], style="cyan"), Text(row[2]))
        table.add_row()
        out.print(Panel(table, title="The patient leadership network is ready", title_align="left", expand=False))
    else:
        say("The patient leadership network is ready")
        for row in rows:
            say(f"  {row[0]:<17}{row[1]}  ({row[2]})")
    for note in notes:
        say(note)


def _short(path: Path) -> str:
    return str(path.relative_to(CHECKOUT)) if path.is_relative_to(CHECKOUT) else str(path)
