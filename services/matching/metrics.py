"""What matching measures. No ids in labels."""

from prometheus_client import Counter, Gauge, Histogram

ASKED = Counter("pln_asked_total", "What organisations asked others to draft, and what came of it", ["what"])
for _what in ("asked", "posted", "declined", "taken_back"):
    ASKED.labels(_what)
_DAY = 86400
ASKED_TO_POSTED = Histogram(
    "pln_asked_to_posted_seconds",
    "From asking to the role on the feed",
    buckets=[_DAY / 4, _DAY, 2 * _DAY, 3 * _DAY, 5 * _DAY, 7 * _DAY, 14 * _DAY, 28 * _DAY],
)
ASKED_WAITING = Gauge(
    "pln_asked_waiting", "What was asked for and has no end yet, by the kind of its organisation", ["kind"]
)
ASKED_LATE = Gauge("pln_asked_late", "What was asked for and was to be drafted before now")
ASKED_OLDEST = Gauge("pln_asked_oldest_age_seconds", "For how long the oldest of it has waited for its draft")
