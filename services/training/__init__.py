"""Training: programmes, their sessions, who has a place, and who completed what."""

from services.chassis.base.card import Card

CARD = Card(
    name="training",
    title="Training",
    owns="programmes, sessions, enrolments, credentials",
    paths=("/training",),
)
