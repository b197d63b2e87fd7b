"""Matching: opportunities, the common feed, subscriptions, and matches with their reasons."""

from services.chassis.base.card import Card

CARD = Card(
    name="matching",
    title="Opportunities and matches",
    owns="opportunities, the common feed, subscriptions, matches with reasons",
    paths=("/opportunities", "/matches", "/feeds"),
)
