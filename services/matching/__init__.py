"""Matching: opportunities, the common feed, subscriptions, and matches with their reasons."""

from schemas.matching import Match, Opportunity
from services.chassis.base.card import Card

CARD = Card(
    name="matching",
    title="Opportunities and matches",
    owns="opportunities, the common feed, subscriptions, matches with reasons",
    publishes=(Opportunity, Match),
    paths=("/opportunities", "/matches", "/feeds"),
)
