"""The words for training's codes, as people read them."""

from schemas.words import ACCESS, FORMAT, MODE, WAY_TO_TALK, in_words
from services.chassis.base.wording import hours

__all__ = ["ACCESS", "FORMAT", "MODE", "WAY_TO_TALK", "hours", "in_words"]
