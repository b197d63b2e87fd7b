"""The words of the front page's story: what an organisation told, and the numbers that its role said in public."""

from services.chassis.base.wording import many
from services.matching import words
from services.matching.store.front import Story

MOST_LETTERS = 320
"""So much of it stands on the front page; the whole is one link away."""


def beginning(text: str) -> str:
    """The first sentences of it that fit; of one that is too long its first words, with "…"."""
    one_line = " ".join(text.split())
    if len(one_line) <= MOST_LETTERS:
        return one_line
    shown = one_line[:MOST_LETTERS]
    end = max(shown.rfind(mark) for mark in (". ", "! ", "? "))
    return shown[: end + 1] if end > 0 else shown.rpartition(" ")[0] + "…" if " " in shown else shown + "…"


def numbers(story: Story) -> str:
    """ "2 places. 6 meetings. £75 for each meeting." """
    of = story.opportunity
    held = len(of.takes_place)
    said = [many(of.places, "place"), many(held, "meeting") if held else "", words.pay(of)]
    return " ".join(f"{one.rstrip('.')}." for one in said if one)
