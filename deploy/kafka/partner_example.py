"""A reader of the network's public events in plain FastStream, to copy: it keeps the newest state of everything.

  pip install "faststream[kafka]>=0.7"
  pln partner --json > partner.json           whoever runs the network does this, and gives you the file as a key
  python partner_example.py partner.json kept.db

Change `keep` and `forget`. What is in them may run twice for one event; with a version it is done once.
"""

import asyncio
import json
import sqlite3
import ssl
import sys
from pathlib import Path

from faststream import AckPolicy, FastStream
from faststream.kafka import KafkaBroker
from faststream.kafka.annotations import KafkaMessage
from faststream.security import SASLScram512

network = json.loads(Path(sys.argv[1]).read_text())
encrypted = network["security.protocol"] == "SASL_SSL"
broker = KafkaBroker(
    network["bootstrap.servers"].split(","),
    security=SASLScram512(
        username=network["sasl.username"],
        password=network["sasl.password"],
        ssl_context=ssl.create_default_context(cafile=network.get("ssl.ca.location")) if encrypted else None,
        use_ssl=encrypted,
    ),
    allow_auto_create_topics=False,
)
app = FastStream(broker)
database = sqlite3.connect(sys.argv[2], isolation_level=None)
database.execute(
    "create table if not exists kept (topic text, id text, version integer, state text, primary key (topic, id))"
)


# FastStream's own settings begin at the end of a topic and take an event for done whatever became of it.
@broker.subscriber(
    *network["topics"],
    group_id=network["group.id"],
    auto_offset_reset="earliest",
    ack_policy=AckPolicy.NACK_ON_ERROR,
)
async def hear(message: KafkaMessage) -> None:
    """One event. If this raises it is tried again, each second, and what comes after it waits."""
    record = message.raw_message
    if record.value is None:  # housekeeping of older networks
        return
    try:
        thing, version = message.headers["ce_subject"], int(message.headers["ce_aggregateversion"])
        state = json.loads(record.value)
        if state.get("erased"):
            forget(record.topic, thing, version)
        else:
            keep(record.topic, thing, version, state)
    except Exception:
        await asyncio.sleep(1)
        raise


def keep(topic: str, thing: str, version: int, state: dict) -> None:
    """The newest version stays, in whatever order events come and however often."""
    write(topic, thing, version, json.dumps(state))


def forget(topic: str, thing: str, version: int) -> None:
    """Nothing of it stays but the version, so that nothing older of it comes back."""
    write(topic, thing, version, None)


def write(topic: str, thing: str, version: int, state: str | None) -> None:
    database.execute(
        "insert into kept values (?, ?, ?, ?) on conflict do update set version = excluded.version,"
        " state = excluded.state where excluded.version > version",
        (topic, thing, version, state),
    )


if __name__ == "__main__":
    asyncio.run(app.run())
