"""The words for training's codes, as people read them."""

from schemas.words import MODE
from services.chassis.words import hours

__all__ = ["MODE", "hours"]
