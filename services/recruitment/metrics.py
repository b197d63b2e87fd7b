"""What recruitment measures of people besides how long they wait."""

from prometheus_client import Counter, Gauge

LISTED = Gauge("pln_people_listed", "People on lists that organisations brought in, who have not answered")
ANSWERED = Counter("pln_listed_answers_total", "What became of people on lists: yes, no, silent, undone", ["said"])
