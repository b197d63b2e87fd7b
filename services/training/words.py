"""The words for training's codes, as people read them."""

from schemas.words import MODE
from services.chassis.base.wording import hours

__all__ = ["MODE", "hours"]
