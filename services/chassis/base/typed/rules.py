"""Rules of the domain that need only what was typed and the clock: said with all else that is wrong, in one round.

A model asks a rule in the validator of the field that the rule is about (`judged`), so it is asked of right answers
only, and what it refuses stands beside what is badly typed elsewhere. The command asks it again, and that one counts.
What needs the database is a second round: nothing is looked up for answers that cannot be read.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from services.chassis.base.refusals import Refused
from services.chassis.base.typed.wrong import Wrong

T = TypeVar("T")


@dataclass(frozen=True)
class Clock:
    """What the clock of the room shows, and which day that is in London."""

    now: datetime
    today: date


_clock: ContextVar[Clock | None] = ContextVar("clock", default=None)


class Broken(Wrong):
    """A rule of the domain refused a field's answer. `refusal`: how it is answered if nothing else is wrong."""

    def __init__(self, refusal: Refused) -> None:
        super().__init__(refusal.words)
        self.refusal = refusal


@contextmanager
def clock_shows(now: datetime, today: date) -> Generator[None]:
    """While a request is answered. Elsewhere models are not asked what the clock says of them."""
    token = _clock.set(Clock(now, today))
    try:
        yield
    finally:
        _clock.reset(token)


@contextmanager
def not_judged() -> Generator[None]:
    """While something is read again that was typed before: whoever acts on it asks the rules."""
    token = _clock.set(None)
    try:
        yield
    finally:
        _clock.reset(token)


def judged(answer: T, rule: Callable[[T, Clock], object]) -> T:
    """The answer of a field, if the rule takes it. Raises Broken where the rule refuses, with the rule's words."""
    clock = _clock.get()
    if clock is not None:
        try:
            rule(answer, clock)
        except Refused as refusal:
            raise Broken(refusal) from None
    return answer
