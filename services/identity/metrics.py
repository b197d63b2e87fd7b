"""What the front desk measures of people. What it sends is the chassis' (pln_outgoing_total)."""

from prometheus_client import Counter

STARTED = Counter("pln_people_started_total", "People who began to join with a name, without an e-mail address")
