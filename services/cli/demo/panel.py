"""What a person sees when the network is ready: for each kind of user an address and a demo sign-in."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from services.chassis.base.leader_words import BY_DEFAULT, LeaderWords
from services.chassis.base.wording import capital
from services.cli.base.console import out, say
from services.cli.demo.region import history, in_role, region
from services.cli.local.folders import CHECKOUT
from services.identity.personas import PERSONAS

SIGN_IN = "/sign-in/demo?to="


@dataclass(frozen=True)
class Audience:
    """One kind of user: where they begin, and whom to sign in as."""

    name: str
    path: str
    sign_in: str


def audiences(called: LeaderWords) -> list[Audience]:
    """Each kind of user, with people of the demo region."""
    demo = region()
    trust, network = demo["organisations"][0], demo["network"]["ods_code"]
    coordinator, approver, finance = (
        in_role(trust["staff"], role)["called"] for role in ("coordinator", "approver", "finance")
    )
    screener, operator = (in_role(demo["network_staff"], role)["called"] for role in ("screener", "operator"))
    leader, other = (one[0] for one in history()["people"][:2])
    staff = f"{coordinator} posts and offers, {approver} approves claims, {finance} pays ({trust['name']})"
    return [
        Audience("Anyone", "/opportunities", "no sign-in: the common feed"),
        Audience("Whoever is new", "/sign-in/demo", f"{len(PERSONAS)} people to be, with what each of them can try"),
        Audience(capital(called.many), f"{SIGN_IN}/home", f"as {leader} or {other}"),
        Audience("Organisation", f"{SIGN_IN}/home/for/{trust['ods_code']}", staff),
        Audience("Welcome team", f"{SIGN_IN}/people/for/{network}", f"as {screener}"),
        Audience("Operator", f"{SIGN_IN}/ops", f"as {operator}"),
        Audience("Developer", "/developers", "no sign-in: events and APIs"),
    ]


def show_panel(environment: Mapping[str, str], state: Path) -> None:
    """Say where to go, what to try, how to stop and where things are."""
    base, called = environment["PLN_BASE_URL"], LeaderWords.read(environment.get("PLN_PATIENT_LEADER", BY_DEFAULT))
    rows = [(one.name, f"{base}{one.path}", one.sign_in) for one in audiences(called)]
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
        width = max(len(row[0]) for row in rows) + 1
        for row in rows:
            say(f"  {row[0]:<{width}}{row[1]}  {row[2]}")
    for note in notes:
        say(note)


def _short(path: Path) -> str:
    return str(path.relative_to(CHECKOUT)) if path.is_relative_to(CHECKOUT) else str(path)
