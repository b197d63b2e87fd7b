"""What a journey is told in: its steps, the words that people type, and what the network is held to on the way."""

from collections.abc import Callable
from dataclasses import dataclass, field

from services.cli.clients.caller import Caller


@dataclass
class Step:
    """One step: its name, who does it, and what to do."""

    name: str
    who: str
    do: Callable[[], None]
    callers: list[Caller] = field(default_factory=list[Caller])


@dataclass(frozen=True)
class Words:
    """What people type on the way. A test has them type what is harder to show."""

    called: str = "Robin"
    full_name: str = "Robin Example"
    training: str = "Being a partner"
    learned: str = "One hour."
    role: str = "Pain pathway partner"
    summary: str = "Help the team that plans care for long-term pain."
    will_change: str = "The first letter that people get."
    brings_them: str = "I have lived with pain for ten years."
    interest: str = "I know these letters."
    question: str = "Can I join by phone if my picture does not work?"
    answer: str = "Yes. Tell us then, and we ring you."
    changed: str = "The first letter is new"


AS_SHOWN = Words()
"""What the tour shows."""


def must(holds: bool, words: str) -> None:
    """What the network shows is held to what it promises; not an assert, so that `python -O` asks it too."""
    if not holds:
        raise AssertionError(words)
