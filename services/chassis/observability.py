"""What the chassis measures and how it logs. Base units; no ids in labels; of a person nothing at all."""

import logging
import re
import sys
import time
from collections.abc import Generator, MutableMapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import structlog
from prometheus_client import Counter, Gauge, Histogram

_QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_AGES = (0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5, 15, 60, 300, 3600, 86400)

HTTP_SECONDS = Histogram(
    "pln_http_request_duration_seconds",
    "From the request's first byte to the answer's last",
    ["service", "method", "route", "status_class"],
    buckets=_QUICK,
)
REACTION_SECONDS = Histogram(
    "pln_reaction_duration_seconds", "One reaction, with its transaction", ["service", "reaction"], buckets=_QUICK
)
REACTIONS_FAILED = Counter("pln_reactions_failed_total", "Tries of a reaction that failed", ["service", "reaction"])
EVENT_AGE = Histogram(
    "pln_event_age_seconds", "From an event's happening to its being heard", ["service", "topic"], buckets=_AGES
)
RECORDS_PARKED = Counter("pln_records_parked_total", "Records that could not be read", ["service", "topic"])
PUBLISHED = Counter("pln_outbox_published_total", "Events acknowledged by Kafka", ["service"])
JOB_SECONDS = Histogram("pln_job_duration_seconds", "One run of a job", ["service", "job"])
JOBS_FAILED = Counter("pln_jobs_failed_total", "Runs of a job that failed", ["service", "job"])

SUBSCRIBER_SILENT = Counter(
    "pln_subscriber_revived_total", "Times that consuming had ended silently and was started again", ["service"]
)

OUTBOX_OLDEST = Gauge("pln_outbox_oldest_unpublished_age_seconds", "Age of the oldest unpublished event", ["service"])
OUTBOX_ROWS = Gauge("pln_outbox_unpublished_rows", "Events not yet published", ["service"])
DUE_OLDEST = Gauge("pln_due_oldest_age_seconds", "How long the oldest due reaction has been due", ["service"])
DUE_FAILING = Gauge("pln_reactions_failing", "Reactions that failed and will be tried again", ["service"])
PARKED_ROWS = Gauge("pln_parked_rows", "Records that wait for an operator", ["service"])
CONSUMER_LAG = Gauge("pln_kafka_consumer_lag_records", "Records not yet heard", ["service", "topic"])
CONSUMER_BEHIND = Gauge(
    "pln_kafka_consumer_behind_seconds", "How long the oldest record not yet heard waits", ["service", "topic"]
)
READY = Gauge("pln_ready", "1 when the service can work, 0 when it cannot: /health/ready says why", ["service"])
JOB_LATE = Gauge("pln_job_late_seconds", "For how long a job should have begun again", ["service", "job"])
JOB_FAILED = Gauge("pln_job_failed", "1 when the last run of a job failed", ["service", "job"])
OLDEST_WAITING = Gauge(
    "pln_oldest_waiting_age_seconds", "How long somebody has waited longest, by what for", ["service", "what"]
)
POOL_CONNECTIONS = Gauge("pln_db_pool_connections", "Connections of the pool", ["service", "state"])


@contextmanager
def reaction_timed(service: str, reaction: str) -> Generator[None]:
    with REACTION_SECONDS.labels(service, reaction).time():
        yield


@contextmanager
def job_timed(service: str, job: str) -> Generator[None]:
    with JOB_SECONDS.labels(service, job).time():
        yield


def reaction_failed(service: str, reaction: str) -> None:
    REACTIONS_FAILED.labels(service, reaction).inc()


def job_failed(service: str, job: str) -> None:
    JOBS_FAILED.labels(service, job).inc()


def event_heard(service: str, topic: str, happened_at: datetime) -> None:
    EVENT_AGE.labels(service, topic).observe(max(0.0, (datetime.now(UTC) - happened_at).total_seconds()))


def record_parked(service: str, topic: str) -> None:
    RECORDS_PARKED.labels(service, topic).inc()


def subscriber_silent(service: str) -> None:
    SUBSCRIBER_SILENT.labels(service).inc()


def published(service: str, count: int) -> None:
    PUBLISHED.labels(service).inc(count)


def request_answered(service: str, method: str, route: str, status: int, since: float) -> None:
    HTTP_SECONDS.labels(service, method, route, f"{status // 100}xx").observe(time.perf_counter() - since)


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


def start_logging() -> None:
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
