"""Our Kafka: one KRaft node on loopback, formatted once, known by its own cluster id, that asks who everybody is."""

import base64
import secrets
import shutil
import signal
import uuid
from pathlib import Path
from string import Template

from services.chassis.base.settings import Settings
from services.cli.local.folders import RECIPE, write_whole
from services.cli.local.jars import Say, install_jars
from services.cli.local.java import Java, find_java
from services.cli.local.ports import LOOPBACK, Ports, answers
from services.cli.local.probes import cluster_if_ready
from services.cli.local.processes import Child, Recipe, run_to_end

FORMAT_SECONDS = 60
START_SECONDS = 90
ATTEMPTS = 4
QUIET_JAVA = 24
"""From this Java on, old ways that Kafka's libraries use are warned about unless allowed."""
HEAP = ["-Xms64m", "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError"]
_LEVEL = "-Dorg.slf4j.simpleLogger.log."
LOGGING = [
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    # Who was refused: a wrong password, or what a user may not do.
    f"{_LEVEL}org.apache.kafka.common.network.Selector=info",
    f"{_LEVEL}kafka.authorizer.logger=info",
]


class Kafka:
    """The Kafka node of one state folder."""

    name = "kafka"

    def __init__(self, state: Path, ports: Ports, lock_fd: int) -> None:
        self._state = state
        self._ports = ports
        self._lock_fd = lock_fd
        self._port = 0
        self._java: Java | None = None
        self._jars: Path | None = None
        self._cluster = ""
        self._password = _password(state)
        self.advertised_port: int | None = None
        """Where clients are told to find it, when something stands between: the fault tests' proxy."""
        self.child: Child | None = None

    @property
    def settings(self) -> dict[str, str]:
        """With which its administrator reaches it. On loopback passwords need no TLS."""
        return {
            "PLN_KAFKA_BOOTSTRAP_SERVERS": f"{LOOPBACK}:{self._port}",
            "PLN_KAFKA_SECURITY": "SASL_PLAINTEXT",
            "PLN_KAFKA_PASSWORD": self._password,
        }

    def begin(self, say: Say) -> None:
        """Fetch what is missing, format the folder if it is new, and start without waiting."""
        self._java = find_java()
        self._jars = install_jars(say)
        self._link_jars()
        self._choose_ports()
        if not self._is_formatted():
            self._format()
        self._cluster = (self._state / "kafka" / "cluster.id").read_text()
        self.begin_again()

    def wait(self) -> dict[str, str]:
        """Wait until our own broker is ready, and return its settings. A port lost to somebody else is changed."""
        assert self.child
        for _ in range(ATTEMPTS):
            if self.child.wait_until(self._is_ready, seconds=START_SECONDS):
                return self.settings
            if "Address already in use" not in self.child.last_words(60):
                break
            self._choose_ports(fresh=True)
            self.begin_again()
        raise self.child.why_it_failed(START_SECONDS)

    def begin_again(self) -> None:
        """Start on the ports it has."""
        self._write_properties("kafka", "server.properties")
        recipe = self._recipe(["kafka.Kafka", "kafka/server.properties"])
        self.child = Child(recipe, keep_fds=[self._lock_fd])

    def _choose_ports(self, *, fresh: bool = False) -> None:
        self._port = self._ports.choose("kafka", fresh=fresh)
        self._controller_port = self._ports.choose("kafka_controller", fresh=fresh)

    def _is_formatted(self) -> bool:
        """`cluster.id` is written last and the folder named after that, so it stands for the whole."""
        return (self._state / "kafka" / "cluster.id").exists()

    def _format(self) -> None:
        part = self._state / "kafka.part"
        shutil.rmtree(part, ignore_errors=True)
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        self._write_properties("kafka.part", "server.properties")
        order = ["kafka.tools.StorageTool", "format", "--standalone", "--ignore-formatted"]
        order += [f"--cluster-id={cluster}", "-c", "kafka.part/server.properties"]
        try:
            run_to_end(self._recipe(order), seconds=FORMAT_SECONDS)
            write_whole(part / "cluster.id", cluster)
            shutil.rmtree(self._state / "kafka", ignore_errors=True)
            part.rename(self._state / "kafka")
        finally:
            shutil.rmtree(part, ignore_errors=True)

    def _write_properties(self, folder: str, file: str) -> None:
        template = Template((RECIPE / "server.properties").read_text())
        advertised = self.advertised_port or self._port
        values = {"port": self._port, "advertised_port": advertised, "folder": folder}
        values |= {"controller_port": self._controller_port, "admin_password": self._password}
        values |= {"broker_password": secrets.token_urlsafe(24)}  # the node speaks to nobody but itself
        write_whole(self._state / folder / file, template.substitute(values), mode=0o600)

    def _link_jars(self) -> None:
        """A link beside the data keeps the class path free of the checkout's own path, whose `:` would split it."""
        assert self._jars
        link = self._state / "jars"
        link.unlink(missing_ok=True)
        link.symlink_to(self._jars, target_is_directory=True)

    def _recipe(self, order: list[str]) -> Recipe:
        assert self._java
        quiet = ["--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED"]
        options = [*HEAP, *LOGGING, *(quiet if self._java.major >= QUIET_JAVA else [])]
        return Recipe(
            name="Kafka",
            command=[str(self._java.program), *options, "-cp", "jars/*", *order],
            cwd=self._state,
            log=self._state / "logs" / "kafka.log",
            state=self._state,
            stop_signals=((signal.SIGTERM, 30.0),),
        )

    def _is_ready(self) -> bool:
        return answers(self._port) and cluster_if_ready(Settings.from_environment(self.settings)) == self._cluster


def _password(state: Path) -> str:
    """The administrator's."""
    file = state / "kafka.password"
    if not file.exists():
        write_whole(file, secrets.token_urlsafe(24), mode=0o600)
    return file.read_text()
