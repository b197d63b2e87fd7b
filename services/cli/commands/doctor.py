"""`pln doctor`: look at everything a network needs, and say of each what is wrong and what to do.

Each check looks at one thing and never changes it.
"""

import json
import shutil
import sys
from collections.abc import Callable, Generator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import typer
from rich.text import Text

from schemas.contracts import plan
from services.chassis.base import production
from services.chassis.base.settings import BadSettings, Settings
from services.cli.base.apart import apart
from services.cli.base.console import AsJson, one_sentence, out, say
from services.cli.base.trouble import Trouble
from services.cli.local.environment import HTTP_PORT, given_settings, running_network
from services.cli.local.folders import state_folder
from services.cli.local.jars import jars_folder, wrong_jars
from services.cli.local.java import find_java
from services.cli.local.locks import holder, is_taken
from services.cli.local.ports import is_free
from services.cli.local.postgres_programs import find_postgres
from services.cli.local.probes import broker_cluster, database_version, readiness, topics_at
from services.cli.local.processes import left_behind
from services.cli.local.servers import settings_of

ROOM_BYTES = 1024**3


@dataclass(frozen=True)
class Finding:
    """One line of the report. `what_to_do` where it is not ok."""

    name: str
    ok: bool
    words: str
    what_to_do: str = ""


@one_sentence
def doctor(as_json: AsJson = False) -> None:
    """Check programs, files, ports, disk, servers, topics and services. Exit code 1 if anything is wrong.

    Example: pln doctor --json
    """
    findings = _examine(state_folder())
    if as_json:
        say(json.dumps({"ok": all(found.ok for found in findings), "checks": [asdict(found) for found in findings]}))
    else:
        for found in findings:
            mark = ("ok   ", "green") if found.ok else ("WRONG", "bold red")
            out.print(Text.assemble(mark, f" {found.name}: {found.words}"))
            if not found.ok:
                out.print(Text(f"      What to do: {found.what_to_do}"))
    if not all(found.ok for found in findings):
        raise typer.Exit(1)


def _examine(state: Path) -> list[Finding]:
    """Everything that a network needs, then, if one runs, how it is."""
    findings = [
        Finding("python", True, sys.version.split()[0]),
        _check("java", _java, "Install Java 17 or newer, or run `make run` to get one."),
        _check("kafka jars", _jars, "`make run` fetches them again."),
        _check("postgresql programs", lambda: _postgres(state), "Run `make run`, or install PostgreSQL."),
        _check("disk", lambda: _disk(state), "Free at least 1 GB where the checkout is."),
        _check("lock", lambda: _lock(state), "`pln down` ends them where they hold it, else the next `make run`."),
    ]
    if not is_taken(state / "lock"):
        if "PLN_PROFILE" in (given := given_settings()):
            findings += _production({"PLN_KAFKA_BOOTSTRAP_SERVERS": "", **given})
        return [*findings, _http_port(), Finding("network", True, "not running; `make run` starts it")]
    return [*findings, *_running(state)]


def _production(environment: Mapping[str, str]) -> Generator[Finding]:
    """What keeps these settings from being let near real people; other profiles say that they are not meant to be."""
    try:
        settings = Settings.from_environment(environment)
    except BadSettings as wrong:
        yield Finding("settings", False, str(wrong), "Mend it in the environment.")
        return
    if settings.profile != "production":
        yield Finding("settings", True, f"profile {settings.profile}: for trying out, with people who are not real")
        return
    if reasons := list(production.reasons(settings)):
        yield from (Finding("settings", False, reason, "Until then it does not start.") for reason in reasons)
    else:
        yield Finding("settings", True, "profile production: nothing keeps it from starting")


def _check(name: str, ask: Callable[[], str], what_to_do: str) -> Finding:
    """What a check answers, or the Trouble that it raises."""
    try:
        return Finding(name, True, ask())
    except Trouble as trouble:
        return Finding(name, False, str(trouble), what_to_do)


def _java() -> str:
    java = find_java()
    return f"{java.major} at {java.program}"


def _jars() -> str:
    folder = jars_folder()
    if not folder.exists():
        return "not fetched yet; `make run` fetches them"
    if wrong := wrong_jars(folder):
        raise Trouble(f"{', '.join(wrong)} differ from the lock")
    return "all there, every hash is right"


def _postgres(state: Path) -> str:
    programs = find_postgres(state)
    return f"{programs.major} in {programs.folder}"


def _disk(state: Path) -> str:
    folder = next(path for path in (state, *state.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    words = f"{free / 1024**3:.1f} GB free"
    if free < ROOM_BYTES:
        raise Trouble(words)
    return words


def _lock(state: Path) -> str:
    pid = holder(state / "lock")
    if is_taken(state / "lock"):
        if pid is None:
            raise Trouble("held by what an earlier run left behind")
        return f"held by process {pid}"
    if left := left_behind(state):
        raise Trouble(f"free, but {len(left)} processes of an earlier run live")
    return "free"


def _http_port() -> Finding:
    words = "free" if is_free(HTTP_PORT) else "taken, so another will be chosen"
    return Finding("port", True, f"{HTTP_PORT} is {words}")


def _running(state: Path) -> Generator[Finding]:
    try:
        network = running_network(state)
    except Trouble as trouble:
        yield Finding("network", False, str(trouble), "If it is starting, wait a moment and look again.")
        return
    yield from _production(network)
    settings = settings_of(network)
    logs = state / "logs"
    yield _check("database", lambda: database_version(network["PLN_DATABASE_URL"]), f"Look into {logs}/postgres.log.")
    broker = _check("kafka", lambda: _own_cluster(state, settings), f"Look into {logs}/kafka.log.")
    yield broker
    if broker.ok:
        made_anew = "`pln down`, then `pln up` makes them, and `pln restate` restates what was in them."
        yield _check("topics", lambda: _topics(settings), made_anew)
    ready, reasons = readiness(network["PLN_OPS_PORT"])
    words = "ready" if ready else "; ".join(reasons)
    yield Finding("services", ready, words, f"Do what the reasons say. More stands in {logs}/services.log.")


def _own_cluster(state: Path, settings: Settings) -> str:
    bootstrap, cluster = settings.kafka_bootstrap_servers, broker_cluster(settings)
    ours = state / "kafka" / "cluster.id"
    if ours.exists() and ours.read_text() != cluster and bootstrap.startswith("127.0.0.1"):
        raise Trouble(f"The Kafka at {bootstrap} is not ours (cluster {cluster}).")
    return f"answers at {bootstrap}, cluster {cluster}"


def _topics(settings: Settings) -> str:
    """All that deploy/kafka/topics.yaml names are there, or Trouble."""
    wanted = {f"{settings.topic_prefix}{name}" for name in plan()["topics"]}
    if missing := wanted - apart(lambda: topics_at(settings)):
        raise Trouble(f"missing: {', '.join(sorted(missing))}")
    return f"all {len(wanted)} are there"
