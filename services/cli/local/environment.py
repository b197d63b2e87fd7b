"""The environment of a network: what its services are given, and how other commands find the one that runs."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import cast
from uuid import UUID

from services.cli.base.trouble import Trouble
from services.cli.local import prometheus
from services.cli.local.folders import state_folder, write_whole
from services.cli.local.locks import is_taken
from services.cli.local.ports import LOOPBACK, Ports, is_free
from services.cli.local.servers import Servers

HTTP_PORT = 8400
FILE = "network.json"
NOTIFY_KEY, NOTIFY_TEMPLATE = f"demo-{UUID(int=1)}-{UUID(int=2)}", str(UUID(int=3))
"""By these the demo's network speaks to its mailbox, which takes texts as GOV.UK Notify does."""


def environment_for(state: Path, servers: Servers) -> dict[str, str]:
    """All PLN_ settings of the services; ports that the person fixed are kept or refused, the others chosen."""
    ports = Ports(state)
    http = _fixed("PLN_HTTP_PORT") or ports.choose("http", prefer=HTTP_PORT)
    ops = _fixed("PLN_OPS_PORT") or ports.choose("ops")
    smtp, mailbox = ports.choose("smtp"), ports.choose("mailbox")
    return {
        "PLN_PROFILE": "demo",
        "PLN_BASE_URL": f"http://{LOOPBACK}:{http}",
        "PLN_SMTP_URL": f"smtp://{LOOPBACK}:{smtp}",
        "PLN_MAILBOX_URL": f"http://{LOOPBACK}:{mailbox}",
        "PLN_NOTIFY_URL": f"http://{LOOPBACK}:{mailbox}",
        "PLN_NOTIFY_KEY": NOTIFY_KEY,
        "PLN_NOTIFY_TEMPLATE": NOTIFY_TEMPLATE,
        **given_settings(),
        **({"PLN_PROMETHEUS_URL": f"http://{LOOPBACK}:{ports.choose('prometheus')}"} if prometheus.find() else {}),
        **servers.environment,
        "PLN_HTTP_PORT": str(http),
        "PLN_OPS_PORT": str(ops),
        "PLN_STATE_DIR": str(state),
    }


def given_settings() -> dict[str, str]:
    """The PLN_ settings of our own environment."""
    return {name: value for name, value in os.environ.items() if name.startswith("PLN_")}


def remember(state: Path, environment: Mapping[str, str]) -> None:
    """Write the environment where other `pln` commands look; it holds the servers' passwords."""
    write_whole(state / FILE, json.dumps(dict(environment), indent=1), mode=0o600)


def running_network(state: Path | None = None) -> dict[str, str]:
    """The PLN_ settings of the network that runs from this checkout, else those given in the environment.

    Raises Trouble when there is neither.
    """
    folder = state or state_folder()
    if is_taken(folder / "lock") and (folder / FILE).exists():
        return cast(dict[str, str], json.loads((folder / FILE).read_text()))
    given = given_settings()
    if {"PLN_BASE_URL", "PLN_KAFKA_BOOTSTRAP_SERVERS"} <= given.keys():
        return given
    raise Trouble("The network is not running. Start it with `make run`.")


def _fixed(name: str) -> int | None:
    value = os.environ.get(name)
    if not value:
        return None
    if not value.isdigit() or not 0 < int(value) < 65536:
        raise Trouble(f"{name} is {value!r}, which is not a port number.")
    if not is_free(int(value)):
        raise Trouble(f"Port {value} of {name} is taken by another program. End that, or name another port.")
    return int(value)
