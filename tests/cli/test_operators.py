"""What operators do from the command line, against two services that run as they do for real."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from typer.testing import CliRunner, Result

from schemas.identity import OrganisationRegistered
from services.chassis.base.settings import Settings
from services.chassis.kafka import topics
from services.chassis.kafka.client import ADMIN, client_options
from services.cli.local.ports import Ports
from services.cli.local.probes import readiness
from services.cli.main import app
from tests.cli.little import own_database
from tests.support import kafka_environment, organisation, record_of, registered, wait_until

pytestmark = pytest.mark.timeout(120)

READY_SECONDS = 40
PARKED = ("parked list", "parked show", "parked retry", "parked discard")
COMMANDS = ("topics", "tail", *PARKED, "token", "mirror rebuild", "verify", "restate", "scrub")
NEEDS: dict[str, tuple[str, ...]] = {
    "parked show": ("some-id",),
    "parked retry": ("some-id",),
    "parked discard": ("some-id",),
    "mirror rebuild": ("matching", "identity.organisation"),
}


@dataclass
class Network:
    """Identity and matching of one database, in a process of their own, and `pln` that looks after them."""

    settings: Settings
    environment: dict[str, str]
    account_id: str = ""
    log: Path = field(default_factory=Path)

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "services.cli.main", *words]

    def pln(self, *words: str, **changes: str) -> Result:
        """As on a command line, in a thread of this process: loading all of `pln` each time would take longer."""
        environment = self.environment | changes
        with ThreadPoolExecutor(max_workers=1) as thread:
            return thread.submit(lambda: CliRunner().invoke(app, words, env=environment, prog_name="pln")).result(60)

    def told(self, *words: str) -> Any:
        """What a command says to a machine."""
        done = self.pln(*words, "--json")
        assert done.exit_code == 0, done.stderr
        return json.loads(done.stdout)

    async def send(self, topic: str, *, key: bytes, value: bytes, headers: list[tuple[str, bytes]]) -> None:
        producer = AIOKafkaProducer(**client_options(self.settings, ADMIN), acks="all")
        await producer.start()
        try:
            await producer.send_and_wait(self.settings.topic_prefix + topic, key=key, value=value, headers=headers)
        finally:
            await producer.stop()

    async def fetch(self, sql: str, *values: object) -> list[asyncpg.Record]:
        """Rows of matching's schema, as the administrator sees them."""
        connection = await asyncpg.connect(self.settings.admin_dsn(), server_settings={"search_path": "matching"})
        try:
            return await connection.fetch(sql, *values)
        finally:
            await connection.close()


@pytest.fixture(scope="module")
async def network(
    run_settings: Settings, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Network]:
    async with own_database(run_settings, template) as database:
        made = _network_of(database.settings, tmp_path_factory.mktemp("operators"))
        with made.log.open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "services", "run", "identity", "matching"],
                env=made.environment,
                stdout=log,
                stderr=log,
            )
        try:
            wait_until(
                lambda: readiness(made.environment["PLN_OPS_PORT"])[0],
                seconds=READY_SECONDS,
                why=lambda: made.log.read_text()[-3000:],
            )
            made.account_id = start_network(made)
            yield made
        finally:
            process.terminate()
            process.wait(30)


def _network_of(settings: Settings, home: Path) -> Network:
    ports = Ports(home)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PLN_")}
    environment |= {
        "PLN_PROFILE": "test",
        "PLN_DATABASE_URL": settings.admin_dsn(),
        **kafka_environment(settings),
        "PLN_TOPIC_PREFIX": settings.topic_prefix,
        "PLN_STATE_DIR": str(settings.state_dir),
        "PLN_HTTP_PORT": str(ports.choose("http")),
        "PLN_OPS_PORT": str(ports.choose("ops")),
    }
    environment["PLN_BASE_URL"] = f"http://127.0.0.1:{environment['PLN_HTTP_PORT']}"
    return Network(settings, environment, log=home / "services.log")


def start_network(network: Network) -> str:
    """The first organisation and its admin, who operates the network too."""
    body = {"network_name": "Example network", "ods_code": "QZN", "admin_called": "Olu"}
    answer = httpx.post(
        f"{network.environment['PLN_BASE_URL']}/api/identity/v1/bootstrap",
        json=body | {"admin_email": "olu@network.example"},
        headers={"Authorization": f"Bearer {network.settings.secret('bootstrap').hex()}"},
        timeout=20,
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["account_id"])


def stuck_in(network: Network, service: str) -> list[dict[str, Any]]:
    return network.told("parked", "list", "--service", service)["stuck"]


async def a_record_that_cannot_be_read(network: Network) -> dict[str, Any]:
    """As `pln parked list` shows it for matching."""
    known = {one["id"] for one in stuck_in(network, "matching")}
    await network.send("identity.organisation", key=b"k", value=b"{not json", headers=[("ce_specversion", b"1.0")])
    return wait_until(lambda: [one for one in stuck_in(network, "matching") if one["id"] not in known])[0]


def test_topics_are_listed_with_their_owner_their_readers_and_how_far_behind_they_are(network: Network) -> None:
    def caught_up() -> Any:
        found = {one["topic"]: one for one in network.told("topics")["topics"]}
        lags = {reader["service"]: reader["lag"] for reader in found["identity.organisation"]["readers"]}
        return found if lags["matching"] == lags["identity"] == 0 else None

    found = wait_until(caught_up)
    assert set(found) == set(topics.plan()["topics"])
    about = found["identity.organisation"]
    assert (about["owner"], about["partitions"]) == ("identity", topics.plan()["partitions"])
    assert about["records"] >= 1
    assert {"service": "payments", "lag": None} in about["readers"], "payments does not run"

    lines = network.pln("topics").stdout.splitlines()
    assert len(lines) == len(found) + 1
    assert "matching (0)" in next(line for line in lines if line.startswith("identity.organisation "))


async def test_a_partner_reads_the_public_topics_with_what_an_operator_gives_them(network: Network) -> None:
    given = network.told("partner")
    assert len(given["topics"]) == 4
    user, password = re.findall(r'(?:username|password)="([^"]+)"', given["sasl.jaas.config"])
    consumer: Any = AIOKafkaConsumer(
        **client_options(network.settings, "nobody")
        | {"sasl_plain_username": user, "sasl_plain_password": password, "group_id": given["group.id"]},
        auto_offset_reset="earliest",
    )
    consumer.subscribe(given["topics"])
    await consumer.start()
    try:
        first = await consumer.getone()
    finally:
        await consumer.stop()
    assert first.topic in given["topics"]
    open_to_all = network.pln("partner", PLN_KAFKA_SECURITY="PLAINTEXT", PLN_KAFKA_PASSWORD="")
    assert open_to_all.exit_code == 1
    assert "every topic is open to everybody" in open_to_all.stderr


def test_what_happened_is_told_in_one_line_each_without_anybodys_name(network: Network) -> None:
    words = network.pln("tail", "identity.organisation", "identity.account", "--until-now").stdout
    line = next(line for line in words.splitlines() if "OrganisationRegistered" in line)
    assert " identity.organisation " in line
    assert "  v1  correlation " in line
    assert "Olu" not in words
    assert "Olu" in network.pln("tail", "identity.account", "--until-now", "--full").stdout


def test_what_is_part_of_one_thing_is_found_by_its_correlation_id(network: Network) -> None:
    said = network.pln("tail", "--until-now", "--json").stdout.splitlines()
    cause = next(one for one in map(json.loads, said) if one["type"] == "OrganisationRegistered")["correlation_id"]
    part = network.pln("tail", "--until-now", "--json", "--correlation", cause).stdout.splitlines()
    found = [json.loads(line) for line in part]
    assert {one["correlation_id"] for one in found} == {cause}
    assert {one["topic"] for one in found} == {"identity.organisation", "identity.account"}
    other = str(UUID(int=1))
    assert network.pln("tail", "--until-now", "--correlation", other).stdout == ""


async def test_events_are_told_as_they_come_until_ctrl_c(network: Network) -> None:
    tail = subprocess.Popen(
        network.command("tail", "identity.organisation", "--json"),
        env=network.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a run in the background ignores it
    )
    assert tail.stdout and tail.stderr
    assert "Listening to 1 topics" in tail.stderr.readline()
    event: OrganisationRegistered = registered(organisation())[0]
    record = record_of(event)
    assert record.key and record.value
    headers = [(name, value or b"") for name, value in record.headers]
    await network.send("identity.organisation", key=record.key, value=record.value, headers=headers)
    line = json.loads(tail.stdout.readline())
    assert (line["type"], line["id"]) == ("OrganisationRegistered", str(event.state.id))
    assert "state" not in line
    tail.send_signal(signal.SIGINT)
    assert tail.wait(10) == 0
    assert "Traceback" not in tail.stderr.read()


async def test_a_record_that_cannot_be_read_is_shown_whole_and_let_go_and_who_did_is_kept(network: Network) -> None:
    record = await a_record_that_cannot_be_read(network)
    assert record["kind"] == "record"
    words = network.pln("parked", "list", "--service", "matching").stdout
    assert record["id"] in words
    assert "envelope" in words
    shown = network.told("parked", "show", record["id"], "--service", "matching")
    assert shown["record"] == {"key": "k", "headers": {"ce_specversion": "1.0"}, "value": "{not json"}
    unreadable = network.pln("tail", "identity.organisation", "--until-now").stdout
    assert "UNREADABLE at identity.organisation" in unreadable

    again = network.pln("parked", "retry", record["id"], "--service", "matching")
    assert again.exit_code == 1
    assert "still cannot be read" in again.stderr

    assert network.told("parked", "discard", record["id"], "--service", "matching")["discarded"] == record["id"]
    assert record["id"] not in {one["id"] for one in stuck_in(network, "matching")}
    [noted] = await network.fetch("select who, how from settled where what = 'record' order by seq desc limit 1")
    assert (noted["who"], noted["how"]) == (network.account_id, "discarded")
    gone = network.pln("parked", "discard", record["id"], "--service", "matching")
    assert gone.exit_code == 1
    assert "stuck (any more)" in gone.stderr


async def test_everything_that_is_stuck_is_tried_again_at_one_word(network: Network) -> None:
    broken = await a_record_that_cannot_be_read(network)
    mended = await a_record_that_cannot_be_read(network)
    good = record_of(OrganisationRegistered(organisation("RJ1")))
    headers = json.dumps([[name, (value or b"").hex()] for name, value in good.headers])
    how = "update parked set key = $2, value = $3, headers = $4 where id = $1"
    await network.fetch(how, UUID(mended["id"]), good.key, good.value, headers)
    done = network.pln("parked", "retry", "--all", "--service", "matching")
    assert done.exit_code == 1, "one of them still cannot be read"
    assert "matching: 1 records read" in done.stdout
    assert "matching: 1 records still cannot be read" in done.stderr
    assert {one["id"] for one in stuck_in(network, "matching") if one["kind"] == "record"} == {broken["id"]}
    assert network.pln("parked", "discard", broken["id"], "--service", "matching").exit_code == 0
    both = network.pln("parked", "retry", broken["id"], "--all")
    assert both.exit_code == 1
    assert "Say which" in both.stderr


def failing_in_matching(network: Network) -> list[dict[str, Any]]:
    return [one for one in stuck_in(network, "matching") if one["kind"] == "reaction"]


async def test_a_reaction_that_failed_is_tried_again_or_let_go_at_an_operators_word(network: Network) -> None:
    reaction, about = "match_by_profile", UUID(int=7)
    await network.fetch(
        "insert into due (reaction, id, version, due_at, tries, error)"
        " values ($1, $2, 1, clock_timestamp() + interval '1 hour', 9, 'the rate card is away')",
        *(reaction, about),
    )
    [failing] = failing_in_matching(network)
    assert failing["id"] == f"{reaction}/{about}"
    assert failing["error"] == "the rate card is away"
    assert network.pln("parked", "retry", failing["id"], "--service", "matching").exit_code == 0
    wait_until(lambda: [one for one in failing_in_matching(network) if "the rate card is away" not in one["error"]])

    assert network.pln("parked", "discard", failing["id"], "--service", "matching").exit_code == 0
    assert failing_in_matching(network) == []
    noted = await network.fetch("select who, how, about from settled where what = 'reaction' order by seq")
    assert [row["how"] for row in noted] == ["retried", "discarded"]
    assert {(row["who"], row["about"]) for row in noted} == {(network.account_id, f"{reaction} {about}")}


def test_a_service_that_cannot_be_asked_is_named(network: Network) -> None:
    listed = network.pln("parked", "list")
    assert listed.exit_code == 1
    assert "payments could not be asked" in listed.stderr
    assert "There is no service kitchen" in network.pln("parked", "list", "--service", "kitchen").stderr


def test_somebody_who_is_no_operator_sees_nothing_of_what_is_stuck(network: Network) -> None:
    refused = network.pln("parked", "list", "--service", "matching", PLN_TOKEN="made-up")
    assert refused.exit_code == 1
    assert "token is not taken" in refused.stderr


def test_a_token_opens_the_api(network: Network) -> None:
    token = network.pln("token").stdout.strip()
    mine = httpx.get(
        f"{network.environment['PLN_BASE_URL']}/api/identity/v1/mine",
        headers={"Authorization": f"Bearer {token}"},
        timeout=20,
    )
    assert mine.json()["id"] == network.account_id
    assert network.told("token", "--as", network.account_id)["called"] == "Olu"
    nobody = network.pln("token", "--as", "nobody@network.example")
    assert nobody.exit_code == 1
    assert "There is nobody like nobody@network.example" in nobody.stderr


def test_an_operator_makes_an_admin_where_none_is_left(network: Network) -> None:
    made = network.pln("admin", "recover", "--email", "zoe@network.example", "--called", "Zoe")
    assert made.exit_code == 0, made.stderr
    assert "Zoe is an administrator of the network now" in made.stdout
    again = network.pln("admin", "recover", "--email", "zoe@network.example", "--called", "Zoe")
    assert (again.exit_code, "has these roles already" in again.stderr) == (1, True)


def test_where_it_is_no_demo_the_way_to_a_token_is_told(network: Network) -> None:
    refused = network.pln("token", PLN_PROFILE="production")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert f"POST {network.environment['PLN_BASE_URL']}/api/identity/v1/tokens" in refused.stderr


def test_a_mirror_is_rebuilt_from_its_topic_beside_the_running_service(network: Network) -> None:
    built = network.told("mirror", "rebuild", "matching", "identity.organisation")
    assert built["rows"] >= 1
    assert "keeps no mirror of" in network.pln("mirror", "rebuild", "training", "payments.payment").stderr
    assert "There is no topic nonsense" in network.pln("mirror", "rebuild", "training", "nonsense").stderr


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_explains_itself_and_says_in_one_sentence_that_nothing_runs(words: str, tmp_path: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PLN_")}
    nowhere = Network(Settings(kafka_bootstrap_servers="-"), clean | {"PLN_STATE_DIR": str(tmp_path)})
    explained = nowhere.pln(*words.split(), "--help").stdout
    assert "Example: " in explained
    assert f"pln {words}" in explained
    refused = nowhere.pln(*words.split(), *NEEDS.get(words, ()))
    assert refused.exit_code == 1
    assert refused.stderr == "pln: The network is not running. Start it with `make run`.\n"


def test_backup_and_restore_explain_themselves_and_need_a_network_or_a_backup(tmp_path: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PLN_")}
    nowhere = Network(Settings(kafka_bootstrap_servers="-"), clean | {"PLN_STATE_DIR": str(tmp_path / "state")})
    for words in ("backup", "restore"):
        assert "Example: " in nowhere.pln(words, "--help").stdout
    assert "There is no network in" in nowhere.pln("backup", str(tmp_path / "file")).stderr
    assert "Trouble with reading" in nowhere.pln("restore", str(tmp_path / "file")).stderr
    assert list(tmp_path.iterdir()) == []


def test_servers_that_do_not_answer_are_named(tmp_path: Path) -> None:
    given = {"PLN_STATE_DIR": str(tmp_path), "PLN_PROFILE": "demo", "PLN_BASE_URL": "http://127.0.0.1:9"}
    away = Network(Settings(kafka_bootstrap_servers="-"), os.environ | given)
    away.environment["PLN_KAFKA_BOOTSTRAP_SERVERS"] = "127.0.0.1:9"
    assert "The Kafka at 127.0.0.1:9 does not answer" in away.pln("topics").stderr
    assert "The Kafka at 127.0.0.1:9 does not answer" in away.pln("tail").stderr
    assert "The network does not answer at http://127.0.0.1:9" in away.pln("parked", "list").stderr
