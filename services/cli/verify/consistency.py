"""Promises about what services share: Kafka and every mirror have the owner's newest state, and never go back."""

from datetime import UTC, datetime
from uuid import UUID

from aiokafka import TopicPartition

from services.chassis.base.cause import Cause
from services.chassis.base.hands import SYSTEM
from services.chassis.operate.restate import Owned
from services.chassis.postgres.mirrors import Mirror
from services.chassis.postgres.transaction import Connection, Row, Transaction
from services.chassis.service import Service
from services.chassis.work.reactions import Reaction
from services.cli.clients.newest_states import NewestState, NewestStates, digest_of, digest_of_text
from services.cli.verify.report import Tally

AT_ONCE = 2000

# {mirror} is the table's name, made from a class name (Mirror.sql).
_ROWS = "select id, version, state from {mirror}"
_DONE = "select count(*) from handled where reaction = any($1::text[])"
# Mirrored, not handled and not owed: nothing would ever be done about it, but for the sweeper.
_FORGOTTEN = """
select reaction, m.id, m.version from {mirror} m cross join unnest($1::text[]) as reaction
left join handled h using (reaction, id) left join due d using (reaction, id)
where d.id is null and (h.version is null or h.version < m.version)
"""
_HANDLED_TOO_MUCH = """
select h.reaction, h.id, h.version from handled h left join {mirror} m using (id)
where h.reaction = any($1::text[]) and (m.version is null or m.version < h.version)
"""
# Its time would come, and nobody would be woken, but for the sweeper.
_NOT_WOKEN = """
select id from unnest($2::uuid[], $3::timestamptz[]) as wanted (id, at)
where not exists (select from timer t where t.reaction = $1 and t.id = wanted.id and t.at <= wanted.at)
    and not exists (select from due d where d.reaction = $1 and d.id = wanted.id)
"""
_POSITIONS = "select topic, partition, next_offset from position"


def check_kafka(tally: Tally, kafka: NewestStates) -> None:
    """At-least-once: a version may stand in Kafka twice, but the last record of a thing has the highest."""
    tally.count("topics", len(kafka.newest))
    tally.count("records", kafka.records)
    for topic, newest in kafka.newest.items():
        tally.count("things", len(newest))
        behind = [f"{id} version {s.version} after {s.highest}" for id, s in newest.items() if s.version < s.highest]
        tally.breaks("versions", topic, "Kafka's last record is not the newest", behind)


async def check_agreement(tally: Tally, connection: Connection, service: Service, kafka: NewestStates) -> None:
    """In one service, whose schema is the connection's search path."""
    for owned in service.owned:
        await _owner(tally, connection, owned, kafka.newest[owned.topic])
    for topic, mirror in service.reactions.mirrors.items():
        tally.count("mirrors", 1)
        await _mirror(tally, connection, mirror, kafka.newest[topic])
        await _reactions(tally, connection, mirror, service.reactions.to(topic))
    for reaction in service.reactions.named.values():
        await _timers(tally, connection, service.name, reaction)
    for row in await connection.fetch(_POSITIONS):
        end = kafka.ends.get(TopicPartition(row["topic"], row["partition"]), 0)
        if row["next_offset"] > end:
            about = f"{row['topic']} {row['partition']}: {row['next_offset']} of {end}"
            tally.breaks("mirrors", service.name, "its position lies beyond Kafka's end", [about])


async def _owner(tally: Tally, connection: Connection, owned: Owned, newest: dict[UUID, NewestState]) -> None:
    """The state of each thing in the owner's tables is the newest in Kafka, and Kafka has nothing else."""
    unknown = {id for id, one in newest.items() if not one.erased}
    tx = Transaction(owned.topic.split(".")[0], connection, SYSTEM, Cause.fresh(), datetime.now(UTC))
    async for state in owned.states(tx):
        tally.count("owned things", 1)
        unknown.discard(state.id)
        in_kafka = newest.get(state.id)
        about = [f"{state.id} version {state.version}"]
        if in_kafka is None or in_kafka.version < state.version:
            tally.breaks("mirrors", owned.topic, "Kafka does not have it", about)
        elif in_kafka.version > state.version:
            tally.breaks("mirrors", owned.topic, f"Kafka has version {in_kafka.version}", about)
        elif in_kafka.digest != digest_of(state):
            tally.breaks("mirrors", owned.topic, "Kafka has something else", about)
    about = [f"{id} version {newest[id].version}" for id in sorted(unknown)]
    tally.breaks("mirrors", owned.topic, "its owner does not know it", about)


async def _mirror(tally: Tally, connection: Connection, mirror: Mirror, newest: dict[UUID, NewestState]) -> None:
    """The newest state of each thing in Kafka, and nothing else, is in the mirror."""
    where, missing = f"{mirror.service}.{mirror.name}", set(newest)
    async for row in connection.cursor(mirror.sql(_ROWS), prefetch=AT_ONCE):
        tally.count("mirrored states", 1)
        id, version = row["id"], row["version"]
        missing.discard(id)
        in_kafka = newest.get(id)
        if in_kafka is None or version > in_kafka.highest:
            promise = "versions" if in_kafka else "mirrors"
            tally.breaks(promise, where, "Kafka has never had this", [f"{id} version {version}"])
        elif version < in_kafka.version:
            tally.breaks("mirrors", where, f"keeps version {version}", [f"{id} version {in_kafka.version}"])
        elif version == in_kafka.version and digest_of_text(mirror.of, row["state"]) != in_kafka.digest:
            tally.breaks("mirrors", where, "keeps something else", [f"{id} version {version}"])
    tally.breaks("mirrors", where, "is missing", [f"{id} version {newest[id].version}" for id in sorted(missing)])


async def _reactions(tally: Tally, connection: Connection, mirror: Mirror, reactions: list[str]) -> None:
    if not reactions:
        return
    tally.count("reactions done", await connection.fetchval(_DONE, reactions))
    rows = await connection.fetch(mirror.sql(_FORGOTTEN), reactions)
    tally.breaks("reactions", mirror.service, "neither done nor due", [_about(row) for row in rows])
    rows = await connection.fetch(mirror.sql(_HANDLED_TOO_MUCH), reactions)
    tally.breaks("versions", mirror.service, "done for a version that the mirror lacks", [_about(row) for row in rows])


async def _timers(tally: Tally, connection: Connection, service: str, reaction: Reaction) -> None:
    """Whatever waits for its time is woken when that has come."""
    tx, after = Transaction(service, connection, SYSTEM, Cause.fresh(), datetime.now(UTC)), UUID(int=0)
    while reaction.timers and (wanted := await reaction.timers(tx, after, limit=AT_ONCE)):
        tally.count("timers", len(wanted))
        rows = await connection.fetch(_NOT_WOKEN, reaction.name, list(wanted), list(wanted.values()))
        about = [f"{reaction.name}/{row['id']}" for row in rows]
        tally.breaks("reactions", service, "neither due nor waited for by a timer", about)
        after = max(wanted)


def _about(row: Row) -> str:
    return f"{row['reaction']}/{row['id']} version {row['version']}"
