"""Recruitment: the gateway, applications and their screening, the pool of patient leaders, profiles, the ladder."""

from schemas.recruitment import Application, Leader, Profile
from services.chassis.base.card import Card

CARD = Card(
    name="recruitment",
    title="Joining and the pool",
    owns="applications, screening, the pool of patient leaders, profiles, passports, rungs",
    publishes=(Leader, Profile, Application),
    paths=("/join", "/profile", "/people"),
)
