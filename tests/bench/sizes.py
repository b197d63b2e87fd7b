"""How many bytes an event takes on the disk, in PostgreSQL and in Kafka, beside the bare tables and topic."""

import asyncio
from collections.abc import Iterator

import asyncpg

from services.chassis.base.settings import Settings
from tests.bench import bare, things
from tests.bench.figures import Figure

_SIZE = "select pg_total_relation_size($1::text::regclass)"
_COUNT = "select count(*) from {table}"


def measure(settings: Settings) -> Iterator[Figure]:
    """After a drain: rows with their indexes, sent and marked but not yet vacuumed; Kafka's segments with headers."""
    said = len(things.PATTERN.model_dump_json())
    tables = {"outbox": ("saying.outbox", "bare.outbox"), "mirror": ("hearing.mirror_opportunity", "bare.mirror")}
    counts: list[int] = []
    for name, pair in tables.items():
        (own, count), (theirs, their_count) = (asyncio.run(_table(settings, table)) for table in pair)
        counts = [count, their_count]
        yield Figure(f"{name} in PostgreSQL, an event of {said} bytes", "bytes", own / count, theirs / their_count)
    topics = (settings.topic_prefix + things.PATTERN.topic, bare.topic(settings))
    own, theirs = (_topic(settings, topic) for topic in topics)
    if own and theirs:
        yield Figure(f"topic in Kafka, an event of {said} bytes", "bytes", own / counts[0], theirs / counts[1])


async def _table(settings: Settings, table: str) -> tuple[int, int]:
    connection = await asyncpg.connect(settings.admin_dsn(), timeout=10)
    try:
        size = await connection.fetchval(_SIZE, table)
        return size, await connection.fetchval(_COUNT.replace("{table}", table))
    finally:
        await connection.close()


def _topic(settings: Settings, topic: str) -> int:
    """0 where Kafka's folder is somebody else's."""
    data = settings.state_dir.parent / "kafka" / "data"
    return sum(file.stat().st_size for file in data.glob(f"{topic}-*/*.log"))
