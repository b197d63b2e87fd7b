"""What recruitment measures besides since when the oldest of each kind waits (store/waiting.py)."""

from prometheus_client import Counter, Gauge

DUPLICATES = Counter(
    "pln_duplicates_total", "Pairs who may be one person that were found, and what came of them", ["what"]
)
for _what in ("found", "two_people", "closed", "undone"):
    DUPLICATES.labels(_what)
AGREEING = Counter(
    "pln_agreements_total", "People who were asked to agree to a new edition, and who then said yes to all", ["what"]
)
for _what in ("asked", "agreed"):
    AGREEING.labels(_what)
LISTED = Gauge("pln_people_listed", "People on lists that organisations brought in, who have not answered")
ANSWERED = Counter("pln_listed_answers_total", "What became of people on lists: yes, no, silent, undone", ["said"])
