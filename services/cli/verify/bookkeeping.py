"""Promises that the chassis keeps in each service's own tables: nothing lost, unpublished, overdue or parked."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from services.chassis.postgres.transaction import Connection, Row
from services.chassis.service import Service
from services.cli.verify.report import Acknowledged, Expected, Tally

LATE = timedelta(minutes=1)

_ACKNOWLEDGED = """
select given.key from unnest($1::text[], $2::uuid[]) as given (key, account_id)
where not exists (select from spent_key s where s.key = given.key
    and (given.account_id is null or s.account_id = given.account_id))
"""
_DUE = """
select reaction, id, version, since, error from due where since < clock_timestamp() - $1::interval order by since
"""
_TIMERS = "select reaction, id, at from timer where at < clock_timestamp() - $1::interval order by at"
# In the outbox the order of an aggregate's rows is the order of its commits.
_WENT_BACK = """
select topic, key, version from (select topic, key, version,
    lag(version) over (partition by topic, key order by seq) as before from outbox) as written where version <= before
"""
_UNPUBLISHED = "select seq, topic, key, version from outbox where published_at is null"
_PARKED = """
select topic, partition, "offset" from parked order by topic, parked_at
"""


async def check_bookkeeping(tally: Tally, connection: Connection, service: Service, expected: Expected) -> None:
    """In one service, whose schema is the connection's search path."""
    given = [one for one in expected.acknowledged if one.service == service.name]
    await _commands(tally, connection, service.name, given)
    await _due(tally, connection, service.name)
    await _published(tally, connection, service.name)
    await _parked(tally, connection, service.name, expected.parked_allowed)


async def _commands(tally: Tally, connection: Connection, service: str, given: Sequence[Acknowledged]) -> None:
    """A command and the note of its key are one transaction: where the key is, the command is."""
    tally.count("commands", await connection.fetchval("select count(*) from spent_key"))
    lost = await connection.fetch(_ACKNOWLEDGED, [one.key for one in given], [one.account_id for one in given])
    tally.breaks("acknowledged", service, "acknowledged and not there", [f"key {row['key']}" for row in lost])
    if given:
        tally.count("acknowledged", len(given))


async def _due(tally: Tally, connection: Connection, service: str) -> None:
    for row in await connection.fetch(_DUE, LATE):
        kind = f", {row['error'].partition(':')[0]}" if row["error"] else ""  # no more: the rest may hold anything
        words = f"due since {row['since']:%Y-%m-%d %H:%M}{kind}"
        tally.breaks("due", service, words, [f"{row['reaction']}/{row['id']}"])
    for row in await connection.fetch(_TIMERS, LATE):
        words = f"its timer was for {row['at']:%Y-%m-%d %H:%M}"
        tally.breaks("due", service, words, [f"{row['reaction']}/{row['id']}"])


async def _published(tally: Tally, connection: Connection, service: str) -> None:
    tally.count("events kept", await connection.fetchval("select count(*) from outbox"))
    rows = await connection.fetch(_UNPUBLISHED)
    tally.breaks("published", service, "not published", [_event(row) for row in rows])
    rows = await connection.fetch(_WENT_BACK)
    tally.breaks("versions", service, "written after a later version", [_event(row) for row in rows])


async def _parked(tally: Tally, connection: Connection, service: str, allowed: Mapping[str, int]) -> None:
    """The first of a topic's are those that are allowed."""
    by_topic: dict[str, list[str]] = {}
    for row in await connection.fetch(_PARKED):
        by_topic.setdefault(row["topic"], []).append(f"{row['topic']} {row['partition']}:{row['offset']}")
    tally.count("parked", sum(len(places) for places in by_topic.values()))
    for topic, places in by_topic.items():
        tally.breaks("parked", service, "cannot be read", places[allowed.get(topic, 0) :])


def _event(row: Row) -> str:
    return f"{row['topic']} {row['key']} version {row['version']}"
