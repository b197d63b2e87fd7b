"""What a service is, in four lines: the only thing about a service that others may read."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Card:
    """What it owns, in words, and which paths are its own. No two services name the same path."""

    name: str
    title: str
    owns: str
    paths: tuple[str, ...]
