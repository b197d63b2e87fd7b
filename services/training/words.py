"""The words for training's codes, as people read them."""

from datetime import date
from uuid import UUID

from schemas import links
from schemas.words import ACCESS, FORMAT, MODE, WAY_TO_TALK, in_words
from services.chassis.base.wording import day, hours, lasts

__all__ = ["ACCESS", "CLASH", "FORMAT", "MODE", "WAY_TO_TALK", "clash_link", "held", "hours", "in_words", "lasts"]

CLASH = {
    "place": "You have a place in",
    "talk": "You agreed to talk about",
    "training": "You booked",
}
"""Before the title of what somebody has at the same time as something else."""


def clash_link(what: str, about: UUID) -> str:
    """Where a person finds what they have at that time."""
    return f"{links.TRAINING}/{about}" if what == "training" else links.MY_ENGAGEMENT.format(id=about)


def held(code: str) -> str:
    """A day, a month or a year as it is kept ("2024-03-05", "2024-03", "2024"), in words; "Not known" of none."""
    parts = code.count("-")
    if parts == 1:
        return date.fromisoformat(f"{code}-01").strftime("%B %Y")
    return day(date.fromisoformat(code)) if parts == 2 else code or "Not known"
