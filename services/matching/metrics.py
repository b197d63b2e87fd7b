"""What matching measures: what becomes of roles after they were posted. No ids in labels."""

from prometheus_client import Counter

from schemas.matching import Opportunity

CHANGED = Counter(
    "pln_roles_changed_total",
    "Roles that were changed, called off, closed early or opened again after they were posted, by kind and by pay",
    ["how", "kind", "pay"],
)


def role_changed(how: str, of: Opportunity) -> None:
    CHANGED.labels(how, of.rung, "paid" if of.pay else "expenses_only").inc()
