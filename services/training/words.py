"""The words for training's codes, as people read them."""

from schemas.words import MODE

__all__ = ["MODE", "hours"]


def hours(number: float) -> str:
    """A length: "1 hour", "2.5 hours"."""
    return f"{number:g} hour{'' if number == 1 else 's'}"
