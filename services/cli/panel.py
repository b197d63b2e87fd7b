"""What a person sees when the network is ready: for each kind of user an address and a demo sign-in."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from services.cli.console import out, say
from services.cli.local.folders import CHECKOUT

REGION = Path(__file__).with_name("region.yaml")
SIGN_IN = "/sign-in/demo?to="


@dataclass(frozen=True)
class Door:
    """Where one kind of user goes in, and whom to choose there."""

    audience: str
    path: str
    sign_in: str


def doors() -> list[Door]:
    """A door for each kind of user, with people of the demo region."""
    region = yaml.safe_load(REGION.read_text(encoding="utf-8"))
    trust, network = region["organisations"][0], region["network"]["ods_code"]
    coordinator, approver, finance = (_called(trust["staff"], role) for role in ("coordinator", "approver", "finance"))
    screener, operator = (_called(region["network_staff"], role) for role in ("screener", "operator"))
    leader, other = region["people"][0][0], region["people"][1][0]
    staff = f"{coordinator} posts and offers, {approver} approves claims, {finance} pays ({trust['name']})"
    return [
        Door("Anyone", "/opportunities", "no sign-in: the common feed"),
        Door("Patient leader", f"{SIGN_IN}/home", f"as {leader} or {other}"),
        Door("Organisation", f"{SIGN_IN}/home/for/{trust['ods_code']}", staff),
        Door("Network screener", f"{SIGN_IN}/people/for/{network}", f"as {screener}"),
        Door("Operator", f"{SIGN_IN}/ops", f"as {operator}"),
        Door("Developer", "/developers", "no sign-in: events and APIs"),
    ]


def _called(staff: list[dict[str, Any]], role: str) -> str:
    return next(member["called"] for member in staff if role in member["roles"])


def show(environment: Mapping[str, str], state: Path) -> None:
    """Say where to go, what to try, how to stop and where things are."""
    base = environment["PLN_BASE_URL"]
    rows = [(door.audience, f"{base}{door.path}", door.sign_in) for door in doors()]
    rows.append(("Mailbox", environment.get("PLN_MAILBOX_URL", ""), "every message of the demo"))
    if "PLN_PROMETHEUS_URL" in environment:
        rows.append(
            ("Prometheus", f"{environment['PLN_PROMETHEUS_URL']}/alerts", "what is measured, and what is wrong")
        )
    notes = [
        "To sign in, choose a person from the list. Nobody there is real, and nothing is sent anywhere.",
        "To try next: `.venv/bin/pln tour` takes one opportunity from post to payment.",
        "To stop: Ctrl-C here, or `make stop` anywhere. To look: `.venv/bin/pln status`, `.venv/bin/pln doctor`.",
        f"Logs: {_short(state / 'logs')}   Data: {_short(state)}",
    ]
    if out.is_terminal:
        table = Table.grid(padding=(0, 2))
        for row in rows:
            table.add_row(Text(row[0], style="bold"), Text.assemble((row[1], "cyan"), "\n", (row[2], "dim")))
        out.print(Panel(table, title="The patient leadership network is ready", title_align="left", expand=False))
    else:
        say("The patient leadership network is ready")
        for row in rows:
            say(f"  {row[0]:<17}{row[1]}  {row[2]}")
    for note in notes:
        say(note)


def _short(path: Path) -> str:
    return str(path.relative_to(CHECKOUT)) if path.is_relative_to(CHECKOUT) else str(path)
