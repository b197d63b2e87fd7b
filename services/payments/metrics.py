"""What payments measures. Base units; no ids in labels; nothing of a person."""

from prometheus_client import Gauge, Histogram

CLAIMS_OPEN = Gauge("pln_claims_open", "Claims that are neither paid, declined nor cancelled", ["status"])
OLDEST_UNPAID = Gauge("pln_claim_oldest_unpaid_age_seconds", "Age of the oldest claim that is not paid yet")
PAID_DAYS = Histogram(
    "pln_claim_paid_days",
    "Whole days from the earliest session of a payment to the payment run",
    buckets=(1, 3, 7, 14, 21, 28, 42, 56, 84, 168),
)
