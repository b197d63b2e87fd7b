"""Promises that the chassis keeps in each service: commands acknowledged, events published, reactions done."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from services.chassis.postgres.transaction import Connection, Row
from services.chassis.service import Service
from services.cli.checker.report import Acknowledged, Asked, Look

LATE = timedelta(minutes=1)

_ACKNOWLEDGED = """
select given.key from unnest($1::text[], $2::uuid[]) as given (key, account_id)
where not exists (select from spent_key s where s.key = given.key
    and (given.account_id is null or s.account_id = given.account_id))
"""
_DUE = """
select reaction, id, version, since, error from due where since < clock_timestamp() - $1::interval order by since
"""
# In the outbox the order of an aggregate's rows is the order of its commits.
_WENT_BACK = """
select topic, key, version from (select topic, key, version,
    lag(version) over (partition by topic, key order by seq) as before from outbox) as said where version <= before
"""
_UNPUBLISHED = "select seq, topic, key, version from outbox where published_at is null"
_PARKED = """
select topic, partition, "offset" from parked order by topic, parked_at
"""


async def look(look: Look, connection: Connection, service: Service, asked: Asked) -> None:
    """In one service, whose schema is the connection's search path."""
    given = [one for one in asked.acknowledged if one.service == service.name]
    await _commands(look, connection, service.name, given)
    await _due(look, connection, service.name)
    await _published(look, connection, service.name)
    await _parked(look, connection, service.name, asked.parked_allowed)


async def _commands(look: Look, connection: Connection, service: str, given: Sequence[Acknowledged]) -> None:
    """A command and the note of its key are one transaction: where the key is, the command is."""
    look.count("commands", await connection.fetchval("select count(*) from spent_key"))
    lost = await connection.fetch(_ACKNOWLEDGED, [one.key for one in given], [one.account_id for one in given])
    look.breaks("acknowledged", service, "acknowledged and not there", [f"key {row['key']}" for row in lost])
    if given:
        look.count("acknowledged", len(given))


async def _due(look: Look, connection: Connection, service: str) -> None:
    for row in await connection.fetch(_DUE, LATE):
        kind = f", {row['error'].partition(':')[0]}" if row["error"] else ""  # no more: the rest may hold anything
        words = f"due since {row['since']:%Y-%m-%d %H:%M}{kind}"
        look.breaks("due", service, words, [f"{row['reaction']}/{row['id']}"])


async def _published(look: Look, connection: Connection, service: str) -> None:
    look.count("events kept", await connection.fetchval("select count(*) from outbox"))
    rows = await connection.fetch(_UNPUBLISHED)
    look.breaks("published", service, "not published", [_said(row) for row in rows])
    rows = await connection.fetch(_WENT_BACK)
    look.breaks("versions", service, "said after a later version", [_said(row) for row in rows])


async def _parked(look: Look, connection: Connection, service: str, allowed: Mapping[str, int]) -> None:
    """The first of a topic's are those that are allowed."""
    by_topic: dict[str, list[str]] = {}
    for row in await connection.fetch(_PARKED):
        by_topic.setdefault(row["topic"], []).append(f"{row['topic']} {row['partition']}:{row['offset']}")
    look.count("parked", sum(len(places) for places in by_topic.values()))
    for topic, places in by_topic.items():
        look.breaks("parked", service, "cannot be read", places[allowed.get(topic, 0) :])


def _said(row: Row) -> str:
    return f"{row['topic']} {row['key']} version {row['version']}"
