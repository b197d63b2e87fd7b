"""What payments measures. Base units; no ids in labels; nothing of a person."""

from prometheus_client import Histogram

PAID_DAYS = Histogram(
    "pln_claim_paid_days",
    "Whole days from the earliest session of a payment to the payment run",
    buckets=(1, 3, 7, 14, 21, 28, 42, 56, 84, 168),
)
