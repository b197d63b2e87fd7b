"""Notifications: how to reach a person, messages to people, and everyone's home page."""

from services.chassis.base.card import Card

CARD = Card(
    name="notifications",
    title="Messages and home pages",
    owns="how to reach a person, messages by e-mail, phone and post, what is new and what waits for you",
    paths=("/home", "/messages"),
)
