"""A Kafka node with a test's own settings: as our template and docker-compose.yml have them, or as before passwords."""

import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.chassis.base.settings import Settings
from services.cli.local.jars import jars_folder
from services.cli.local.java import find_java
from services.cli.local.kafka_server import HEAP, LOGGING
from services.cli.local.ports import Ports
from services.cli.local.probes import cluster_if_ready
from services.cli.local.processes import Child, Recipe, run_to_end

DEPLOY = Path(__file__).parents[1] / "deploy"
COMPOSE = DEPLOY.parent / "docker-compose.yml"
CLUSTER = "5ciyAqkzXfO0N6QAtmLUxg"
_ABOUT_ACCESS = re.compile(r"sasl|security|authorizer|super\.users|inter\.broker\.listener")


@dataclass
class Node:
    """A Kafka that is started by settings of our own, in the folder of a state."""

    state: Path
    port: int
    controller_port: int

    def format(self, settings: dict[str, str], *more: str) -> None:
        order = ["kafka.tools.StorageTool", "format", *more, f"--cluster-id={CLUSTER}", "-c", self._write(settings)]
        run_to_end(self._recipe(order), seconds=60)

    @contextmanager
    def running(self, settings: dict[str, str], **access: str) -> Generator[Settings]:
        found = Settings.model_validate({"kafka_bootstrap_servers": f"127.0.0.1:{self.port}", **access})
        child = Child(self._recipe(["kafka.Kafka", self._write(settings)]))
        try:
            assert child.wait_until(lambda: cluster_if_ready(found) == CLUSTER, seconds=60), child.last_words(30)
            yield found
        finally:
            child.stop()

    def _write(self, settings: dict[str, str]) -> str:
        file = self.state / "node.properties"
        file.write_text("\n".join(f"{name}={value}" for name, value in settings.items()))
        return str(file)

    def _recipe(self, order: list[str]) -> Recipe:
        command = [str(find_java().program), *HEAP, *LOGGING, "-cp", f"{jars_folder()}/*", *order]
        return Recipe("Kafka", command, cwd=self.state, log=self.state / "logs" / "kafka.log", state=self.state)


@pytest.fixture
def node(tmp_path: Path) -> Node:
    ports = Ports(tmp_path)
    return Node(tmp_path, ports.choose("kafka"), ports.choose("kafka_controller"))


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
