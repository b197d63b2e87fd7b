"""Whether a database, a broker or the services answer, and which ones they are."""

import asyncio
import json
import logging
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import asyncpg
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaConnectionError, KafkaError

from services.chassis.base.settings import BadSettings, Settings
from services.chassis.kafka import cluster
from services.chassis.kafka.client import ADMIN, client_options
from services.cli.base.apart import apart
from services.cli.base.database import ANSWER_SECONDS, connected
from services.cli.base.trouble import Trouble, reason
from services.cli.local.ports import LOOPBACK

TRIES = 3
PAUSE_SECONDS = 1.0


def database_version(url: str, *, seconds: float = ANSWER_SECONDS) -> str:
    """The version of the PostgreSQL at `url`; Trouble when it does not answer."""

    async def ask() -> str:
        async with connected(url, timeout=seconds) as connection:
            return str(await connection.fetchval("show server_version", timeout=seconds))

    try:
        return apart(ask)
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as fault:
        raise Trouble(f"The database of PLN_DATABASE_URL does not answer: {reason(fault)}.") from fault


def broker_cluster(settings: Settings, *, seconds: float = ANSWER_SECONDS) -> str:
    """The cluster id of a Kafka; Trouble when it does not answer, lets us not in or has no broker ready."""
    for attempt in range(TRIES):
        if attempt:
            time.sleep(PAUSE_SECONDS)  # a starved broker drops out of its own cluster for a moment
        cluster = apart(lambda: _cluster(settings, seconds))
        if cluster is not None:
            return cluster
    where = f"The Kafka of PLN_KAFKA_BOOTSTRAP_SERVERS ({settings.kafka_bootstrap_servers})"
    raise Trouble(apart(lambda: why_refused(settings)) or f"{where} does not answer.")


def cluster_if_ready(settings: Settings) -> str | None:
    """The cluster id when the broker is ready within two seconds, else None."""
    return apart(lambda: _cluster(settings, 2.0))


async def why_refused(settings: Settings) -> str:
    """What a connection of our own is told, where that is more than silence; aiokafka's clients tell nothing."""
    try:
        await cluster.describe(settings, ADMIN, [])
    except (KafkaConnectionError, TimeoutError):
        return ""
    except (KafkaError, OSError, ValueError, BadSettings) as fault:
        words = cluster.in_words(fault, settings, ADMIN)
        return "" if words.startswith("no answer") else f"Kafka: {words}."
    return ""


async def _cluster(settings: Settings, seconds: float) -> str | None:
    admin = AIOKafkaAdminClient(**client_options(settings, ADMIN), request_timeout_ms=int(seconds * 1000))
    with quiet_aiokafka():
        try:
            async with asyncio.timeout(seconds):
                await admin.start()
                described: dict[str, Any] = await admin.describe_cluster()
        except (KafkaError, OSError, TimeoutError, ValueError):
            return None
        finally:
            await admin.close()
    return str(described["cluster_id"]) if described["brokers"] else None


@contextmanager
def quiet_aiokafka() -> Generator[None]:
    """aiokafka logs every refused connection as an error; here a refusal is an answer, or said in one sentence."""
    logger = logging.getLogger("aiokafka")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


async def topics_at(settings: Settings) -> set[str]:
    """The names of all topics that the broker has."""
    admin = AIOKafkaAdminClient(**client_options(settings, ADMIN))
    await admin.start()
    try:
        return set(await admin.list_topics())
    finally:
        await admin.close()


def readiness(ops_port: str) -> tuple[bool, list[str]]:
    """Whether the services are ready, and what stands in the way, a line for each service that is not."""
    try:
        with urlopen(f"http://{LOOPBACK}:{ops_port}/health/ready", timeout=5) as answer:
            return answer.status == 200, []
    except HTTPError as refused:
        return False, _reasons(refused.read())
    except OSError:
        return False, ["the services do not answer"]


def _reasons(body: bytes) -> list[str]:
    try:
        services: dict[str, list[str]] = json.loads(body)["services"]
        return [f"{name}: {', '.join(reasons)}" for name, reasons in services.items() if reasons]
    except (ValueError, KeyError, TypeError, AttributeError):
        return ["the health page cannot be read"]
