"""What operators are answered by the API: what is stuck, what was tried again, what happened under an id."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from services.chassis.kafka.lag import Behind
from services.chassis.operate.health import Snapshot
from services.chassis.work.leases import GivenUp


class ParkedRecord(BaseModel):
    """A record that could not be read, and why."""

    id: UUID
    topic: str
    partition: int
    offset: int
    error: str
    parked_at: datetime


class FailingReaction(BaseModel):
    """A reaction that fails, since when and why, and when it is tried again."""

    reaction: str
    id: UUID
    version: int
    tries: int
    error: str | None
    since: datetime
    due_at: datetime


class NotSent(BaseModel):
    """Something that left the network too late or not at all. `what`: of which kind."""

    what: str
    id: UUID
    tries: int
    error: str | None
    ended_at: datetime

    @classmethod
    def of(cls, what: str, one: GivenUp) -> "NotSent":
        return cls(what=what, **vars(one))


class Stuck(BaseModel):
    """`hears`: how far it is behind, by topic. `parked_next`, `failing_next`: where the two lists go on."""

    parked: list[ParkedRecord]
    parked_next: str | None
    failing: list[FailingReaction]
    failing_next: str | None
    not_sent: list[NotSent]
    unready: list[str]
    stands: Snapshot
    hears: Mapping[str, Behind]


class TriedAgain(BaseModel):
    """How many records were read now and how many still cannot be; where to go on; how many reactions are due now."""

    taken: int
    unreadable: int
    after: UUID | None
    reactions: int


class Emitted(BaseModel):
    """An event that the service said."""

    event_id: UUID
    type: str
    topic: str
    key: UUID
    version: int
    happened_at: datetime
    written_at: datetime
    published_at: datetime | None


class Received(BaseModel):
    """A state that the service heard of."""

    topic: str
    event_id: UUID
    id: UUID
    version: int
    mirrored_at: datetime


class Trace(BaseModel):
    """`more`: it said more than is given. `due`: how many reactions the service owes altogether."""

    said: list[Emitted]
    more: bool
    heard: list[Received]
    due: int
