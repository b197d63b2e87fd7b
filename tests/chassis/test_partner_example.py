"""The reader that partners copy, as a program of its own on the real Kafka, with the user and group of a partner."""

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer

from schemas.contracts import facts_of, plan, states
from schemas.event import Erased
from schemas.examples import example_of
from services.chassis.base.settings import Settings
from services.chassis.kafka.client import PARTNER, client_options, user_of
from services.chassis.kafka.decoding import ROLL_KEY, Record
from tests.conftest import ROOT
from tests.support import Database, record_of, until

pytestmark = pytest.mark.timeout(120)
EXAMPLE = ROOT / "deploy/kafka/partner_example.py"
PUBLIC = [topic for topic, about in plan()["topics"].items() if about.get("public")]


def start(database: Database, folder: Path, topics: Sequence[str]) -> subprocess.Popen[bytes]:
    """The example, with a file as `pln partner --json` writes it. It keeps things in `kept.db`, its words in `log`."""
    settings = database.settings
    user = user_of(settings, PARTNER)
    given = {
        "bootstrap.servers": settings.kafka_bootstrap_servers,
        "security.protocol": settings.kafka_security,
        "group.id": f"{user}-example",
        "topics": [settings.topic_prefix + topic for topic in topics],
        "sasl.username": user,
        "sasl.password": settings.kafka_password_of(PARTNER),
    }
    (folder / "partner.json").write_text(json.dumps(given))
    words = [sys.executable, str(EXAMPLE), "partner.json", "kept.db"]
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("PLN_", "PYTHONPATH"))}
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(words, cwd=folder, env=outside, stdout=log, stderr=log)


@contextmanager
def running(database: Database, folder: Path, topics: Sequence[str]) -> Generator[Path]:
    """It is started, and stopped by SIGTERM. Gives where it keeps things."""
    program = start(database, folder, topics)
    try:
        yield folder / "kept.db"
    finally:
        program.send_signal(signal.SIGTERM)
        assert program.wait(30) == 0, (folder / "log").read_text()[-2000:]


def kept(path: Path) -> dict[tuple[str, str], tuple[int, Any]]:
    """Topic and id to version and state; the state of what was forgotten is None."""
    if not path.exists():
        return {}
    with closing(sqlite3.connect(path)) as found:
        if not found.execute("select count(*) from sqlite_master").fetchone()[0]:
            return {}
        rows = found.execute("select topic, id, version, state from kept").fetchall()
    return {(topic, id): (version, json.loads(state) if state else None) for topic, id, version, state in rows}


async def produce(database: Database, records: Sequence[Record]) -> None:
    """As the owner of each topic."""
    prefix = database.settings.topic_prefix
    for owner in sorted({record.topic.removeprefix(prefix).partition(".")[0] for record in records}):
        producer = AIOKafkaProducer(**client_options(database.settings, owner), acks="all")
        await producer.start()
        try:
            for one in records:
                if one.topic.startswith(f"{prefix}{owner}."):
                    await producer.send_and_wait(one.topic, key=one.key, value=one.value, headers=list(one.headers))
        finally:
            await producer.stop()


def said_of(topic: str, prefix: str, version: int, **more: Any) -> Record:
    """The first event of a topic, about its golden example."""
    [fact, *_] = facts_of(states()[topic])
    state = states()[topic].model_validate(example_of(topic) | {"version": version, **more})
    return record_of(fact(state), prefix)  # pyright: ignore[reportArgumentType]


async def test_a_copy_keeps_the_newest_state_of_everything_public_and_forgets_what_is_forgotten(
    living: Database, tmp_path: Path
) -> None:
    prefix = living.settings.topic_prefix
    records: list[Record] = []
    for topic in PUBLIC:
        id = example_of(topic)["id"]
        newest = said_of(topic, prefix, 5)
        records += [said_of(topic, prefix, 4), newest, newest, said_of(topic, prefix, 3)]  # again, and late
        gone = next(fact for fact in facts_of(states()[topic]) if fact.__name__.endswith("Lost"))
        other = id[:-1] + ("0" if id[-1] != "0" else "1")
        records += [said_of(topic, prefix, 1, id=other)]
        records += [record_of(gone(Erased(id=other, version=2)), prefix)]  # pyright: ignore[reportArgumentType, reportArgumentType]
        records += [Record(prefix + topic, 0, 0, ROLL_KEY, [], None)]
        # as the version before wrote them
        records += [before(said_of(topic, prefix, 1, id=id[:-1] + ("2" if id[-1] != "2" else "3")))]
    await produce(living, records)
    with running(living, tmp_path, PUBLIC) as path:

        def each_is_as_it_was_said_last() -> bool:
            found = kept(path)
            said = [sorted((v, state is None) for (at, _), (v, state) in found.items() if at == of) for of in topics]
            return all(one == [(1, False), (2, True), (5, False)] for one in said)

        topics = [prefix + topic for topic in PUBLIC]
        await until(each_is_as_it_was_said_last, why=lambda: f"{kept(path)} {(tmp_path / 'log').read_text()[-2000:]}")
        found = kept(path)
    for topic in PUBLIC:
        assert found[prefix + topic, example_of(topic)["id"]][1] == example_of(topic) | {"version": 5}


def before(record: Record) -> Record:
    short = {"ce_type": b"SomethingHappened", "ce_source": b"/matching"}
    headers = [(name, short.get(name, value)) for name, value in record.headers if name != "ce_dataschema"]
    return record._replace(headers=headers)


@pytest.mark.parametrize("topic", ["identity.account", "recruitment.profile", "payments.claim"])
async def test_a_copy_is_refused_any_other_topic(
    run_settings: Settings, topics_made: None, topic: str, tmp_path: Path
) -> None:
    """All of them, by what Kafka itself says: test_access."""
    program = start(Database(run_settings), tmp_path, [topic])
    try:
        assert await asyncio.to_thread(program.wait, 60) != 0
    finally:
        program.kill()
    assert f"TopicAuthorizationFailedError: {run_settings.topic_prefix}{topic}" in (tmp_path / "log").read_text()
    assert kept(tmp_path / "kept.db") == {}
