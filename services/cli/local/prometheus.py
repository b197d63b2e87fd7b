"""Prometheus for one state folder, where the machine has it: which program, its configuration, how it is started.

`python -m services.cli.local.prometheus promtool` prints where promtool is, or nothing.
"""

import os
import shutil
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from services.cli.local.folders import CHECKOUT, INSTALL, write_whole
from services.cli.local.ports import LOOPBACK
from services.cli.local.processes import Recipe

FOLDER = CHECKOUT / "deploy" / "prometheus"
FETCHED = INSTALL / "prometheus" / "usr" / "bin"
"""Where deploy/local/prometheus.sh puts it."""
KEEP_FOR, KEEP_AT_MOST = "7d", "256MB"


def find(name: str = "prometheus") -> Path | None:
    """The program: beside or at PLN_PROMETHEUS, on the PATH, or fetched; None where there is none."""
    given = os.environ.get("PLN_PROMETHEUS")
    found = shutil.which(name)
    candidates = [Path(given).with_name(name)] if given else []
    candidates += [Path(found)] if found else []
    return next((path for path in (*candidates, FETCHED / name) if os.access(path, os.X_OK)), None)


def configuration(targets: Mapping[str, str], *, rules: Path = FOLDER / "rules.yml", every: str | None = None) -> str:
    """deploy/prometheus/prometheus.yml for a network without containers: `targets` is name → address of an ops port.

    `every` (a duration such as 1s) replaces how often they are asked and the rules looked at.
    """
    config: dict[str, Any] = yaml.safe_load((FOLDER / "prometheus.yml").read_text(encoding="utf-8"))
    if every:
        config["global"] = {"scrape_interval": every, "scrape_timeout": every, "evaluation_interval": every}
    config["rule_files"] = [str(rules)]
    static = [{"targets": [address], "labels": {"target": name}} for name, address in targets.items()]
    config["scrape_configs"] = [{"job_name": "services", "static_configs": static}]
    return yaml.safe_dump(config, sort_keys=False)


def recipe(program: Path, state: Path, port: int, text: str) -> Recipe:
    """How it is started on loopback with this configuration, its data under the state folder and limited."""
    home = state / "prometheus"
    write_whole(home / "prometheus.yml", text)
    return Recipe(
        name="prometheus",
        command=[
            str(program),
            "--config.file=prometheus.yml",
            "--storage.tsdb.path=data",
            f"--storage.tsdb.retention.time={KEEP_FOR}",
            f"--storage.tsdb.retention.size={KEEP_AT_MOST}",
            f"--web.listen-address={LOOPBACK}:{port}",
            "--log.level=warn",
        ],
        cwd=home,
        log=state / "logs" / "prometheus.log",
        state=state,
        stop_signals=((signal.SIGTERM, 10.0),),
    )


if __name__ == "__main__":
    print(find(sys.argv[1]) or "")
