"""Payments: rate cards, claims, approvals, the double-entry ledger, payment runs and their payroll files."""

from schemas.payments import Claim, Payment, RateCard
from services.chassis.base.card import Card

CARD = Card(
    name="payments",
    title="Claims and payments",
    owns="rate cards, claims, approvals, payee details, the ledger, payment runs and their files",
    publishes=(RateCard, Claim, Payment),
    paths=("/claims", "/payments"),
)
