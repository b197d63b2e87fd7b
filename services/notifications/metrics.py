"""What notifications measures."""

from prometheus_client import Counter, Gauge

from schemas.notifications import CHANNELS

SENT = Counter("pln_messages_sent_total", "Messages that left the queue, and tries that failed", ["channel", "outcome"])
OLDEST_QUEUED = Gauge("pln_message_oldest_queued_age_seconds", "Age of the oldest e-mail that is not sent yet")
OUTCOMES = ("sent", "retried", "failed", "stale")

for _channel in CHANNELS:
    for _outcome in OUTCOMES:
        SENT.labels(_channel, _outcome)


def counted(channel: str, outcome: str) -> None:
    SENT.labels(channel, outcome).inc()
