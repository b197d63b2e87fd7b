"""Asking Kafka which cluster it is, which topics it has and what we may do with them.

A topic that was deleted and made again has another id.
"""

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from socket import gaierror
from typing import Any, ClassVar, cast
from uuid import UUID

from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import (
    IllegalSaslStateError,
    KafkaConnectionError,
    KafkaError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)
from aiokafka.protocol.abstract import AbstractType
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Boolean, CompactArray, CompactString, Int16, Int32, Schema, TaggedFields

from services.chassis.base.settings import BadSettings, Settings
from services.chassis.kafka.client import ADMIN, connection_options, user_of

ANSWER_SECONDS = 5.0
_FORBIDDEN = 29
_READ, _WRITE = 1 << 3, 1 << 4
_TEXT = CompactString("utf-8")


@dataclass(frozen=True)
class Topic:
    """A topic as it is now. `id` is Kafka's own: never the same for two topics, even of the same name."""

    id: UUID
    partitions: int
    may_read: bool
    may_write: bool
    """Whether Kafka lets us, who ask."""


@dataclass(frozen=True)
class Cluster:
    """What answered: the cluster, and of the topics asked for those that are there."""

    id: str
    topics: dict[str, Topic]
    hidden: list[str]
    """Those asked for with which we may do nothing: Kafka does not even say whether they are there."""


async def describe(settings: Settings, who: str, names: list[str]) -> Cluster:
    """Ask once, over a connection of its own, as a service or ADMIN. Raises what `Asker.describe` raises."""
    asker = Asker(settings, who)
    try:
        return await asker.describe(names)
    finally:
        asker.close()


class Asker:
    """Asks again and again over one connection, since each new one is a login; over another when that one fails.

    The cluster at the other end of a connection stays the same: another one is met by a new connection only.
    """

    def __init__(self, settings: Settings, who: str) -> None:
        self._settings, self._who = settings, who
        self._connection: AIOKafkaConnection | None = None

    async def describe(self, names: list[str]) -> Cluster:
        """Ask who answered last, or else the first of the bootstrap servers that answers.

        Raises KafkaError or OSError when none does within 5 s (socket.gaierror: there is no such host), ValueError for
        what cannot be an address, and BadSettings.
        """
        if self._connection:
            with suppress(KafkaError, TimeoutError, OSError):
                return await self._ask(self._connection, names)
        options = connection_options(self._settings, self._who)
        fault: Exception = ValueError("no bootstrap server is named")
        for server in self._settings.kafka_bootstrap_servers.split(","):
            host, port = address(server)
            try:
                return await self._ask(_connection(host, port, options), names)
            except (KafkaError, TimeoutError, OSError) as error:
                fault = error
        if isinstance(fault, TimeoutError):
            raise KafkaConnectionError(f"no answer within {ANSWER_SECONDS:.0f} seconds") from fault
        raise fault

    async def _ask(self, connection: AIOKafkaConnection, names: list[str]) -> Cluster:
        """The connection is kept if it answers, and closed if not."""
        self._connection = None
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                if not connection.connected():
                    await connection.connect()
                answer = cast("_Answer", await cast(Any, connection).send(_Metadata(names))).to_object()
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        return _cluster(answer)

    def close(self) -> None:
        """Whoever asks on gets a new connection."""
        connection, self._connection = self._connection, None
        if connection:
            connection.close()


def address(server: str) -> tuple[str, int]:
    """Host and port. Raises ValueError."""
    host, _, port = server.strip().rpartition(":")
    if not host or not port.isdigit():
        raise ValueError(f"{server!r} is not a host and a port")
    return host.strip("[]"), int(port)


class OtherCluster(Exception):
    """What answers is not the Kafka that this database belongs to."""


class ClusterGuard:
    """Sees to it that a client still speaks to the cluster it was opened to: asked anew when it has connected anew.

    A broker that is swapped under the same address is met by a new connection, never by an old one.
    """

    def __init__(self, settings: Settings, who: str, cluster: str) -> None:
        self._settings, self._who, self._cluster = settings, who, cluster
        self._trusted: list[Any] = []

    async def check(self, client: Any) -> None:
        """`client`: the aiokafka client of a producer or consumer. Raises OtherCluster, or KafkaError or OSError."""
        connections = list(client._conns.values())
        if connections == self._trusted:
            return
        found = (await describe(self._settings, self._who, [])).id
        if found != self._cluster:
            raise OtherCluster(f"this is Kafka cluster {found}, not {self._cluster}")
        self._trusted = connections


def in_words(error: Exception, settings: Settings, who: str) -> str:
    """What is the matter with Kafka for this service or ADMIN, for health, logs and operators; never a password."""
    bootstrap = settings.kafka_bootstrap_servers
    match error:
        case gaierror():
            return f"there is no host of the name in {bootstrap}"
        case SaslAuthenticationFailed():
            name = "PLN_KAFKA_PASSWORD" if who == ADMIN else f"PLN_KAFKA_PASSWORD_{who.upper()}"
            asked = "" if who == ADMIN else ", or `python -m services prepare` has not made this user yet"
            return f"{bootstrap} does not take the password of its user {user_of(settings, who)} ({name}){asked}"
        case UnsupportedSaslMechanismError() | IllegalSaslStateError():
            return f"{bootstrap} does not take logins as PLN_KAFKA_SECURITY={settings.kafka_security} makes them"
        case ssl.SSLCertVerificationError():
            return f"the certificate of {bootstrap} is not to be trusted (PLN_KAFKA_CA): {error.verify_message}"
        case ssl.SSLError():
            return f"{bootstrap} does not speak TLS with us: {error.reason}"
        case ValueError() | BadSettings():
            return str(error)
        case _:
            return f"no answer from {bootstrap}"


def _connection(host: str, port: int, options: dict[str, Any]) -> AIOKafkaConnection:
    timeout_ms = int(ANSWER_SECONDS * 1000)
    return AIOKafkaConnection(host, port, client_id="pln", request_timeout_ms=timeout_ms, **options)


def _cluster(answer: dict[str, Any]) -> Cluster:
    there = {topic["name"]: topic for topic in answer["topics"] if topic["error_code"] == 0}
    hidden = [topic["name"] for topic in answer["topics"] if topic["error_code"] == _FORBIDDEN]
    return Cluster(str(answer["cluster_id"]), {name: _topic(topic) for name, topic in there.items()}, hidden)


def _topic(answer: dict[str, Any]) -> Topic:
    may: int = answer["operations"]
    return Topic(answer["topic_id"], len(answer["partitions"]), bool(may & _READ), bool(may & _WRITE))


# aiokafka speaks version 5 of this request, which has no topic ids; they are in it since Kafka 2.8 (version 11).


class _Uuid(AbstractType[UUID]):
    @classmethod
    def encode(cls, value: UUID) -> bytes:
        return value.bytes

    @classmethod
    def decode(cls, data: BytesIO) -> UUID:
        return UUID(bytes=data.read(16))

    @classmethod
    def repr(cls, value: UUID) -> str:
        return str(value)


class _Answer(Response):
    API_KEY = 3  # pyright: ignore[reportIncompatibleMethodOverride, reportAssignmentType]
    API_VERSION = 11  # pyright: ignore[reportIncompatibleMethodOverride, reportAssignmentType]
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "brokers",
            CompactArray(("node", Int32), ("host", _TEXT), ("port", Int32), ("rack", _TEXT), ("tags", TaggedFields)),
        ),
        ("cluster_id", _TEXT),
        ("controller_id", Int32),
        (
            "topics",
            CompactArray(
                ("error_code", Int16),
                ("name", _TEXT),
                ("topic_id", _Uuid),
                ("is_internal", Boolean),
                (
                    "partitions",
                    CompactArray(
                        ("error_code", Int16),
                        ("partition", Int32),
                        ("leader", Int32),
                        ("leader_epoch", Int32),
                        ("replicas", CompactArray(Int32)),
                        ("in_sync", CompactArray(Int32)),
                        ("offline", CompactArray(Int32)),
                        ("tags", TaggedFields),
                    ),
                ),
                ("operations", Int32),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class _Question(RequestStruct):
    FLEXIBLE_VERSION: ClassVar[bool] = True
    API_KEY = 3
    API_VERSION = 11
    RESPONSE_TYPE = _Answer
    SCHEMA = Schema(
        ("topics", CompactArray(("topic_id", _Uuid), ("name", _TEXT), ("tags", TaggedFields))),
        ("allow_auto_topic_creation", Boolean),
        ("include_operations", Boolean),
        ("tags", TaggedFields),
    )


class _Metadata(Request[_Question]):
    API_KEY = 3

    def __init__(self, names: list[str]) -> None:
        self._names = names

    def build(self, request_struct_class: type[_Question]) -> _Question:
        return request_struct_class([(UUID(int=0), name, {}) for name in self._names], False, True, {})
