"""What a service is, in five lines: the only thing about a service that others may read."""

from dataclasses import dataclass

from schemas.event import State


@dataclass(frozen=True)
class Card:
    """What it owns, which topics it writes, and which paths are its own. No two services name the same path."""

    name: str
    title: str
    owns: str
    publishes: tuple[type[State], ...]
    paths: tuple[str, ...]
