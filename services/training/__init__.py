"""Training: programmes, their sessions, who has a place, and who completed what."""

from schemas.training import Credential, Programme
from services.chassis.base.card import Card

CARD = Card(
    name="training",
    title="Training",
    owns="programmes, sessions, enrolments, credentials",
    publishes=(Programme, Credential),
    paths=("/training",),
)
