"""How services of the version before full types read a record, as it stood there: they run beside this one for a while.

Kept as it was (schemas/event.py and services/chassis/kafka/decoding.py of 29 November 2026, 91512ea), to read with what
is written today, and to write what is read today.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from schemas.event import Erased, State


@dataclass(frozen=True)
class EnvelopeOfBefore:
    id: UUID
    type: str
    source: str
    time: datetime
    subject: UUID
    version: int
    correlation_id: UUID
    traceparent: str

    def headers(self) -> list[tuple[str, bytes]]:
        return [
            ("ce_specversion", b"1.0"),
            ("ce_id", str(self.id).encode()),
            ("ce_source", self.source.encode()),
            ("ce_type", self.type.encode()),
            ("ce_time", self.time.isoformat().encode()),
            ("ce_subject", str(self.subject).encode()),
            ("ce_aggregateversion", str(self.version).encode()),
            ("ce_correlationid", str(self.correlation_id).encode()),
            ("ce_traceparent", self.traceparent.encode()),
            ("content-type", b"application/json"),
        ]

    @classmethod
    def read(cls, headers: Sequence[tuple[str, bytes | None]]) -> "EnvelopeOfBefore":
        values = {name: value.decode("utf-8") for name, value in headers if value and name.startswith("ce_")}
        if values["ce_specversion"] != "1.0":
            raise ValueError(f"CloudEvents version {values['ce_specversion']} is not 1.0")
        return cls(
            id=UUID(values["ce_id"]),
            type=values["ce_type"],
            source=values["ce_source"],
            time=_moment(values["ce_time"]),
            subject=UUID(values["ce_subject"]),
            version=int(values["ce_aggregateversion"]),
            correlation_id=UUID(values["ce_correlationid"]),
            traceparent=values.get("ce_traceparent", ""),
        )


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("ce_time has no offset from UTC")
    return moment


def decoded_before(record: Any, of: type[State]) -> tuple[EnvelopeOfBefore, State | Erased]:
    """Raises ValueError or KeyError for what it parked."""
    envelope = EnvelopeOfBefore.read(record.headers)
    text = record.value.decode("utf-8")
    model = Erased if b'"erased"' in record.value and "erased" in json.loads(text) else of
    state = model.model_validate_json(text)
    if record.key != str(state.id).encode() or envelope.subject != state.id or envelope.version != state.version:
        raise ValueError("key, envelope and state do not name the same aggregate and version")
    return envelope, state
