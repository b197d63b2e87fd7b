"""How the network logs: JSON lines, of which no field that is not on the list says anything; of a person nothing.

Names are those of OpenTelemetry's semantic conventions where there is one. What libraries log goes the same way, once
in a while at most; of an exception its kind and its places in the code are said, never its words, which hold values.
"""

import logging
import re
import sys
import time
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any, cast

import structlog

Fields = MutableMapping[str, Any]

_ALLOWED = frozenset(
    [
        "event",
        "event.name",
        "level",
        "logger",
        "timestamp",
        "service",
        "message",
        "correlation_id",
        "trace_id",
        "span_id",
        "parent_id",
        "event_id",
        "reaction",
        "job",
        "topic",
        "partition",
        "offset",
        "group",
        "error",
        "wait_s",
        "tries",
        "id",
        "method",
        "route",
        "status",
        "duration_s",
        "happened_at",
        "exception.type",
        "exception.stacktrace",
        "http.response.status_code",
        "http.route",
        "user.id",
        "pln.subject.id",
        "pln.organisation.id",
        "pln.what",
        "pln.count",
        "port",
        "name",
        "count",
        "state",
        "version",
        "pid",
    ]
)
_CONVENTIONAL = {
    "service": "service.name",
    "method": "http.request.method",
    "route": "http.route",
    "status": "http.response.status_code",
    "topic": "messaging.destination.name",
    "partition": "messaging.destination.partition.id",
    "offset": "messaging.kafka.offset",
    "group": "messaging.consumer.group.name",
    "pid": "process.pid",
    "port": "server.port",
}
"""Our words → those of OpenTelemetry. `service` is still said by its old name too, for one edition."""
_TRACE = ("trace_id", "span_id", "parent_id")
_AS_IT_IS = ("timestamp", "correlation_id", "id", "event_id", "happened_at", "exception.stacktrace", *_TRACE)
_IDS = ("user.id", "pln.subject.id", "pln.organisation.id")
_PRIVATE = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+|\b\d{2}-?\d{2}-?\d{2}\b|\b\d{8}\b|\b\d{3} ?\d{3} ?\d{4}\b")
_VALUE = re.compile(r": [\"'].*")
"""What PostgreSQL and others put behind what is wrong with it."""
_MOST_PLACES = 30
_ROOT = Path(__file__).parents[3]
_SAID = "_said_in_the_log"
SEVERAL = "network"
"""The service of a line of a process that has several, where none of them is known."""


def _redact(_: Any, __: str, fields: Fields) -> Fields:
    """Keys that are not on the list lose their value; what looks like an address or an account loses itself."""
    for key, value in fields.items():
        if key.startswith("_"):  # structlog's own, gone before the line is written
            continue
        if key not in _ALLOWED:
            fields[key] = "[redacted]"
        elif key == "error":
            fields[key] = _PRIVATE.sub("[redacted]", _VALUE.sub(": [redacted]", _first_line(value)))
        elif isinstance(value, str) and key not in _AS_IT_IS and key not in _IDS:
            fields[key] = _PRIVATE.sub("[redacted]", value)
    return fields


def _first_line(text: object) -> str:
    """What is wrong; with what value stands in the lines under it (DETAIL of PostgreSQL, input of pydantic)."""
    return str(text).partition("\n")[0].partition("\\n")[0]


def _of_a_library(_: Any, __: str, fields: Fields) -> Fields:
    """Only the first line of what others log: the next ones hold tracebacks and what was being worked on."""
    fields["event"] = _first_line(fields["event"])
    return fields


def _by_convention(_: Any, __: str, fields: Fields) -> Fields:
    named = {_CONVENTIONAL.get(key, key): value for key, value in fields.items()}
    if "service.name" in named:
        named["service"] = named["service.name"]
    return named


def _exceptions(_: Any, __: str, fields: Fields) -> Fields:
    """An exception that is logged with its traceback."""
    info: Any = fields.pop("exc_info", None)
    error: Any = info
    if info is True or isinstance(info, tuple):
        error = sys.exc_info()[1] if info is True else cast("tuple[Any, ...]", info)[1]
    if isinstance(error, BaseException):
        fields.update(of_exception(error))
    return fields


def of_exception(error: BaseException) -> dict[str, str]:
    """What may be said of an exception: its kind, that of its causes, and where it was raised; never its words."""
    kinds, places, link = list[str](), list[str](), error
    while link is not None and len(kinds) < 5:
        kinds.append(f"{type(link).__module__}.{type(link).__qualname__}".removeprefix("builtins."))
        places += _places(link.__traceback__)
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return {"exception.type": " from ".join(kinds), "exception.stacktrace": "\n".join(places[-_MOST_PLACES:])}


def _places(trace: TracebackType | None) -> list[str]:
    found = traceback.extract_tb(trace)
    return [f"{frame.filename.removeprefix(f'{_ROOT}/')}:{frame.lineno} {frame.name}" for frame in found]


def said(error: BaseException) -> None:
    """The exception has been logged; whoever meets it on its way out need not log it again."""
    setattr(error, _SAID, True)


def start(service: str = SEVERAL) -> None:
    """JSON lines on standard output; the libraries' chatter only from WARNING up, once in a while at most.

    `service`: of every line that does not say it itself.
    """

    def of_service(_: Any, __: str, fields: Fields) -> Fields:
        fields.setdefault("service", service)
        return fields

    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        of_service,
        _exceptions,
        _redact,
        _by_convention,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.EventRenamer("message"),
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.addFilter(_SeldomTheSame())  # a logger's own filter would not see what its children log
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, _of_a_library, *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("aiokafka").setLevel(logging.ERROR)


class _SeldomTheSame(logging.Filter):
    """The same message at most once a minute: a broker that is away fills no disk. What was said already, not again."""

    def __init__(self) -> None:
        super().__init__()
        self._last: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and getattr(record.exc_info[1], _SAID, False):
            return False
        now, key = time.monotonic(), f"{record.name} {record.msg}"
        if now - self._last.get(key, -60.0) < 60.0:
            return False
        self._last[key] = now
        return True
