"""`pln status`: what runs, since when and where."""

import json
from pathlib import Path
from typing import cast

import typer

from services.cli.base.console import AsJson, one_sentence, say
from services.cli.base.trouble import Trouble
from services.cli.local.environment import running_network
from services.cli.local.folders import state_folder
from services.cli.local.locks import holder, is_taken, lock_note
from services.cli.local.probes import cluster_if_ready, database_version, readiness
from services.cli.local.servers import settings_of


@one_sentence
def status(as_json: AsJson = False) -> None:
    """Say what runs, since when and where. Exit code 1 when the network is not running or not ready.

    Example: pln status --json
    """
    found = _state_of_the_network(state_folder())
    if as_json:
        say(json.dumps(found, indent=1))
    else:
        for line in _in_words(found):
            say(line)
    if not found["ready"]:
        raise typer.Exit(1)


def _state_of_the_network(state: Path) -> dict[str, object]:
    """Of the network of this folder, for people and machines alike."""
    lock = state / "lock"
    if not is_taken(lock):
        return {"running": False, "ready": False}
    about: dict[str, object] = {"running": True, "pid": holder(lock), "since": lock_note(lock).get("since")}
    try:
        network = running_network(state)
    except Trouble:
        return about | {"ready": False, "reasons": ["it is still starting"]}
    ready, reasons = readiness(network["PLN_OPS_PORT"])
    return about | {
        "ready": ready,
        "services": ready,
        "database": _answers(network["PLN_DATABASE_URL"]),
        "kafka": cluster_if_ready(settings_of(network)) is not None,
        "urls": {
            "pages": network["PLN_BASE_URL"],
            "mailbox": network["PLN_MAILBOX_URL"],
            "health": f"http://127.0.0.1:{network['PLN_OPS_PORT']}/health/ready",
            "metrics": f"http://127.0.0.1:{network['PLN_OPS_PORT']}/metrics",
            **({"alerts": f"{network['PLN_PROMETHEUS_URL']}/alerts"} if "PLN_PROMETHEUS_URL" in network else {}),
        },
        "reasons": reasons,
    }


def _answers(url: str) -> bool:
    try:
        database_version(url, seconds=3)
    except Trouble:
        return False
    return True


def _in_words(found: dict[str, object]) -> list[str]:
    if not found["running"]:
        return ["The network is not running. Start it with `make run`."]
    lines = [f"The network is running (process {found['pid']}, since {found['since']})."]
    for name, title in (("database", "PostgreSQL"), ("kafka", "Kafka"), ("services", "Services")):
        if name in found:
            lines.append(f"  {title:<12}{'ready' if found[name] else 'NOT READY: `pln doctor` says why'}")
    lines += [f"  {reason}" for reason in cast(list[str], found.get("reasons", []))]
    urls = cast(dict[str, str], found.get("urls", {}))
    return lines + [f"  {name.capitalize():<12}{url}" for name, url in urls.items()]
