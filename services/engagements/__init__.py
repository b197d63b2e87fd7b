"""Engagements: interest, offers, places, sessions and attendance, and what changed because of it."""

from services.chassis.base.card import Card

CARD = Card(
    name="engagements",
    title="Interest, places and what changed",
    owns="interest, offers, places, sessions and attendance, what people need there, what changed",
    paths=("/engagements", "/impact"),
)
