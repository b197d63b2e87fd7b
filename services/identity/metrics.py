"""What the front desk measures of people. What it sends is the chassis' (pln_outgoing_total)."""

from prometheus_client import Counter

FIRST_ADDRESSES = Counter(
    "pln_first_addresses_total", "People without a way to sign in who may from then on, with a mailbox they proved"
)
STARTED = Counter("pln_people_started_total", "People who began to join with a name, without an e-mail address")
