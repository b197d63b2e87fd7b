"""How far behind a reader is, in records and in seconds."""

import time
from collections import deque
from dataclasses import dataclass

MOST_MARKS = 3600
"""An hour of looking each second. Beyond it the newest mark is left out: the oldest tells since when we are behind."""

Place = tuple[str, int]


@dataclass(frozen=True)
class Behind:
    """What of a topic is there and not received yet."""

    records: int
    seconds: float


class Lag:
    """Remembers when each partition was seen to end where, so that a reader's place tells how old the next record is.

    Kafka tells no time of a record that was not read yet. What was there before we first looked counts from that look.
    """

    def __init__(self) -> None:
        self._marks: dict[Place, deque[tuple[float, int]]] = {}

    def saw(self, place: Place, *, end: int, next_offset: int, now: float | None = None) -> None:
        """A partition ends at `end` (the next record to be written); its reader will receive `next_offset` next."""
        marks = self._marks.setdefault(place, deque())
        while marks and marks[0][1] <= next_offset:
            marks.popleft()
        if end > next_offset and (not marks or marks[-1][1] < end) and len(marks) < MOST_MARKS:
            marks.append((time.monotonic() if now is None else now, end))

    def keep_only(self, places: set[Place]) -> None:
        """Partitions that another instance reads now are its business."""
        for place in self._marks.keys() - places:
            del self._marks[place]

    def seconds(self, topic: str, *, now: float | None = None) -> float:
        """How long the oldest record of a topic that is not received yet has been seen to wait, or 0."""
        oldest = [marks[0][0] for (of, _), marks in self._marks.items() if of == topic and marks]
        return (time.monotonic() if now is None else now) - min(oldest) if oldest else 0.0
