"""Matching: opportunities, the common feed, the front page, ways to get involved, what people want to hear of, what fits whom, and who is told."""

from services.chassis.base.card import Card

CARD = Card(
    name="matching",
    title="Opportunities and matches",
    owns="opportunities, the common feed, ways to get involved, what people want to hear of, what fits whom and who is told",
    paths=("/", "/opportunities", "/involved", "/matches", "/feeds"),
)
