"""Promises about what services tell each other: Kafka and every mirror say what the owner says, and never go back."""

from datetime import UTC, datetime
from uuid import UUID

from services.chassis.base.access import SYSTEM
from services.chassis.operate.restate import Owned
from services.chassis.postgres.mirrors import Mirror
from services.chassis.postgres.transaction import Cause, Connection, Row, Transaction
from services.chassis.service import Service
from services.cli.checker.report import Look
from services.cli.checker.topics import Newest, Topics, content, content_of

AT_ONCE = 2000

# {mirror} is the table's name, made from a class name (Mirror.sql).
_ROWS = "select id, version, state from {mirror}"
# Heard, not handled and not owed: nothing would ever be done about it, but for the sweeper.
_FORGOTTEN = """
select reaction, m.id, m.version from {mirror} m cross join unnest($1::text[]) as reaction
left join handled h using (reaction, id) left join due d using (reaction, id)
where d.id is null and (h.version is null or h.version < m.version)
"""
_HANDLED_UNHEARD = """
select h.reaction, h.id, h.version from handled h left join {mirror} m using (id)
where h.reaction = any($1::text[]) and (m.version is null or m.version < h.version)
"""
_POSITIONS = "select topic, partition, next_offset from position"


def look_at_topics(look: Look, topics: Topics) -> None:
    """At-least-once: a version may be said again, but the last that is said of a thing is the highest."""
    look.count("topics", len(topics.newest))
    look.count("records", topics.records)
    for topic, newest in topics.newest.items():
        look.count("things", len(newest))
        behind = [f"{id} version {one.version} after {one.highest}" for id, one in newest.items() if _went_back(one)]
        look.breaks("versions", topic, "Kafka's last record is not the newest", behind)


async def look(look: Look, connection: Connection, service: Service, topics: Topics) -> None:
    """In one service, whose schema is the connection's search path."""
    for owned in service.owned:
        await _owner(look, connection, owned, topics.newest[owned.topic])
    for topic, mirror in service.reactions.mirrors.items():
        look.count("mirrors", 1)
        await _mirror(look, connection, mirror, topics.newest[topic])
        await _reactions(look, connection, mirror, service.reactions.to(topic))
    ends = {(place.topic, place.partition): end for place, end in topics.ends.items()}
    beyond = [
        f"{row['topic']} {row['partition']}: {row['next_offset']} of {ends.get((row['topic'], row['partition']), 0)}"
        for row in await connection.fetch(_POSITIONS)
        if row["next_offset"] > ends.get((row["topic"], row["partition"]), 0)
    ]
    look.breaks("mirrors", service.name, "has heard more than Kafka has", beyond)


async def _owner(look: Look, connection: Connection, owned: Owned, newest: dict[UUID, Newest]) -> None:
    """What the owner's tables say of each thing is the newest that Kafka says, and Kafka says nothing else."""
    unknown = {id for id, one in newest.items() if not one.erased}
    tx = Transaction(owned.topic.split(".")[0], connection, SYSTEM, Cause.fresh(), datetime.now(UTC))
    async for state in owned.states(tx):
        look.count("owned things", 1)
        unknown.discard(state.id)
        said = newest.get(state.id)
        about = [f"{state.id} version {state.version}"]
        if said is None or said.version < state.version:
            look.breaks("mirrors", owned.topic, "Kafka does not say it", about)
        elif said.version > state.version:
            look.breaks("mirrors", owned.topic, f"Kafka says version {said.version}", about)
        elif said.state != content_of(state):
            look.breaks("mirrors", owned.topic, "Kafka says something else", about)
    about = [f"{id} version {newest[id].version}" for id in sorted(unknown)]
    look.breaks("mirrors", owned.topic, "its owner does not know it", about)


async def _mirror(look: Look, connection: Connection, mirror: Mirror, newest: dict[UUID, Newest]) -> None:
    """What Kafka says newest of each thing, and nothing else, is in the mirror."""
    where, unheard = f"{mirror.service}.{mirror.name}", set(newest)
    async for row in connection.cursor(mirror.sql(_ROWS), prefetch=AT_ONCE):
        look.count("mirrored states", 1)
        id, version = row["id"], row["version"]
        unheard.discard(id)
        said = newest.get(id)
        if said is None or version > said.highest:
            look.breaks("versions" if said else "mirrors", where, "nobody said this", [f"{id} version {version}"])
        elif version < said.version:
            look.breaks("mirrors", where, f"keeps version {version}", [f"{id} version {said.version}"])
        elif version == said.version and content(mirror.of, row["state"]) != said.state:
            look.breaks("mirrors", where, "keeps something else", [f"{id} version {version}"])
    look.breaks("mirrors", where, "is missing", [f"{id} version {newest[id].version}" for id in sorted(unheard)])


async def _reactions(look: Look, connection: Connection, mirror: Mirror, reactions: list[str]) -> None:
    if not reactions:
        return
    look.count("reactions done", await connection.fetchval(_DONE, reactions))
    rows = await connection.fetch(mirror.sql(_FORGOTTEN), reactions)
    look.breaks("reactions", mirror.service, "neither done nor due", [_about(row) for row in rows])
    rows = await connection.fetch(mirror.sql(_HANDLED_UNHEARD), reactions)
    look.breaks("versions", mirror.service, "done for a version that was not heard", [_about(row) for row in rows])


_DONE = "select count(*) from handled where reaction = any($1::text[])"


def _went_back(one: Newest) -> bool:
    return one.version < one.highest


def _about(row: Row) -> str:
    return f"{row['reaction']}/{row['id']} version {row['version']}"
