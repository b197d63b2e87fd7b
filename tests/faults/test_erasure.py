"""Whoever asks to be forgotten is in no file any more: of Kafka, of PostgreSQL, of the logs. Servers of its own.

Short lags: what Kafka compacts after a day is compacted here after a second; otherwise it does what it always does.
"""

import asyncio
import errno
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import ascii_lowercase

import asyncpg
import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from services import NAMES, load
from services.chassis.base.hands import SYSTEM
from services.chassis.base.settings import Settings
from services.chassis.kafka import topics
from services.chassis.kafka.client import ADMIN, client_options
from services.chassis.operate import maintenance
from services.chassis.postgres.connections import open_pool
from services.chassis.postgres.transaction import Database
from services.cli.commands import scrub
from services.cli.local.ports import LOOPBACK, Ports
from services.cli.local.probes import readiness
from services.cli.local.servers import LocalServers
from tests.chassis.sent_files import noisy
from tests.conftest import ROOT
from tests.faults.doors import Caller, Doors
from tests.faults.network import GIVEN
from tests.faults.writer import NETWORK, TRUST, Writer
from tests.ready import ready
from tests.support import kafka_environment, kafka_fields, until, wait_until

pytestmark = pytest.mark.timeout(400)

READY_SECONDS = 120.0
GONE_SECONDS = 120.0
SHORT = {
    "min.compaction.lag.ms": "0",
    "max.compaction.lag.ms": "1000",
    "segment.ms": "1000",
    "min.cleanable.dirty.ratio": "0.01",
    "delete.retention.ms": "0",
    "file.delete.delay.ms": "100",
}

Marks = Mapping[str, str | bytes]


def written_in(path: Path) -> bytes:
    """All that was written into a file. Of Kafka's indexes the most is a hole, which reads as ten million zeros."""
    parts: list[bytes] = []
    with path.open("rb") as file:
        end, size = 0, os.fstat(file.fileno()).st_size
        while end < size:
            try:
                start = os.lseek(file.fileno(), end, os.SEEK_DATA)
            except OSError as error:
                if error.errno == errno.ENXIO:  # there is nothing but a hole
                    break
                raise
            end = os.lseek(file.fileno(), start, os.SEEK_HOLE)
            parts.append(os.pread(file.fileno(), end - start, start))
    return b"\0".join(parts)


@dataclass
class Ours:
    """A network in one process, whose files we may read."""

    state: Path
    settings: Settings
    doors: Doors

    def files_with(self, marks: Marks) -> dict[str, set[str]]:
        """Which mark is found in which files of the state folder."""
        wanted = {name: mark.encode() if isinstance(mark, str) else mark for name, mark in marks.items()}
        found: dict[str, set[str]] = {}
        for path in self.state.rglob("*"):
            try:
                content = written_in(path) if path.is_file() else b""
            except FileNotFoundError:  # deleted while we looked
                continue
            for name, mark in wanted.items():
                if mark in content:
                    found.setdefault(name, set()).add(str(path.relative_to(self.state)))
        return found

    async def until_nothing_is_under_way(self) -> None:
        """Nothing is due or unsent, in any service, and stays so while others hear of it."""
        quiet = 0

        async def stays_quiet() -> bool:
            nonlocal quiet
            quiet = quiet + 1 if await self._owed() == 0 else 0
            return quiet == 5

        await until(stays_quiet, seconds=READY_SECONDS, every=0.3)

    async def _owed(self) -> int:
        connection = await asyncpg.connect(self.settings.admin_dsn(), timeout=30)
        try:
            count = (
                "select (select count(*) from {s}.due) + (select count(*) from {s}.outbox where published_at is null)"
            )
            return sum([int(await connection.fetchval(count.replace("{s}", name))) for name in NAMES])
        finally:
            await connection.close()

    async def write_out(self) -> None:
        """What PostgreSQL still has in memory alone, or in its log as a compressed page, is in its files then."""
        connection = await asyncpg.connect(self.settings.admin_dsn(), timeout=30)
        try:
            await connection.execute("checkpoint")
        finally:
            await connection.close()

    async def compact(self) -> None:
        """Let Kafka compact soon what it would compact in a day, and do the daily roll."""
        names = [self.settings.topic_prefix + topic for topic in topics.plan()["topics"]]
        admin = AIOKafkaAdminClient(**client_options(self.settings, ADMIN))
        await admin.start()
        try:
            short = {"cleanup.policy": "compact", **SHORT}
            await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, short) for name in names])
        finally:
            await admin.close()
        await asyncio.sleep(1.5)  # a segment older than a second is rolled by the next record
        for service in load(NAMES):
            pool = await open_pool(self.settings, service.name)
            async with Database(service.name, pool).transaction(SYSTEM) as tx:
                await maintenance.say_again(tx, service.topics)
            await pool.close()


@pytest.fixture(scope="module")
async def ours() -> AsyncIterator[Ours]:
    if any(name in os.environ for name in GIVEN):
        pytest.skip(f"the files of servers that {' or '.join(GIVEN)} names are not ours to read")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "one")
    state = ROOT / os.environ.get("PLN_TEST_STATE", ".pln/test") / f"erasure-{worker}"
    shutil.rmtree(state, ignore_errors=True)
    servers, ports = LocalServers(state, durable=False), Ports(state)
    given = await asyncio.to_thread(servers.start)
    settings = Settings(
        profile="demo",
        database_url=given.database_url,
        **kafka_fields(given),
        state_dir=state,
        http_port=ports.choose("http"),
        ops_port=ports.choose("ops"),
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PLN_")} | {
        "PLN_PROFILE": "demo",
        "PLN_DATABASE_URL": settings.admin_dsn(),
        **kafka_environment(settings),
        "PLN_STATE_DIR": str(state),
        "PLN_HTTP_PORT": str(settings.http_port),
        "PLN_OPS_PORT": str(settings.ops_port),
        "PLN_SMTP_URL": f"smtp://{LOOPBACK}:{ports.choose('smtp')}",
    }
    base = f"http://{LOOPBACK}:{settings.http_port}"
    doors = Doors(lambda _: base)
    with (state / "logs" / "services.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "services", "prepare", "run"], env=environment, stdout=log, stderr=log
        )
    try:
        await asyncio.to_thread(
            wait_until, lambda: readiness(str(settings.ops_port))[0], seconds=READY_SECONDS, every=0.2
        )
        yield Ours(state, settings, doors)
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 40)
        await doors.close()
        await asyncio.to_thread(servers.stop)


MARKS = (
    *("called", "called later", "email", "full name", "why they apply", "phone", "post"),
    *("why they are interested", "what they need on the day", "payee", "payee later", "account number"),
    *("what they know from life", "what else they need", "what they ask", "what they are answered"),
    "with whom it is booked",
)


def marks() -> dict[str, str]:
    """Seventeen things that are typed, each found nowhere else. Letters: seven digits in a name are a number."""
    made = {name: "Zq" + "".join(secrets.choice(ascii_lowercase) for _ in range(14)) for name in MARKS}
    digits = {name: f"07{secrets.randbelow(10**9):09}" for name in ("phone",)}
    return {**made, **digits, "email": f"{made['email'].lower()}@people.example", "account number": "83710469"}


async def live(ours: Ours, writer: Writer, typed: dict[str, str]) -> Caller:
    """Apply, join, say how to be reached and paid, be chosen and accept: every room hears of the person."""
    person, staff = Caller(ours.doors, typed["called"], typed["email"]), writer.staff
    await person.sign_in()
    words = {"full_name": typed["full name"], "why": typed["why they apply"]}
    sent = await person.post("recruitment", "/mine/application", words | writer.agreed)
    application = f"/organisations/{NETWORK}/applications/{sent['id']}"
    await staff.screener.write("PUT", "recruitment", f"{application}/signed-form", noisy(size=(300, 200)))
    await staff.screener.post("recruitment", f"{application}/approve", {"tell_now": True})
    await person.post("identity", "/mine", {"called": typed["called later"]})
    for channel in ("phone", "post"):
        await person.write("PUT", "notifications", "/mine/contact", {"channel": channel, "address": typed[channel]})
    for payee, account in (("payee", "66374958"), ("payee later", typed["account number"])):
        details = {"payee_name": typed[payee], "sort_code": "08-99-99", "account_number": account}
        await person.write("PUT", "payments", "/mine/payee-details", details)
    yes = {"health_consent": writer.health_notice}
    fits = {"strands": ["research"], "modes": ["remote"], "own_words": typed["what they know from life"], **yes}
    await person.write("PUT", "recruitment", "/mine/profile", fits)
    needs = {"needs": ["something_else"], "words": typed["what else they need"], "shared_with": ["places"], **yes}
    await person.write("PUT", "recruitment", "/mine/needs", needs)
    wanted = {"strands": ["research"], "modes": ["remote"], "paid_only": True, "active": True}
    await person.write("PUT", "matching", "/mine/subscription", wanted)
    opportunity = await post(writer)
    interest = {"why": typed["why they are interested"], "needs": typed["what they need on the day"]}
    shown = await person.post("engagements", "/mine/interests", {"opportunity_id": opportunity, **interest})
    mine, theirs = f"/mine/engagements/{shown['id']}", f"/organisations/{TRUST}/engagements/{shown['id']}"
    await staff.coordinator.post("engagements", f"{theirs}/offer")
    talk = f"conversations/engagement/{shown['id']}"
    await person.post("notifications", f"/mine/{talk}/messages", {"words": typed["what they ask"]})
    answer = {"words": typed["what they are answered"]}
    await staff.coordinator.post("notifications", f"/organisations/{TRUST}/{talk}/messages", answer)
    await person.post("engagements", f"{mine}/accept")
    booked = {"state": "booked", "with_whom": typed["with whom it is booked"]}
    need = f"/organisations/{TRUST}/engagements/{shown['id']}/needs/something_else"
    await staff.coordinator.write("PUT", "engagements", need, booked)
    return person


async def middle_of_the_file(person: Caller) -> bytes:
    """Some bytes of the photo as it is kept, near enough to its beginning to lie in its first piece on the disk."""
    kept = await person.open("recruitment", "/mine/application/signed-form")
    assert len(kept) > 2000
    return kept[1200:1240]


async def post(writer: Writer) -> str:
    draft = {
        "title": "Pain pathway partner",
        "summary": "Help the team that plans care for long-term pain.",
        "what_will_change": "The first letter that people get.",
        "strand": "research",
        "rung": "feedback",
        "mode": "remote",
        "time_commitment": "3 hours",
        "expertise_level": "none",
        "places": 2,
        "pay": writer.rate,
        "session_at": (datetime.now(UTC) + timedelta(days=3)).isoformat(),
        "session_hours": 3,
        "apply_by": (datetime.now(UTC) + timedelta(days=2)).isoformat(),
        "feedback_by": (datetime.now(UTC) + timedelta(days=30)).isoformat(),
    }
    made = await writer.staff.coordinator.post("matching", f"/organisations/{TRUST}/opportunities", ready(draft))
    return str(made["id"])


async def test_whoever_is_forgotten_is_in_no_file_of_kafka_of_postgresql_or_of_the_logs(ours: Ours) -> None:
    writer, typed = Writer(ours.doors, ours.settings.secret("bootstrap").hex()), marks()
    await writer.open()
    person = await live(ours, writer, typed)
    await ours.until_nothing_is_under_way()
    await ours.write_out()  # in PostgreSQL's log alone a page may end in the middle of a mark
    marked: Marks = typed | {"signed form": await middle_of_the_file(person)}
    before = await asyncio.to_thread(ours.files_with, marked)
    assert set(before) == set(marked), "each was written down somewhere"
    assert any("kafka" in file for file in before["called later"]), "the called name is said to the others"
    assert not any("logs/" in file for files in before.values() for file in files), "the logs never held them"

    await person.post("identity", "/mine/forget")
    await ours.until_nothing_is_under_way()
    await ours.compact()
    await scrub.write_anew(ours.settings.admin_dsn())
    left: dict[str, set[str]] = {}

    def nothing_left() -> bool:
        nonlocal left
        left = ours.files_with(marked)
        return not left

    await asyncio.to_thread(wait_until, nothing_left, seconds=GONE_SECONDS, every=1, why=lambda: f"still there: {left}")
