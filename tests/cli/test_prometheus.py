"""The Prometheus that `make run` starts where the machine has it: our rules, on loopback, its data limited."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from services.cli.local import prometheus
from services.cli.local.ports import Ports
from services.cli.local.processes import Child
from tests.support import wait_until

pytestmark = pytest.mark.skipif(
    not prometheus.find(), reason="no Prometheus here: deploy/local/prometheus.sh fetches it"
)


def ask(url: str, name: str) -> Any:
    """What it answers under a name, once there is something."""

    def found() -> Any:
        with suppress(OSError), urlopen(url, timeout=5) as answer:
            return json.load(answer)["data"][name]

    return wait_until(found, seconds=60, every=0.2, why=lambda: url)


def test_it_asks_the_network_and_knows_every_alert(tmp_path: Path) -> None:
    program, port = prometheus.find(), Ports(tmp_path).choose("prometheus")
    assert program
    told = prometheus.configuration({"network": "127.0.0.1:9"})
    child = Child(prometheus.recipe(program, tmp_path, port, told))
    try:
        [target] = ask(f"http://127.0.0.1:{port}/api/v1/targets", "activeTargets")
        assert target["labels"]["target"] == "network"
        groups = ask(f"http://127.0.0.1:{port}/api/v1/rules?type=alert", "groups")
        assert "PlnServiceNotReady" in {rule["name"] for group in groups for rule in group["rules"]}
        flags = f"http://127.0.0.1:{port}/api/v1/status/flags"
        assert ask(flags, "web.listen-address") == f"127.0.0.1:{port}"
        assert ask(flags, "storage.tsdb.retention.size").startswith("256M")
        assert (tmp_path / "prometheus" / "data").is_dir()
    finally:
        child.stop()
    assert child.process.returncode == 0
