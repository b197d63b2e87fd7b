"""Something that waits for staff and that no other state says: one in each room, on a topic of its own.

It comes about and ends by itself, from what is so in the room (`services/chassis/work/to_do.py`).
"""

from uuid import UUID

from pydantic import Field

from schemas.event import State


class ToDo(State):
    """What waits is `waiting`; empty: it is done, or over. `waiting.about` is the id of what it is about, no more."""

    not_for: tuple[UUID, ...] = Field(default=(), description="accounts for which it is not, whatever their role")
