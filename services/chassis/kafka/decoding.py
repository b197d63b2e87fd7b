"""From the bytes of a Kafka record to an event, or why it cannot be read."""

import json
import re
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import ValidationError

from schemas.event import Envelope, Erased
from services.chassis.kafka import aiokafka_patch
from services.chassis.postgres.mirrors import Mirror

ROLL_KEY = b"roll"
"""Older versions wrote a null under this key each day, and topics have some still. Readers skip it."""
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")

aiokafka_patch.allow_any_header_name()


class Unreadable(Exception):
    """A record that is not an event of ours. The message says why."""


class Record(NamedTuple):
    """One Kafka record, as bytes. A tuple: there are many, and a frozen dataclass takes five times as long to make."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    headers: Sequence[tuple[str, bytes | None]]
    value: bytes | None

    @classmethod
    def of(cls, record: Any) -> "Record":
        return cls(record.topic, record.partition, record.offset, record.key, record.headers, record.value)


class Decoded(NamedTuple):
    """The event in a record, with its aggregate's state as JSON text."""

    envelope: Envelope
    id: UUID
    version: int
    state: str


def decode(record: Record, mirror: Mirror) -> Decoded | None:
    """The event in a record; None for a roll. Unknown names and unknown fields are taken. Raises Unreadable."""
    if record.value is None:
        if record.key == ROLL_KEY:
            return None
        raise Unreadable("the record has no value")
    try:
        envelope = Envelope.read(record.headers)
    except (KeyError, ValueError) as error:
        raise Unreadable(f"envelope: {error!r}") from None
    try:
        text = record.value.decode("utf-8")
        if b"u0000" in record.value and _NUL.search(record.value):  # the search is dear, and hardly ever needed
            raise Unreadable("the state contains a NUL character")
        model = Erased if b'"erased"' in record.value and "erased" in json.loads(text) else mirror.of
        state = model.model_validate_json(text)
    except ValidationError as error:
        wrong = "; ".join(": ".join([*map(str, e["loc"]), e["msg"]]) for e in error.errors()[:5])
        what = "state is not JSON" if error.errors()[0]["type"] == "json_invalid" else "state"
        raise Unreadable(f"{what}: {wrong}") from None
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"state is not JSON: {error}") from None
    if record.key != str(state.id).encode() or envelope.subject != state.id or envelope.version != state.version:
        raise Unreadable("key, envelope and state do not name the same aggregate and version")
    return Decoded(envelope, state.id, state.version, text)


def columns_of(decoded: Sequence[Decoded]) -> tuple[list[Any], ...]:
    """Their values for a mirror's columns: id, version, state, event_id, correlation_id, traceparent, happened_at."""
    rows = [
        (one.id, one.version, one.state, e.id, e.correlation_id, e.traceparent, e.time)
        for one in decoded
        for e in [one.envelope]
    ]
    return tuple([*column] for column in zip(*rows, strict=True))
