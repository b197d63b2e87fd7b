"""Matching: the front page, opportunities, the common feed, standing wishes, what fits whom, who is told."""

from services.chassis.base.card import Card

CARD = Card(
    name="matching",
    title="Opportunities and matches",
    owns="opportunities, the common feed, ways in, what people want to hear of, what fits whom and who is told",
    paths=("/", "/opportunities", "/involved", "/matches", "/feeds", "/sitemap.xml"),
)
