"""What matching measures besides since when the oldest of each kind waits. No ids in labels."""

from prometheus_client import Counter

PAYS: tuple[str, ...] = ("paid", "expenses", "job")
POSTED = Counter(
    "pln_opportunities_posted",
    "Opportunities that were posted, by what they pay: a rate, expenses only, or the salary of a job",
    ["pays"],
)
for _pays in PAYS:
    POSTED.labels(_pays)
