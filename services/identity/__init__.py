"""The front desk: organisations, accounts, who may act for whom, and sign-in."""

from services.chassis.base.card import Card

CARD = Card(
    name="identity",
    title="Front desk",
    owns="organisations, accounts, staff memberships and roles, sign-in",
    paths=(
        "/sign-in",
        "/sign-out",
        "/organisations",
        "/developers",
        "/ops",
        "/about",
        "/robots.txt",
        "/.well-known",
    ),
)
