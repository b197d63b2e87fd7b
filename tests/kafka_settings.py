"""The settings of a Kafka node, as our template and docker-compose.yml have them, and as they were before passwords."""

import re
from pathlib import Path
from typing import Any

import yaml

DEPLOY = Path(__file__).parents[1] / "deploy"
COMPOSE = DEPLOY.parent / "docker-compose.yml"
_ABOUT_ACCESS = re.compile(r"sasl|security|authorizer|super\.users|inter\.broker\.listener")


def embedded() -> dict[str, str]:
    """Of deploy/local/server.properties; what is filled in stands as ${name}."""
    text = (DEPLOY / "local/server.properties").read_text()
    pairs = [line.partition("=") for line in re.sub(r"\\\n\s*", "", text).splitlines()]
    return {name: value.strip() for name, _, value in pairs if value and not name.startswith("#")}


def in_compose() -> dict[str, str]:
    """As the image of Apache Kafka makes them of its environment: `_` is a dot, `__` an underscore, `___` a dash."""
    given: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())["services"]["kafka"]["environment"]
    found: dict[str, str] = {}
    for name, value in given.items():
        if name not in ("CLUSTER_ID", "KAFKA_HEAP_OPTS"):
            bare = name.removeprefix("KAFKA_").lower().replace("___", "-").replace("__", "\0")
            found[bare.replace("_", ".").replace("\0", "_")] = _with_defaults(str(value)).strip()
    return found


def about_access(settings: dict[str, str]) -> dict[str, str]:
    """Those that say who gets in; passwords left out."""
    return {name: re.sub(r'="[^"]*"', '="…"', value) for name, value in settings.items() if _ABOUT_ACCESS.search(name)}


def before_passwords(settings: dict[str, str]) -> dict[str, str]:
    """As versions until November 2026 had them: whoever reaches the port may do everything."""
    open_to_all = {name: value for name, value in settings.items() if not _ABOUT_ACCESS.search(name)}
    return {name: value.replace("CLIENT://", "PLAINTEXT://") for name, value in open_to_all.items()} | {
        "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT"
    }


def _with_defaults(text: str) -> str:
    return re.sub(r"\$\{(\w+)(?::-([^}]*))?\}", lambda match: match[2] or "", text)
