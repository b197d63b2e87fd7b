"""The topics in Kafka: made as the plan says, or it is said which Kafka refused and why."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.chassis.base.settings import Settings
from services.chassis.kafka import cluster, topics
from services.chassis.kafka.client import ADMIN
from services.chassis.network import prepare_alone
from tests.support import Database, delete_topics, until


@pytest.fixture
async def settings(run_settings: Settings) -> AsyncIterator[Settings]:
    """Under a prefix that has no topics yet."""
    prefix = f"t{secrets.token_hex(3)}-"
    yield run_settings.model_copy(update={"topic_prefix": prefix})
    await delete_topics(run_settings, prefix)


def planned(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    wanted: dict[str, Any] = {**topics.plan(), "topics": {"one.thing": {}, "other.thing": {}}, **changes}

    def plan() -> dict[str, Any]:
        return wanted

    monkeypatch.setattr(topics, "plan", plan)


async def there(settings: Settings) -> set[str]:
    names = [f"{settings.topic_prefix}{name}" for name in ("one.thing", "other.thing")]
    return set((await cluster.describe(settings, ADMIN, names)).topics)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"replication": 3}, "InvalidReplicationFactor"),
        ({"class": {"cleanup.policy": "sometimes"}}, "InvalidConfig"),
        ({"partitions": 0}, "InvalidPartitions"),
    ],
)
async def test_a_topic_that_kafka_refuses_is_not_taken_for_one_that_was_created(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], why: str
) -> None:
    planned(monkeypatch, **changes)
    with pytest.raises(topics.TopicRefused, match=rf"refused to create topic {settings.topic_prefix}\w+.thing \({why}"):
        await topics.create(settings)
    assert await there(settings) == set()


async def test_what_two_processes_create_at_once_is_created_once(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned(monkeypatch)
    made = await asyncio.gather(*(topics.create(settings) for _ in range(4)))
    assert sorted(name for one in made for name in one) == [
        f"{settings.topic_prefix}one.thing",
        f"{settings.topic_prefix}other.thing",
    ]
    assert await until(lambda: there(settings))


async def test_prepare_says_which_topic_was_refused_and_ends_with_2(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    planned(monkeypatch, replication=3)
    mine = settings.model_copy(update={"database_url": database.settings.database_url})
    assert await prepare_alone(mine, []) == 2
    said = capsys.readouterr().err
    assert f"Not prepared: Kafka refused to create topic {settings.topic_prefix}one.thing" in said
    assert "InvalidReplicationFactor" in said
