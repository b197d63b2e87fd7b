"""The words for training's codes, as people read them."""

from datetime import date

from schemas.words import ACCESS, FORMAT, MODE, WAY_TO_TALK, in_words
from services.chassis.base.wording import day, hours

__all__ = ["ACCESS", "FORMAT", "MODE", "WAY_TO_TALK", "held", "hours", "in_words"]


def held(code: str) -> str:
    """A day, a month or a year as it is kept ("2024-03-05", "2024-03", "2024"), in words; "Not known" of none."""
    parts = code.count("-")
    if parts == 1:
        return date.fromisoformat(f"{code}-01").strftime("%B %Y")
    return day(date.fromisoformat(code)) if parts == 2 else code or "Not known"
