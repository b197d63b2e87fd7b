"""Two faults of aiokafka (0.14) that would stop a service's reading for good.

**A record's headers can be read whatever bytes their names are**, with `allow_any_header_name`. Kafka takes any bytes
as the name of a header. aiokafka decodes it as UTF-8 while it takes a batch apart, and what it raises then loses the
records before and blocks those behind: one foreign record would stop a partition. Such a batch is taken apart by
aiokafka's own slower reader, which here escapes the name's bytes.

**A connection that was closed a moment ago is one that is lost**, with `know_lost_connections`. uvloop says
RuntimeError where asyncio's own loop says OSError, which is all that aiokafka expects (its issue 1038): its task of
heartbeats ended by it, and never began again.
"""

import struct
from asyncio import Task
from collections.abc import Iterator
from typing import Any, SupportsIndex, cast, overload

from aiokafka import conn
from aiokafka.consumer import fetcher
from aiokafka.errors import KafkaConnectionError, KafkaError
from aiokafka.record import default_records
from aiokafka.record.memory_records import MemoryRecords

_LENGTH = struct.Struct(">i")
_LENGTH_AT, _OVERHEAD = 8, 12
"""Of each batch: an offset (8 bytes), the length of what follows the first 12 bytes, and that."""


def allow_any_header_name() -> None:
    """For every consumer of this process."""
    cast(Any, fetcher).MemoryRecords = Records


def know_lost_connections() -> None:
    """For every client of this process."""
    cast(Any, conn).AIOKafkaConnection.send = _send


_SEND: Any = cast(Any, conn).AIOKafkaConnection.send


def _send(connection: Any, request: Any, expect_response: bool = True) -> Any:
    try:
        return _SEND(connection, request, expect_response)
    except RuntimeError as error:
        if isinstance(error, KafkaError):
            raise
        connection.close(reason=conn.CloseReason.CONNECTION_BROKEN)
        raise KafkaConnectionError(f"connection lost: {error}") from error


def ended(consumer: Any) -> str:
    """Which of a consumer's own tasks has ended, in words, or an empty string. It says what it failed by once a second
    for ever, or nothing, and begins none of them again."""
    coordinator: Any = getattr(consumer, "_coordinator", None)
    coordinating: Task[Any] | None = getattr(coordinator, "_coordination_task", None)
    if coordinating and coordinating.done():
        return "membership of the group has ended"
    beating: Task[Any] | None = getattr(coordinator, "_heartbeat_task", None)
    if beating and beating.done() and not beating.cancelled() and beating.exception():
        return "heartbeats have ended"
    return ""


class Records:
    """Stands where aiokafka's fetcher makes `MemoryRecords` of the bytes that it was sent."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0
        self._records = MemoryRecords(data)

    def next_batch(self) -> "_Batch":
        (length,) = _LENGTH.unpack_from(self._data, self._at + _LENGTH_AT)
        end = self._at + _OVERHEAD + length
        bytes_of_it = memoryview(self._data)[self._at : end]
        self._at = end
        return _Batch(self._records.next_batch(), bytes_of_it)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._records, name)


class _Batch:
    def __init__(self, batch: Any, data: memoryview) -> None:
        self._batch, self._data = batch, data

    def __iter__(self) -> Iterator[Any]:
        """What was given before the fault comes again; the fetcher passes over offsets that it has had."""
        try:
            yield from self._batch
        except UnicodeDecodeError:
            slow = cast(Any, default_records)._DefaultRecordBatchPy(self._data)
            slow._maybe_uncompress()
            slow._buffer = _Escaping(slow._buffer)
            yield from slow

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)


class _Escaping(bytearray):
    """Bytes of which each part can be decoded: what is no text is escaped."""

    @overload
    def __getitem__(self, at: SupportsIndex, /) -> int: ...
    @overload
    def __getitem__(self, at: "slice[Any, Any, Any]", /) -> "_Escaping": ...
    def __getitem__(self, at: Any, /) -> Any:
        part = cast("int | bytearray", super().__getitem__(at))
        return part if isinstance(part, int) else _Escaping(part)

    def decode(self, encoding: str = "utf-8", errors: str = "backslashreplace") -> str:
        return super().decode(encoding, errors)
