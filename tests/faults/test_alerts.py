"""Each fault rings its own bell: a real Prometheus with our rules, services as processes, servers of their own.

The rules are deploy/prometheus/rules.yml with every duration, and every threshold in seconds, a sixtieth of its own:
what takes two minutes there takes two seconds here. Nothing else of them is changed.
"""

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import asyncpg
import httpx
import pytest
import yaml
from aiokafka import AIOKafkaProducer

from schemas.recruitment import LeaderApproved
from services.chassis.base.settings import Settings
from services.chassis.kafka.client import ADMIN, client_options
from services.cli.local import prometheus
from services.cli.local.ports import LOOPBACK, Ports
from services.cli.local.processes import Child
from services.cli.local.servers import LocalServers
from tests.conftest import ROOT
from tests.faults.forker import Forked
from tests.faults.network import GIVEN
from tests.matching.world import leader
from tests.support import Person, kafka_environment, kafka_fields, record_of, until

FASTER = 60
READY_SECONDS = 90.0
RINGS_SECONDS = 90.0
"""On a loaded machine; alone each rings within 25."""
SERVICES = ("identity", "matching")

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(not prometheus.find(), reason="no Prometheus here: deploy/local/prometheus.sh fetches it"),
]


def faster(rules: str) -> str:
    """The rules, sixty times as impatient."""

    def duration(match: re.Match[str]) -> str:
        seconds = int(match[1]) * {"s": 1, "m": 60, "h": 3600, "d": 86400}[match[2]]
        return f"{max(1, seconds // FASTER)}s"

    told: dict[str, Any] = yaml.safe_load(rules)
    for rule in (rule for group in told["groups"] for rule in group["rules"]):
        ranges = re.sub(r"(?<=\[)(\d+)([smhd])(?=\])", duration, rule["expr"])
        rule["expr"] = re.sub(r"(?<=> )(\d{2,})(?! \*)", lambda match: str(int(match[1]) / FASTER), ranges)
        if "for" in rule:
            rule["for"] = re.sub(r"(\d+)([smhd])", duration, rule["for"])
    return yaml.safe_dump(told, sort_keys=False)


@dataclass
class Watched:
    """Two services, a process each, and a Prometheus that asks them each second."""

    servers: LocalServers
    settings: Settings
    url: str
    ports: dict[str, tuple[int, int]]
    processes: dict[str, Forked] = field(default_factory=dict[str, Forked])

    async def ringing(self) -> dict[str, set[str]]:
        """Each alert that fires, and about whom."""
        async with httpx.AsyncClient(verify=False, timeout=10) as http:
            told = (await http.get(f"{self.url}/api/v1/alerts")).json()["data"]["alerts"]
        found: dict[str, set[str]] = {}
        for alert in told:
            if alert["state"] == "firing":
                labels = alert["labels"]
                about = labels.get("exported_job") or labels.get("service") or labels.get("target", "")
                found.setdefault(labels["alertname"], set()).add(about)
        return found

    async def until_rings(self, alert: str, *about: str) -> None:
        found: dict[str, set[str]] = {}

        async def rings() -> bool:
            nonlocal found
            found = await self.ringing()
            return set(about) <= found.get(alert, set())

        await until(rings, seconds=RINGS_SECONDS, every=0.3, why=lambda: f"{alert} of {about}: only {found} rings")
        print(f"{alert} rings about {', '.join(sorted(found[alert]))}")

    async def break_database(self, sql: str) -> None:
        connection = await asyncpg.connect(self.settings.admin_dsn(), timeout=30)
        try:
            await connection.execute(sql)
        finally:
            await connection.close()

    async def send(self, topic: str, *, key: bytes, value: bytes, headers: list[tuple[str, bytes]]) -> None:
        producer = AIOKafkaProducer(**client_options(self.settings, ADMIN), acks="all")
        await producer.start()
        try:
            await producer.send_and_wait(topic, key=key, value=value, headers=headers)
        finally:
            await producer.stop()


@pytest.fixture(scope="module")
async def watched(forker: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Watched]:
    if any(name in os.environ for name in GIVEN):
        pytest.skip(f"servers that {' or '.join(GIVEN)} names are not ours to kill")
    state = ROOT / os.environ.get("PLN_TEST_STATE", ".pln/test") / f"alerts-{os.environ.get('PYTEST_XDIST_WORKER', '')}"
    shutil.rmtree(state, ignore_errors=True)  # the last run broke its tables on purpose
    servers = LocalServers(state, durable=False)
    given = await asyncio.to_thread(servers.start)
    home, ports = tmp_path_factory.mktemp("alerts"), Ports(state)
    settings = Settings(
        profile="test",
        database_url=given.database_url,
        **kafka_fields(given),
        topic_prefix=f"a{os.urandom(3).hex()}-",
        state_dir=home,
    )
    chosen = {name: (ports.choose(f"{name}-http"), ports.choose(f"{name}-ops")) for name in SERVICES}
    made = Watched(servers, settings, f"http://{LOOPBACK}:{ports.choose('prometheus')}", chosen)
    bell: Child | None = None
    try:
        await start_services(made, forker)
        bell = start_prometheus(made, home)
        await until_all_is_well(made)
        yield made
    finally:
        for process in made.processes.values():
            process.kill()
        if bell:
            bell.stop()
        await asyncio.to_thread(servers.stop)


async def start_services(watched: Watched, door: Path) -> None:
    settings = watched.settings
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PLN_")} | {
        "PLN_PROFILE": "test",
        "PLN_DATABASE_URL": settings.admin_dsn(),
        **kafka_environment(settings),
        "PLN_TOPIC_PREFIX": settings.topic_prefix,
        "PLN_STATE_DIR": str(settings.state_dir),
    }
    prepared = Forked(door, ["prepare", *SERVICES], environment, settings.state_dir / "prepare.log")
    await until(lambda: not prepared.alive(), seconds=READY_SECONDS)
    assert prepared.code == 0, (settings.state_dir / "prepare.log").read_text()
    for name, (http, ops) in watched.ports.items():
        own = {"PLN_HTTP_PORT": str(http), "PLN_OPS_PORT": str(ops)}
        watched.processes[name] = Forked(door, [name], environment | own, settings.state_dir / f"{name}.log")


def start_prometheus(watched: Watched, home: Path) -> Child:
    rules = home / "rules.yml"
    rules.write_text(faster((prometheus.FOLDER / "rules.yml").read_text()))
    targets = {name: f"{LOOPBACK}:{ops}" for name, (_, ops) in watched.ports.items()}
    program = prometheus.find()
    assert program
    told = prometheus.configuration(targets, rules=rules, every="1s")
    return Child(prometheus.recipe(program, home, int(watched.url.rpartition(":")[2]), told))


async def until_all_is_well(watched: Watched) -> None:
    """Every service is ready, Prometheus has heard so, and no bell rings."""
    async with httpx.AsyncClient(verify=False, timeout=10) as http:

        async def all_is_well() -> bool:
            try:
                answer = await http.get(f"{watched.url}/api/v1/query", params={"query": "sum(pln_ready)"})
                answer.raise_for_status()  # 503 in plain text until it has read what it keeps
                count = [one["value"][1] for one in answer.json()["data"]["result"]]
                return count == [str(len(SERVICES))] and not await watched.ringing()
            except httpx.HTTPError:
                return False

        await until(all_is_well, seconds=READY_SECONDS, every=0.3)


async def test_what_is_stuck_in_a_service_rings_by_its_own_name(watched: Watched) -> None:
    """A poison record, tables that are away under a reaction and a job, a job that nobody can run."""
    prefix = watched.settings.topic_prefix
    await watched.send(prefix + "identity.organisation", key=b"k", value=b"{not json", headers=[("ce_id", b"x")])
    await watched.break_database(
        "alter table matching.pool rename to pool_away;"
        "alter table identity.membership rename to membership_away;"  # a job of each minute is looked at soon
        "update identity.job set started_at = now() - interval '1 day' where name = 'say_who_granted'"
    )
    approved = record_of(LeaderApproved(leader(Person())), prefix)
    headers = cast("list[tuple[str, bytes]]", approved.headers)
    await watched.send(approved.topic, key=approved.key or b"", value=approved.value or b"", headers=headers)
    holder = await asyncpg.connect(watched.settings.admin_dsn(), timeout=30)
    try:
        await holder.execute("select pg_advisory_lock(hashtextextended('pln:job:matching:purge_outbox', 0))")
        await holder.execute(
            "update matching.job set started_at = now() - interval '1 day' where name = 'purge_outbox'"
        )
        await watched.until_rings("PlnJobsLate", "purge_outbox")
    finally:
        await holder.close()
    await watched.until_rings("PlnRecordsParked", "identity", "matching")
    await watched.until_rings("PlnReactionsFailing", "matching")
    await watched.until_rings("PlnJobsFailing", "say_who_granted")
    await watched.break_database("alter table identity.membership_away rename to membership")
    ringing = await watched.ringing()
    assert not ringing.keys() & {"PlnServiceDown", "PlnServiceNotReady", "PlnEventsNotSent"}, ringing


async def test_a_service_that_was_killed_rings(watched: Watched) -> None:
    watched.processes["matching"].kill()
    await watched.until_rings("PlnServiceDown", "matching")
    assert (await watched.ringing())["PlnServiceDown"] == {"matching"}


async def test_events_that_kafka_cannot_take_ring_while_people_go_on(watched: Watched) -> None:
    watched.servers.kill("kafka")
    body = {"network_name": "Example network", "ods_code": "QZN", "admin_called": "Olu", "admin_email": "o@x.example"}
    async with httpx.AsyncClient(verify=False, timeout=20) as http:
        done = await http.post(
            f"http://{LOOPBACK}:{watched.ports['identity'][0]}/api/identity/v1/bootstrap",
            json=body,
            headers={"Authorization": f"Bearer {watched.settings.secret('bootstrap').hex()}"},
        )
    assert done.status_code == 201, done.text
    await watched.until_rings("PlnEventsNotSent", "identity")
    await watched.until_rings("PlnServiceNotReady", "identity")


async def test_a_database_that_is_away_rings_though_the_services_answer(watched: Watched) -> None:
    """Kafka is back first, so that only the database is missing."""
    await asyncio.to_thread(watched.servers.restart, "kafka")

    async def identity_is_ready() -> bool:
        return "identity" not in (await watched.ringing()).get("PlnServiceNotReady", set())

    await until(identity_is_ready, seconds=RINGS_SECONDS, every=0.3)
    watched.servers.kill("postgres")
    await watched.until_rings("PlnServiceNotReady", "identity")
    assert (await watched.ringing()).get("PlnServiceDown") == {"matching"}, "they answer, and say why they cannot work"


def test_the_rules_are_only_faster() -> None:
    said = faster((prometheus.FOLDER / "rules.yml").read_text())
    assert "pln_outbox_oldest_unpublished_age_seconds) > 1.0" in said
    assert "[30s]" in said, "of half an hour"
    assert "> 10 * 86400" in said, "days are left alone"
