"""RESULTS.md: what was measured, on which machine, with which versions; and below it what people wrote by hand."""

import os
import platform
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import asyncpg
import psutil

from services.cli.local.servers import Servers
from tests.bench import load
from tests.bench.figures import Figure

FILE = Path(__file__).parent / "RESULTS.md"
BY_HAND = "## What was slow, and why"
_LIBRARIES = ("asyncpg", "aiokafka", "faststream", "pydantic", "fastapi", "uvicorn", "uvloop")
_TOP = """# Results of `make bench`

Written by the program, down to the last heading. Each figure of ours stands beside that of a bare script of the same
run, taken in turn (bare, ours, bare, ours …); the median of the rounds counts. Ratio: ours ÷ bare.

{facts}
"""
_HEAD = """
### {name}

| what | ours | bare | ratio | aim | |
|---|---|---|---|---|---|
"""


def load_now() -> str:
    return ", ".join(f"{one:.2f}" for one in os.getloadavg())


async def facts(servers: Servers, *, load_at_start: str) -> dict[str, str]:
    """The machine and the versions that were measured."""
    connection = await asyncpg.connect(servers.database_url, timeout=10)
    try:
        postgres = await connection.fetchval("show server_version")
        fsync = await connection.fetchval("show fsync")
    finally:
        await connection.close()
    return {
        "when": f"{datetime.now().astimezone():%Y-%m-%d %H:%M %Z}",
        "machine": f"{psutil.cpu_count()} cores, {_processor()}, {psutil.virtual_memory().total / 1e9:.0f} GB, "
        f"{platform.system()} {platform.release()}",
        "load at the start (1, 5, 15 minutes)": load_at_start,
        "Python": platform.python_version(),
        "PostgreSQL": f"{postgres}, fsync {fsync}",
        "Kafka": f"{_kafka()}, one node",
        "libraries": ", ".join(f"{name} {version(name)}" for name in _LIBRARIES),
        "requests by": load.CLIENT,
    }


def write(found: Mapping[str, Sequence[Figure]], about: Mapping[str, str], file: Path = FILE) -> None:
    """Write the file anew; what people wrote under the heading by hand stays."""
    before = file.read_text() if file.exists() else ""
    by_hand = before[before.index(BY_HAND) :] if BY_HAND in before else f"{BY_HAND}\n"
    text = _TOP.format(facts="\n".join(f"- {name}: {value}" for name, value in about.items()))
    for name, figures in found.items():
        text += _HEAD.format(name=name)
        text += "".join(f"| {' | '.join(figure.cells)} |\n" for figure in figures)
    file.write_text(f"{text}\n{by_hand}")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "?")


def _kafka() -> str:
    lock = Path(__file__).parents[2] / "deploy" / "local" / "kafka.lock"
    names = [line for line in lock.read_text().splitlines() if ":kafka_2" in line]
    return names[0].rpartition(":")[2] if names else "?"
