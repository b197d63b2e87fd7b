"""What matching measures of postings. No words, and no organisation, in a label."""

from prometheus_client import Counter

ADVICE = Counter(
    "pln_posting_advice_total",
    "Advice on a draft, by its kind: taken over by a press, or left as it was when the role was posted",
    ["kind", "outcome"],
)
