"""What an event is: a fact that happened, the public state after it, and how both travel on Kafka.

A state is the public face of one aggregate. An event is a named fact that carries the whole state.
The value of a Kafka record is the state's JSON; the fact's name and the envelope are CloudEvents 1.0.2
headers (Kafka protocol binding, binary content mode).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Generic, Literal, Self, TypeVar, get_args
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from schemas.event_types import type_of

STATES: dict[str, type[State]] = {}
"""Every public state by its topic."""
FACTS: dict[str, type[Event[State]] | type[Erasure[State]]] = {}
"""Every event by its name."""
NAMES: dict[str, str] = {}
"""The name of every event by its type outside, its `ce_type`."""


class Contract(BaseModel):
    """A value inside a state. Readers ignore fields they do not know; owners use `build` and `with_changes`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    @classmethod
    def build(cls, **fields: Any) -> Self:
        """The value as its owner makes it. Raises ValidationError for a field that it does not have.

        `cls(**fields)` would drop such a field without a word.
        """
        return cls.model_validate(fields, extra="forbid")

    def with_changes(self, **fields: Any) -> Self:
        """The same value with other values in these fields. Raises what `build` raises."""
        return self.build(**{**dict(self), **fields})


class Waiting(Contract):
    """Somebody has to do something before this aggregate moves on. The words for `what` are in `schemas.waiting`."""

    person_id: UUID | None = Field(default=None, description="who: a person, or else an organisation and a role")
    organisation_id: UUID | None = None
    role: str | None = None
    what: str = Field(description="code, see schemas.waiting.WORDS (a growing list)")
    about: UUID
    since: datetime
    until: datetime | None = Field(default=None, description="when it was promised to be done by, if anything was")
    link: str = Field(description="local path of the page where it is done")


class State(Contract):
    """The public state of one aggregate. A subclass names its topic: `class Opportunity(State, topic="…")`."""

    topic: ClassVar[str] = ""
    about_people: ClassVar[bool] = False

    id: UUID
    version: int = Field(ge=1, description="rises by at least one with each change; the only order there is")
    waiting: tuple[Waiting, ...] = ()

    def __init_subclass__(cls, *, topic: str = "", about_people: bool = False) -> None:
        super().__init_subclass__()
        if topic:
            if topic in STATES:
                raise TypeError(f"two states on topic {topic}")
            cls.topic, cls.about_people = topic, about_people
            STATES[topic] = cls


class Erased(Contract):
    """The last state of an aggregate whose person is forgotten. Compaction removes the states before it."""

    id: UUID
    version: int = Field(ge=1)
    erased: Literal[True] = True


S = TypeVar("S", bound=State, covariant=True)


def type_named(topic: str, name: str) -> str:
    """The type outside of an event that is said on a topic. Of a topic that this code does not know: its name."""
    return type_of(topic, STATES[topic].__name__, name) if topic in STATES else name


def _register(cls: type[Event[State]] | type[Erasure[State]]) -> None:
    """Raises TypeError when another event of its topic has the same type outside."""
    cls.of = _state_of(cls)
    its_type = type_named(cls.of.topic, cls.__name__)
    if NAMES.setdefault(its_type, cls.__name__) != cls.__name__:
        raise TypeError(f"{cls.__name__} and {NAMES[its_type]} are both {its_type}")
    FACTS[cls.__name__] = cls


def _state_of(cls: type) -> type[State]:
    return next(get_args(b)[0] for b in cls.__orig_bases__ if get_args(b))  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType, reportUnknownArgumentType]


@dataclass(frozen=True)
class Event(Generic[S]):
    """A fact with the whole public state after it. Subclasses are past tense; their docstring says when."""

    state: S
    of: ClassVar[type[State]]

    def __init_subclass__(cls) -> None:
        _register(cls)


@dataclass(frozen=True)
class Erasure(Generic[S]):
    """The fact that an aggregate about a person was forgotten."""

    state: Erased
    of: ClassVar[type[State]]

    def __init_subclass__(cls) -> None:
        _register(cls)


AnyEvent = Event[State] | Erasure[State]


@dataclass(frozen=True)
class Envelope:
    """Who says what about which aggregate, when, and as part of what. `id` names the event; order is `version`'s.

    `type` and `source` are as they were written: records of before have our name for the event and `/<service>`.
    """

    id: UUID
    type: str
    source: str
    time: datetime
    subject: UUID
    version: int
    correlation_id: UUID
    traceparent: str
    dataschema: str = ""

    @property
    def name(self) -> str:
        """Our own name for the event, in either form of its type; the type itself where this code has no such event."""
        return NAMES.get(self.type, self.type)

    def headers(self) -> list[tuple[str, bytes]]:
        """The record's headers, CloudEvents 1.0.2 Kafka binding, binary mode."""
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
            *([("ce_dataschema", self.dataschema.encode())] if self.dataschema else []),
            ("content-type", b"application/json"),
        ]

    @classmethod
    def read(cls, headers: Sequence[tuple[str, bytes | None]]) -> Envelope:
        """Raises KeyError or ValueError when the headers are not a CloudEvents 1.0 envelope of ours."""
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
            dataschema=values.get("ce_dataschema", ""),
        )


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("ce_time has no offset from UTC")
    return moment
