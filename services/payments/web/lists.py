"""What the lists of payments say of themselves: what they can be narrowed by, and the columns of their CSV."""

from services.chassis.http.lists import About, Columns, Filter, Search
from services.payments import words
from services.payments.store import claim_lists, rates, runs
from services.payments.store.claim_lists import Listed

MINE = About(claim_lists.MINE, "claim")
_SEARCH = Search("Find somebody", "A part of what they are called, or the reference")
STATES = {"approved": "Approved", "returned": "Sent back", "paid": "Sent to payroll"}
OURS = About(
    claim_lists.IN_STATUS,
    "claim",
    filters=(Filter("state", "Which", STATES, "To approve"),),
    search=_SEARCH,
    has_csv=True,
)
TO_PAY = About(claim_lists.IN_STATUS, "claim", search=_SEARCH, has_csv=True)
CLAIM_COLUMNS: Columns[Listed] = {
    "Called": lambda one: one.called,
    "Reference": lambda one: one.reference,
    "For": lambda one: one.title,
    "Session": lambda one: one.claim.owed.activity_on,
    "Amount (£)": lambda one: one.claim.owed.amount_pence / 100,
    "State": lambda one: words.STATUS_FOR_STAFF.get(one.claim.status, one.claim.status),
    "Sent": lambda one: one.claim.sent_at,
    "Sent to payroll": lambda one: one.claim.paid_at,
    "Payment reference": lambda one: one.payment_reference,
}
TOGETHER = About(claim_lists.TOGETHER, "claim", has_csv=True)
TOGETHER_COLUMNS: Columns[Listed] = {
    **CLAIM_COLUMNS,
    "Why it is listed": lambda one: " ".join(words.together(one.claim.together)),
    "By the network": lambda one: "yes" if one.claim.by_network else "no",
}
FOR_OTHERS = About(claim_lists.FOR_OTHERS, "claim")
RUNS = About(runs.RUNS, "run", cursor="runs_after")
RATES = About(rates.RATE_CARDS, "rate")
