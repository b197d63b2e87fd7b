"""One network from start to stop: servers, tables and topics, services, demo region; and back in order."""

import os
import re
import signal
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import FrameType

from services.cli.base.console import done, say, waiting
from services.cli.base.trouble import Trouble
from services.cli.local import prometheus
from services.cli.local.environment import environment_for, remember
from services.cli.local.folders import CHECKOUT
from services.cli.local.locks import holder, is_taken
from services.cli.local.ports import LOOPBACK
from services.cli.local.postgres_programs import data_folders
from services.cli.local.probes import readiness
from services.cli.local.processes import Child, Recipe, run_to_end, sweep
from services.cli.local.restarting import Restarting
from services.cli.local.servers import LocalServers, Name

READY_SECONDS = 120
DEMO_SECONDS = 600
WATCH_SECONDS = 0.2
SETTLED_SECONDS = 10
_PASSING = re.compile("starting|not answer|no answer|no partitions")
"""Reasons that go by themselves."""
SERVER_PAUSE_SECONDS = 30.0
STOP_SECONDS = 75
"""Services may take 20 s, Kafka 30 s, PostgreSQL 20 s, and a little for each of them."""
SERVER_NAMES: dict[Name, str] = {"postgres": "PostgreSQL", "kafka": "Kafka"}


class StopAsked(BaseException):
    """SIGINT, SIGTERM or SIGHUP: stop everything in order."""


class Supervisor:
    """Runs the network of one state folder until it is asked to stop."""

    def __init__(self, state: Path, *, verbose: bool = False) -> None:
        self._state = state
        self._verbose = verbose
        self._servers = LocalServers(state, say=done)
        self._programs: list[Restarting[Child]] = []
        self._logs: dict[Path, int] = {}
        self._environment: dict[str, str] = {}

    def run(self, when_ready: Callable[[Mapping[str, str]], None]) -> None:
        """Start, call `when_ready`, watch; on a stop signal or Trouble stop everything in order."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _ask_to_stop)
        try:
            if self._start():
                when_ready(self._environment)
            self._watch()
        except StopAsked:
            with suppress(OSError):
                say("Stopping.")
        finally:
            # A second signal must not break off the stop; each step of it has a time limit.
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            self._stop()
        with suppress(OSError):
            say("Stopped. Nothing is left running.")

    def _start(self) -> bool:
        """Whether all is ready. What an operator has to mend on the running network is said, and the network runs."""
        with waiting("Starting PostgreSQL and Kafka"):
            given = self._servers.start()
        self._environment = environment_for(self._state, given)
        remember(self._state, self._environment)
        started = time.monotonic()
        demo = self._environment["PLN_PROFILE"] == "demo"
        if demo:
            self._keep(self._recipe("mailbox", ["services.cli.mailbox"]))
            self._make_history()
        self._keep(self._recipe("services", ["services", "prepare", "run"]))
        with waiting("Bringing tables and topics up to date, and starting the services"):
            wrong = self._wait_until_ready(self._programs[-1])
        self._keep_prometheus()
        if wrong:
            say("\n  ".join(["The network runs, but something is for you to mend (Ctrl-C stops it):", *wrong]))
            return False
        done(f"Tables and topics are up to date, and the services ready ({time.monotonic() - started:.1f} s)")
        if demo:
            with waiting("Looking after the demo region"):
                run_to_end(
                    self._recipe("demo", ["services.cli.demo"]),
                    seconds=DEMO_SECONDS,
                    keep_fds=[self._servers.lock_fd],
                )
            done("The demo region is there")
        return True

    def _make_history(self) -> None:
        """Once, before the doors open for the first time."""
        if (self._state / "demo.json").exists():
            return
        with waiting("Living the last six months of the demo region"):
            recipe = self._recipe("history", ["services.cli.demo.history"])
            run_to_end(recipe, seconds=DEMO_SECONDS, keep_fds=[self._servers.lock_fd])
        done("The demo region has a history of six months")

    def _stop(self) -> None:
        """Services first, so that they can finish what they hold; then both servers side by side."""
        for program in reversed(self._programs):
            program.child.ask_to_stop()
        for program in reversed(self._programs):
            program.child.wait_for_end()
        self._servers.stop()

    def _watch(self) -> None:
        while True:
            time.sleep(WATCH_SECONDS)
            for name in self._servers.dead():
                self._restart_server(name)
            for program in self._programs:
                program.restart_when_due()
            if self._verbose:
                self._show_logs()

    def _restart_server(self, name: Name) -> None:
        say(f"{SERVER_NAMES[name]} has ended; starting it again.")
        try:
            self._servers.restart(name)
        except Trouble as trouble:
            say(f"{trouble}\nTrying again in {SERVER_PAUSE_SECONDS:.0f} seconds.")
            time.sleep(SERVER_PAUSE_SECONDS)
        else:
            say(f"{SERVER_NAMES[name]} is ready again.")

    def _recipe(self, name: str, words: list[str]) -> Recipe:
        return Recipe(
            name=name,
            command=[sys.executable, "-m", *words],
            cwd=CHECKOUT,
            log=self._state / "logs" / f"{name}.log",
            state=self._state,
            env={**self._environment, "PYTHONUNBUFFERED": "1"},
        )

    def _keep_prometheus(self) -> None:
        """Where the machine has it. Nothing waits for it, and nothing fails without it."""
        program, url = prometheus.find(), self._environment.get("PLN_PROMETHEUS_URL")
        if program and url:
            configuration = prometheus.configuration({"network": f"{LOOPBACK}:{self._environment['PLN_OPS_PORT']}"})
            self._keep(prometheus.recipe(program, self._state, int(url.rpartition(":")[2]), configuration))

    def _keep(self, recipe: Recipe) -> None:
        def ended(pause: float) -> None:
            words = program.child.last_words(1)
            say(f"{recipe.name} has ended; starting it again in {pause:.0f} s. Its log: {recipe.log}\n  {words}")

        program = Restarting(lambda: Child(recipe, keep_fds=[self._servers.lock_fd]), ended=ended)
        self._programs.append(program)

    def _wait_until_ready(self, services: Restarting[Child]) -> list[str]:
        """Nothing when all is ready, else what an operator has to mend: it has stayed the same for some seconds.

        Raises Trouble when the services end, or go on starting for too long.
        """
        port, began = self._environment["PLN_OPS_PORT"], time.monotonic()
        reasons, since = [""], began
        while services.child.alive() and time.monotonic() - began < READY_SECONDS:
            ready, now = readiness(port)
            if ready:
                return []
            if now != reasons:
                reasons, since = now, time.monotonic()
            if time.monotonic() - since > SETTLED_SECONDS and not any(_PASSING.search(reason) for reason in now):
                return now
            time.sleep(WATCH_SECONDS)
        trouble = services.child.why_it_failed(READY_SECONDS)
        raise Trouble("\n".join([str(trouble), *filter(None, reasons)]))

    def _show_logs(self) -> None:
        for log in (self._state / "logs").glob("*.log"):
            size = log.stat().st_size
            shown = self._logs.get(log, size)
            if size > shown:
                with log.open("rb") as file:
                    file.seek(shown)
                    for line in file.read(size - shown).decode(errors="replace").splitlines():
                        say(f"{log.stem}: {line}")
            self._logs[log] = size


def stop_network(state: Path) -> bool:
    """Ask the network that runs from this folder to stop, and wait until it has. False when nothing ran.

    Raises Trouble when it does not end in time.
    """
    lock = state / "lock"
    if not is_taken(lock):
        return False
    pid = holder(lock)
    if pid is None:
        sweep(state, *data_folders(state))
        return True
    os.kill(pid, signal.SIGTERM)
    with waiting("Stopping the network"):
        until = time.monotonic() + STOP_SECONDS
        while is_taken(lock):
            if time.monotonic() > until:
                raise Trouble(f"Process {pid} has not ended within {STOP_SECONDS} seconds. Look into {state / 'logs'}.")
            time.sleep(0.1)
    return True


def _ask_to_stop(number: int, frame: FrameType | None) -> None:
    raise StopAsked
