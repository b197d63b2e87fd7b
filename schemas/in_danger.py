"""Whom somebody rings who is in danger now, or cannot wait: before each place where they could write to us instead.

NHS England, "Where to get urgent help for mental health", and Samaritans. The same numbers all over England.
"""

from typing import NamedTuple


class Number(NamedTuple):
    """`when`: after "If"; `who`: whom that number reaches; `how`: what to do after dialling it, where there is more."""

    when: str
    who: str
    number: str
    how: str = ""


IN_DANGER: tuple[Number, ...] = (
    Number("you or somebody else is in danger now", "the emergency services", "999"),
    Number("you need help today, also with your mental health", "NHS 111", "111", "for mental health choose option 2"),
    Number("you need somebody to listen, at any hour", "Samaritans", "116 123"),
)
