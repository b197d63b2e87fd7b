"""Asking a database or a broker whether it answers, and which one it is."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import asyncpg
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from .trouble import Trouble

ANSWER_SECONDS = 10.0
TRIES = 3
PAUSE_SECONDS = 1.0

Answer = TypeVar("Answer")


def apart(work: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
    """Run a coroutine to its end in a thread of its own, whether or not the caller has an event loop."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(lambda: asyncio.run(work())).result()


def database_version(url: str, *, seconds: float = ANSWER_SECONDS) -> str:
    """The version of the PostgreSQL at `url`; Trouble when it does not answer."""

    async def ask() -> str:
        connection = await asyncpg.connect(url, timeout=seconds)
        try:
            return str(await connection.fetchval("show server_version", timeout=seconds))
        finally:
            await connection.close(timeout=seconds)

    try:
        return apart(ask)
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as fault:
        why = str(fault) or type(fault).__name__
        raise Trouble(f"The database of PLN_DATABASE_URL does not answer: {why}.") from fault


def broker_cluster(bootstrap: str, *, seconds: float = ANSWER_SECONDS) -> str:
    """The cluster id of the Kafka at `bootstrap`; Trouble when it does not answer or has no broker ready."""
    for attempt in range(TRIES):
        if attempt:
            time.sleep(PAUSE_SECONDS)  # a starved broker drops out of its own cluster for a moment
        cluster = apart(lambda: _cluster(bootstrap, seconds))
        if cluster is not None:
            return cluster
    raise Trouble(f"The Kafka of PLN_KAFKA_BOOTSTRAP_SERVERS ({bootstrap}) does not answer.")


async def _cluster(bootstrap: str, seconds: float) -> str | None:
    # aiokafka reports every refused connection as an error; here a refusal is an answer.
    logger = logging.getLogger("aiokafka")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=int(seconds * 1000))
    try:
        async with asyncio.timeout(seconds):
            await admin.start()
            described: dict[str, Any] = await admin.describe_cluster()
    except (KafkaError, OSError, TimeoutError, ValueError):
        return None
    finally:
        await admin.close()
        logger.setLevel(level)
    return str(described["cluster_id"]) if described["brokers"] else None


def cluster_if_ready(bootstrap: str) -> str | None:
    """The cluster id when the broker is ready within two seconds, else None."""
    return apart(lambda: _cluster(bootstrap, 2.0))


async def topics_at(bootstrap: str) -> set[str]:
    """The names of all topics that the broker has."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        return set(await admin.list_topics())
    finally:
        await admin.close()
