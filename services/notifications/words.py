"""The words for notifications' codes, as people read them."""

from schemas.waiting import WORDS


def to_do(code: str) -> str:
    """What is to be done. A code that is newer than our words still has its link."""
    return WORDS.get(code, "Something to do")
