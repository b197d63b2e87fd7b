"""Ports: chosen once, remembered, never somebody else's."""

import socket
from pathlib import Path

import pytest

from services.cli.base.trouble import Trouble
from services.cli.local.environment import environment_for, remember, running_network
from services.cli.local.ports import Ports
from services.cli.local.servers import Servers

SERVERS = Servers("postgresql://postgres:secret@127.0.0.1:1/pln", {"PLN_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:2"})


def listen(port: int = 0) -> socket.socket:
    taken = socket.socket()
    taken.bind(("127.0.0.1", port))
    taken.listen()
    return taken


def test_a_port_is_remembered(tmp_path: Path) -> None:
    first = Ports(tmp_path).choose("postgres")
    assert Ports(tmp_path).choose("postgres") == first


def test_two_servers_never_get_one_port(tmp_path: Path) -> None:
    ports = Ports(tmp_path)
    assert len({ports.choose(name) for name in ("postgres", "kafka", "http", "ops")}) == 4


def test_a_remembered_port_that_somebody_took_is_changed(tmp_path: Path) -> None:
    first = Ports(tmp_path).choose("kafka")
    with listen(first):
        assert Ports(tmp_path).choose("kafka") != first


def test_a_preferred_port_that_is_taken_is_passed_over(tmp_path: Path) -> None:
    with listen() as taken:
        port = taken.getsockname()[1]
        assert Ports(tmp_path).choose("http", prefer=port) != port


def test_a_port_that_the_person_fixed_and_somebody_took_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listen() as taken:
        port = str(taken.getsockname()[1])
        monkeypatch.setenv("PLN_HTTP_PORT", port)
        with pytest.raises(Trouble, match=f"Port {port} of PLN_HTTP_PORT is taken by another program"):
            environment_for(tmp_path, SERVERS)


def test_a_port_that_is_not_a_number_is_refused_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLN_HTTP_PORT", "eighty")
    with pytest.raises(Trouble, match="not a port number"):
        environment_for(tmp_path, SERVERS)


def test_a_network_that_does_not_run_is_not_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PLN_BASE_URL", "PLN_KAFKA_BOOTSTRAP_SERVERS"):
        monkeypatch.delenv(name, raising=False)
    remember(tmp_path, environment_for(tmp_path, SERVERS))
    with pytest.raises(Trouble, match="not running"):
        running_network(tmp_path)


def test_the_settings_of_a_network_are_for_its_owner_alone(tmp_path: Path) -> None:
    remember(tmp_path, environment_for(tmp_path, SERVERS))
    assert (tmp_path / "network.json").stat().st_mode & 0o077 == 0
