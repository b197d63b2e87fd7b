"""Matching: opportunities, the common feed, what people want to hear of, what fits whom, and who is told."""

from services.chassis.base.card import Card

CARD = Card(
    name="matching",
    title="Opportunities and matches",
    owns="opportunities, the common feed, what people want to hear of, what fits whom and who is told",
    paths=("/opportunities", "/matches", "/feeds", "/sitemap.xml"),
)
