"""What a person asks for, and what is never looked at. What fits them is said by one rule, in store/rule.py."""

from dataclasses import dataclass, replace
from uuid import UUID

from schemas.recruitment import Profile

NOT_USED = (
    "your age, sex, gender, ethnicity, religion, sexual orientation or any other answer to equality questions",
    "your name, and how we reach you",
    "anything that you wrote to somebody, or that somebody wrote about you",
)
"""What a match never looks at, in words for the person."""


@dataclass(frozen=True)
class Subscription:
    """What a person asked to be told of.

    Kinds of work and modes are asked with their profile: None is what that says. Chosen here, by a program or before
    profiles had them alone, they go before it; an empty tuple means any.
    """

    strands: tuple[str, ...] | None = None
    modes: tuple[str, ...] | None = None
    paid_only: bool = False
    active: bool = True
    most_a_week: int | None = None
    """Of roles that they are told of in seven days; None: as the network has it."""

    @property
    def follows_profile(self) -> bool:
        return self.strands is None and self.modes is None

    def with_profile(self, profile: Profile | None) -> "Subscription":
        """With what the profile says in the place of what was not chosen here."""
        strands, modes = (profile.strands, profile.modes) if profile else ((), ())
        return replace(
            self,
            strands=strands if self.strands is None else self.strands,
            modes=modes if self.modes is None else self.modes,
        )


@dataclass(frozen=True)
class Fit:
    """Reasons for a role as codes, or what is missing. Both, where it fits and the person answered it, is busy then or
    said that it is not for them. `score`: for the order only; `points`: what it is the sum of, by code.
    """

    score: int
    reasons: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    points: tuple[tuple[str, int], ...] = ()

    @property
    def fits(self) -> bool:
        return not self.missing


@dataclass(frozen=True)
class Course:
    """Training that gives a credential. `id`: None where nobody offers it now."""

    title: str
    id: UUID | None
