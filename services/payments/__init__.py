"""Payments: rate cards, claims, approvals, the double-entry ledger, payment runs and their payroll files."""

from services.chassis.base.card import Card

CARD = Card(
    name="payments",
    title="Claims and payments",
    owns="rate cards, claims, approvals, payee details, the ledger, payment runs and their files",
    paths=("/claims", "/payments"),
)
