"""What the chassis measures. Base units; no ids in labels; of a person nothing at all."""

import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime

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
    "pln_event_age_seconds", "From an event's happening to its being received", ["service", "topic"], buckets=_AGES
)
RECORDS_PARKED = Counter("pln_records_parked_total", "Records that could not be read", ["service", "topic"])
PUBLISHED = Counter("pln_outbox_published_total", "Events acknowledged by Kafka", ["service"])
JOB_SECONDS = Histogram("pln_job_duration_seconds", "One run of a job", ["service", "job"])
JOBS_FAILED = Counter("pln_jobs_failed_total", "Runs of a job that failed", ["service", "job"])

SUBSCRIBER_REVIVED = Counter(
    "pln_subscriber_revived_total", "Times that consuming had ended silently and was started again", ["service"]
)

OUTBOX_OLDEST = Gauge("pln_outbox_oldest_unpublished_age_seconds", "Age of the oldest unpublished event", ["service"])
OUTBOX_ROWS = Gauge("pln_outbox_unpublished_rows", "Events not yet published", ["service"])
DUE_OLDEST = Gauge("pln_due_oldest_age_seconds", "How long the oldest due reaction has been due", ["service"])
DUE_FAILING = Gauge("pln_reactions_failing", "Reactions that failed and will be tried again", ["service"])
TIMER_LATE = Gauge("pln_timer_oldest_late_seconds", "How long the oldest timer is past its time", ["service"])
TIMERS = Gauge("pln_timers", "Timers that wait for their time", ["service"])
PARKED_ROWS = Gauge("pln_parked_rows", "Records that wait for an operator", ["service"])
CONSUMER_LAG = Gauge("pln_kafka_consumer_lag_records", "Records not yet received", ["service", "topic"])
CONSUMER_BEHIND = Gauge(
    "pln_kafka_consumer_behind_seconds", "How long the oldest record not yet received waits", ["service", "topic"]
)
TOO_OFTEN = Counter(
    "pln_requests_too_often_total", "Requests refused by a limit, and whose limit it was", ["service", "limit", "scope"]
)

READY = Gauge("pln_ready", "1 when the service can work, 0 when it cannot: /health/ready says why", ["service"])
JOB_LATE = Gauge("pln_job_late_seconds", "For how long a job should have begun again", ["service", "job"])
JOB_FAILED = Gauge("pln_job_failed", "1 when the last run of a job failed", ["service", "job"])
OLDEST_WAITING = Gauge(
    "pln_oldest_waiting_age_seconds", "How long somebody has waited longest, by what for", ["service", "what"]
)
OUTGOING = Counter("pln_outgoing_total", "Tries to send what leaves the network", ["service", "what", "outcome"])
OUTGOING_ROWS = Gauge(
    "pln_outgoing_rows",
    "What leaves the network: due, refused for now (later), given up and still shown",
    ["service", "what", "state"],
)
OUTGOING_REFUSED = Gauge(
    "pln_outgoing_refused_seconds", "For how long everything that should leave was refused", ["service", "what"]
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


def event_received(service: str, topic: str, happened_at: datetime) -> None:
    EVENT_AGE.labels(service, topic).observe(max(0.0, (datetime.now(UTC) - happened_at).total_seconds()))


def record_parked(service: str, topic: str) -> None:
    RECORDS_PARKED.labels(service, topic).inc()


def subscriber_revived(service: str) -> None:
    SUBSCRIBER_REVIVED.labels(service).inc()


def published(service: str, count: int) -> None:
    PUBLISHED.labels(service).inc(count)


def too_often(service: str, limit: str, scope: str) -> None:
    """`scope`: visitor, address or everybody."""
    TOO_OFTEN.labels(service, limit, scope).inc()


def request_answered(service: str, method: str, route: str, status: int, since: float) -> None:
    HTTP_SECONDS.labels(service, method, route, f"{status // 100}xx").observe(time.perf_counter() - since)


OUTCOMES = ("sent", "later", "given_up", "stale", "refuses_all")


def outgoing_begins(service: str, what: str) -> None:
    """Each outcome is there from zero on: of a counter that begins above it an alert sees no increase."""
    for outcome in OUTCOMES:
        OUTGOING.labels(service, what, outcome)


def outgoing(service: str, what: str, outcome: str) -> None:
    """`outcome`: one of OUTCOMES."""
    OUTGOING.labels(service, what, outcome).inc()
