"""How the network logs: JSON lines, of which no field that is not on the list says anything; of a person nothing."""

import logging
import re
import sys
import time
from collections.abc import MutableMapping
from typing import Any

import structlog

_ALLOWED = frozenset(
    [
        "event",
        "level",
        "timestamp",
        "service",
        "message",
        "correlation_id",
        "trace_id",
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
        "exception",
        "port",
        "name",
        "count",
        "state",
        "version",
        "pid",
    ]
)
_PRIVATE = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+|\b\d{2}-?\d{2}-?\d{2}\b|\b\d{8}\b|\b\d{3} ?\d{3} ?\d{4}\b")


def _redact(_: Any, __: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keys that are not on the list lose their value; what looks like an address or an account loses itself."""
    for key, value in fields.items():
        if key not in _ALLOWED:
            fields[key] = "[redacted]"
        elif isinstance(value, str) and key not in ("timestamp", "correlation_id", "id", "event_id", "happened_at"):
            fields[key] = _PRIVATE.sub("[redacted]", value)
    return fields


def start() -> None:
    """JSON lines on standard output; the libraries' chatter only from WARNING up, once in a while at most."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            _redact,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.EventRenamer("message"),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(
        level=logging.WARNING, format='{"level": "%(levelname)s", "logger": "%(name)s", "message": "%(message)s"}'
    )
    for handler in logging.getLogger().handlers:  # a logger's own filter would not see what its children log
        handler.addFilter(_SeldomTheSame())
    logging.getLogger("aiokafka").setLevel(logging.ERROR)


class _SeldomTheSame(logging.Filter):
    """The same message at most once a minute: a broker that is away fills no disk."""

    def __init__(self) -> None:
        super().__init__()
        self._last: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        now, key = time.monotonic(), f"{record.name} {record.msg}"
        if now - self._last.get(key, -60.0) < 60.0:
            return False
        self._last[key] = now
        return True
