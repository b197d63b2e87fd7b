"""What something is part of: a correlation id, and a hop of a trace (W3C, https://www.w3.org/TR/trace-context/).

A hop is one request, one reaction or one run of a job. It has a span id of its own; its parent is the span of the hop
before, as that hop's `traceparent` says. Of a stranger's trace only the ids and the flags are taken over: `tracestate`
is whatever they like to write, and topics have other readers, so it ends at the door, as the standard allows.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from uuid_utils.compat import uuid7

_SAMPLED, _RANDOM = 0x01, 0x02
_MOST = 512
"""A later version may say more after the flags; what is longer than this is no header of anybody's."""
_FORM = re.compile(r"(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-[\x21-\x7e]*)?")


class Hop(NamedTuple):
    """`traceparent` as it is handed on, with this hop's own span id; `parent` is that of the hop before ("": none)."""

    traceparent: str
    parent: str

    @property
    def trace_id(self) -> str:
        return self.traceparent[3:35]

    @property
    def span_id(self) -> str:
        return self.traceparent[36:52]


def next_hop(traceparent: str = "") -> Hop:
    """The hop after the one that says this; the first hop of a new trace when it says nothing, or nothing valid."""
    found = _FORM.fullmatch(traceparent) if len(traceparent) <= _MOST else None
    if found is None or (found[1] == "00" and found[5]):
        return Hop(f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01", "")
    _, trace_id, parent, flags, _ = found.groups()
    known = _SAMPLED | _RANDOM if found[1] == "00" else _SAMPLED
    return Hop(f"00-{trace_id}-{secrets.token_hex(8)}-{int(flags, 16) & known:02x}", parent)


@dataclass(frozen=True)
class Cause:
    """What this transaction is part of: a correlation id and a hop of a trace, and when the event of a reaction was."""

    correlation_id: UUID
    hop: Hop
    happened_at: datetime | None = None

    @property
    def traceparent(self) -> str:
        """What whoever comes next is told, here or in another service: this hop's span is their parent."""
        return self.hop.traceparent

    @classmethod
    def fresh(cls, traceparent: str = "") -> "Cause":
        """Something new, for somebody who may have said what trace it is part of."""
        return cls(uuid7(), next_hop(traceparent))

    @classmethod
    def after(cls, correlation_id: UUID, traceparent: str, happened_at: datetime | None = None) -> "Cause":
        """What follows from something of ours that said this."""
        return cls(correlation_id, next_hop(traceparent), happened_at)

    def logged(self) -> dict[str, str]:
        """As every line of the log says it."""
        ids = {"correlation_id": str(self.correlation_id), "trace_id": self.hop.trace_id, "span_id": self.hop.span_id}
        return ids | ({"parent_id": self.hop.parent} if self.hop.parent else {})
