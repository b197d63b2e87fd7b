"""`pln tail`: events as they come, one line each."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, cast
from uuid import UUID

import typer
from aiokafka import TopicPartition

from schemas.contracts import states
from schemas.event import Envelope
from services.chassis.base.settings import Settings
from services.cli.base.console import one_sentence, say, warn
from services.cli.clients.records import Batch, begins, ends, known_topics, partitions_of, reading
from services.cli.local.environment import running_network
from services.cli.local.servers import settings_of

READ_MS = 1000
BATCH = 500


@dataclass(frozen=True)
class Wanted:
    """What to show, and from where to where."""

    topics: list[str]
    prefix: str
    correlation: UUID | None
    from_start: bool
    until_now: bool


@dataclass(frozen=True)
class Line:
    """One record. `error` says why it cannot be read; then only its place is known."""

    place: str
    topic: str
    envelope: Envelope | None
    state: str
    error: str = ""

    def in_words(self, *, full: bool) -> str:
        if self.envelope is None:
            return f"{'':12}  UNREADABLE at {self.topic} {self.place}: {self.error}"
        e = self.envelope
        aggregate = f"{self.topic} {e.subject}"
        words = f"{_clock(e.time)}  {e.name:<24} {aggregate}  v{e.version}  correlation {e.correlation_id}"
        return f"{words}\n{self.state}" if full else words

    def as_json(self, *, full: bool) -> str:
        about: dict[str, Any] = {"topic": self.topic, "place": self.place}
        if self.envelope is None:
            return json.dumps(about | {"error": self.error})
        e = self.envelope
        about |= {"time": e.time.isoformat(), "type": e.name, "id": str(e.subject), "version": e.version}
        about |= {"correlation_id": str(e.correlation_id), "event_id": str(e.id)}
        return json.dumps(about | {"state": json.loads(self.state)} if full else about)


@one_sentence
def tail(
    topics: Annotated[list[str] | None, typer.Argument(metavar="TOPIC", help="All of them if none.")] = None,
    correlation: Annotated[UUID | None, typer.Option(help="Only what is part of this one thing.")] = None,
    from_start: Annotated[bool, typer.Option("--from-start", help="With what is there already.")] = False,
    until_now: Annotated[bool, typer.Option("--until-now", help="End at what is there already.")] = False,
    full: Annotated[bool, typer.Option("--full", help="With the whole public state, names of people too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Show events as they come: time, what happened, to which aggregate, its version, as part of what. Ctrl-C ends it.

    Example: pln tail matching.opportunity matching.match --from-start
    """
    states()  # every event is known then, so that its type leads back to its name
    settings = settings_of(running_network())
    wanted = Wanted(known_topics(topics or ()), settings.topic_prefix, correlation, from_start or until_now, until_now)

    def show(line: Line) -> None:
        say(line.as_json(full=full) if as_json else line.in_words(full=full))

    try:
        asyncio.run(_follow(settings, wanted, show))
    except KeyboardInterrupt:
        return


async def _follow(settings: Settings, wanted: Wanted, show: Callable[[Line], None]) -> None:
    """Call `show` for each record, in order within a partition, until there is nothing left that is wanted."""
    places = partitions_of(wanted.topics, wanted.prefix)
    async with reading(settings) as consumer:
        consumer.assign(places)
        newest = await ends(consumer, places)
        starts = await begins(consumer, places) if wanted.from_start else newest
        for place in places:
            consumer.seek(place, starts[place])
        if not wanted.until_now:
            warn(f"Listening to {len(wanted.topics)} topics. Ctrl-C ends it.")
        left = {place for place in places if not wanted.until_now or starts[place] < newest[place]}
        while left:
            got = cast("Batch", await consumer.getmany(*left, timeout_ms=READ_MS, max_records=BATCH))
            for records in got.values():
                for record in records:
                    if wanted.until_now and record.offset >= newest[TopicPartition(record.topic, record.partition)]:
                        continue
                    if line := _line_of(record, wanted):
                        show(line)
            if wanted.until_now:
                left = {place for place in left if await consumer.position(place) < newest[place]}


def _line_of(record: Any, wanted: Wanted) -> Line | None:
    """The line of a Kafka record; None for a roll, and for what is part of something else."""
    from services.chassis.kafka.decoding import ROLL_KEY

    if record.value is None and record.key == ROLL_KEY:
        return None
    topic = record.topic.removeprefix(wanted.prefix)
    place = f"{record.partition}:{record.offset}"
    try:
        envelope = Envelope.read(record.headers)
        state = json.dumps(json.loads(record.value or b""))
    except (KeyError, ValueError, TypeError) as fault:
        return None if wanted.correlation else Line(place, topic, None, "", f"{type(fault).__name__}: {fault}")
    if wanted.correlation and envelope.correlation_id != wanted.correlation:
        return None
    return Line(place, topic, envelope, state)


def _clock(moment: datetime) -> str:
    """The time of day here; the day itself is in --json."""
    return moment.astimezone().strftime("%H:%M:%S.%f")[:12]
