"""Kafka's jars: whole and right, or not there at all."""

import hashlib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from services.cli.base.trouble import Trouble
from services.cli.local.jars import install_jars, jars_folder, locked_jars, wrong_jars

JAR = b"the jar that the lock means" * 1000
Serve = Callable[[bytes, int], None]


@pytest.fixture
def repository(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """A Maven repository on this machine; the test says what it answers: the body, and the length it claims."""
    answer: list[tuple[bytes, int]] = []

    class Repository(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body, length = answer[0]
            if not self.path.endswith(".jar") or not body:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Repository)
    Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("MAVEN_MIRROR", f"http://127.0.0.1:{server.server_port}/")
    yield lambda body, length: answer.insert(0, (body, length))
    server.shutdown()
    server.server_close()


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    lock = tmp_path / "kafka.lock"
    lock.write_text(f"{hashlib.sha256(JAR).hexdigest()}  org.example:broker:1.0\n")
    return lock


def be_quiet(_: str) -> None:
    return


def install(tmp_path: Path, lock: Path) -> Path:
    return install_jars(be_quiet, install=tmp_path / "install", lock=lock)


def test_a_right_jar_is_installed(tmp_path: Path, lock: Path, repository: Serve) -> None:
    repository(JAR, len(JAR))
    folder = install(tmp_path, lock)
    assert [path.name for path in folder.iterdir()] == ["broker-1.0.jar"]
    assert wrong_jars(folder, lock) == []


@pytest.mark.parametrize(
    ("body", "length", "words"),
    [
        pytest.param(b"another jar", 11, "wrong hash", id="another jar"),
        pytest.param(JAR[:-1] + b"!", len(JAR), "wrong hash", id="one byte changed"),
        pytest.param(JAR[:100], len(JAR), "could not be fetched", id="a stream that was cut"),
        pytest.param(JAR[:100], 100, "wrong hash", id="a cut file that looks whole"),
        pytest.param(b"", 0, "could not be fetched", id="not there"),
    ],
)
def test_a_jar_that_is_not_right_is_refused_and_leaves_nothing(
    body: bytes, length: int, words: str, tmp_path: Path, lock: Path, repository: Serve
) -> None:
    repository(body, length)
    with pytest.raises(Trouble, match=words) as refused:
        install(tmp_path, lock)
    assert "Nothing was installed" in str(refused.value)
    assert [path.name for path in (tmp_path / "install").iterdir()] == ["lock"]
    repository(JAR, len(JAR))
    assert wrong_jars(install(tmp_path, lock), lock) == []


def test_without_a_network_one_sentence_says_what_to_do(
    tmp_path: Path, lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAVEN_MIRROR", "http://127.0.0.1:9")
    with pytest.raises(Trouble, match="check the network, or name a Maven repository you can reach in MAVEN_MIRROR"):
        install(tmp_path, lock)


def test_a_whole_folder_asks_no_network(tmp_path: Path, lock: Path, repository: Serve) -> None:
    repository(JAR, len(JAR))
    folder = install(tmp_path, lock)
    repository(b"", 0)
    assert install(tmp_path, lock) == folder


def test_a_jar_that_was_changed_later_is_fetched_again(tmp_path: Path, lock: Path, repository: Serve) -> None:
    repository(JAR, len(JAR))
    (install(tmp_path, lock) / "broker-1.0.jar").write_bytes(b"tampered with")
    assert wrong_jars(jars_folder(tmp_path / "install", lock), lock) == ["broker-1.0.jar"]
    assert wrong_jars(install(tmp_path, lock), lock) == []


def test_what_a_killed_install_left_is_not_taken_for_whole(tmp_path: Path, lock: Path, repository: Serve) -> None:
    repository(JAR, len(JAR))
    half = jars_folder(tmp_path / "install", lock).with_suffix(".part")
    half.mkdir(parents=True)
    (half / "broker-1.0.jar").write_bytes(JAR[:10])
    assert wrong_jars(install(tmp_path, lock), lock) == []
    assert not half.exists()


def test_the_lock_names_every_jar_once_with_a_hash() -> None:
    jars = locked_jars()
    assert len({jar.file for jar in jars}) == len(jars) == 46
    assert all(len(jar.sha256) == 64 for jar in jars)
