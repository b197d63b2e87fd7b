"""What matching measures of postings, and of what becomes of roles afterwards. No ids in labels."""

from prometheus_client import Counter

from schemas.matching import Opportunity
from services.chassis.postgres.transaction import Transaction
from services.matching.domain import practice
from services.matching.domain.beginning import COPY, OWN, PRACTICE

POSTINGS = Counter(
    "pln_postings_total",
    "Roles that were posted, by how their draft began: a template's code, own_template, copy, ask, empty; or api",
    ["began"],
)
for _began in (*practice.templates(), OWN, COPY, "ask", "empty", "api"):
    POSTINGS.labels(_began)
CHANGED = Counter(
    "pln_roles_changed_total",
    "Roles that were changed, called off, closed early or opened again after they were posted, by kind and by pay",
    ["how", "kind", "pay"],
)


def posted(tx: Transaction, begun: str) -> None:
    """`begun`: the code that the draft kept."""
    how, _, more = begun.partition(":")
    tx.count(POSTINGS.labels(more if how == PRACTICE else how or "empty").inc)


def role_changed(how: str, of: Opportunity) -> None:
    CHANGED.labels(how, of.rung, "paid" if of.pay else "expenses_only").inc()
