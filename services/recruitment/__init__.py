"""Recruitment: the gateway, applications and their screening, the pool of patient leaders, profiles, the ladder."""

from services.chassis.base.card import Card

CARD = Card(
    name="recruitment",
    title="Joining and the pool",
    owns="applications, screening, the pool, profiles, passports, rungs",
    paths=("/join", "/profile", "/people"),
)
