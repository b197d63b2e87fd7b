"""What notifications measures. Tries to send are the chassis' (pln_outgoing_total)."""

from prometheus_client import Counter

from schemas.notifications import CHANNELS

SENT = Counter("pln_messages_sent_total", "Messages that left the queue", ["channel", "outcome"])
OUTCOMES = ("sent", "failed", "stale")

for _channel in CHANNELS:
    for _outcome in OUTCOMES:
        SENT.labels(_channel, _outcome)


def counted(channel: str, outcome: str) -> None:
    SENT.labels(channel, outcome).inc()
