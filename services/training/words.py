"""The words for training's codes, as people read them."""

from schemas.recruitment import MODES

MODE = {"in_person": "In person", "remote": "Online or by phone", "hybrid": "In person or online, you choose"}

assert tuple(MODE) == MODES, f"words and codes differ: {set(MODE) ^ set(MODES)}"


def hours(number: float) -> str:
    """A length: "1 hour", "2.5 hours"."""
    return f"{number:g} hour{'' if number == 1 else 's'}"
