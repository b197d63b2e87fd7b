"""Whether an opportunity fits a person, and why. It never reads equality-monitoring data: none reaches this service."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from schemas.matching import Opportunity
from schemas.recruitment import RUNGS, Leader, Profile
from schemas.training import Credential

NOT_USED = (
    "your age, sex, gender, ethnicity, religion, sexual orientation or any other answer to equality questions",
    "your name, where you live, and how we reach you",
    "how often you were asked before",
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
class Person:
    """What matching knows of a person."""

    leader: Leader
    profile: Profile | None
    subscription: Subscription
    credentials: tuple[Credential, ...] = ()


@dataclass(frozen=True)
class Fit:
    """Reasons for a match as codes, or what is missing; one of the two is empty."""

    reasons: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def fits(self) -> bool:
        return not self.missing


def fit(opportunity: Opportunity, person: Person, *, on: date) -> Fit:
    """Compare one opportunity with one person as of a day."""
    rules = (_open, _in_pool, _asked_for, _rung, _trained, _access, _lived_experience)
    outcomes = [rule(opportunity, person, on) for rule in rules]
    missing = tuple(code for fits, codes in outcomes if not fits for code in codes)
    if missing:
        return Fit(missing=missing)
    return Fit(reasons=tuple(code for _, codes in outcomes for code in codes))


Outcome = tuple[bool, Sequence[str]]


def _open(opportunity: Opportunity, person: Person, on: date) -> Outcome:
    return (True, ()) if opportunity.closed_at is None else (False, ("closed",))


def _in_pool(opportunity: Opportunity, person: Person, on: date) -> Outcome:
    return (True, ("in_pool",)) if person.leader.status == "approved" else (False, ("not_in_pool",))


def _asked_for(opportunity: Opportunity, person: Person, on: date) -> Outcome:
    asked = person.subscription
    if not asked.active:
        return False, ("not_subscribed",)
    if asked.strands and opportunity.strand not in asked.strands:
        return False, ("other_strand",)
    if asked.modes and opportunity.mode not in asked.modes:
        return False, ("other_mode",)
    if asked.paid_only and opportunity.pay is None and opportunity.job is None:
        return False, ("unpaid",)
    reasons = [f"strand:{opportunity.strand}"] if asked.strands else []
    reasons += [f"mode:{opportunity.mode}"] if asked.modes else []
    return True, reasons + (["paid"] if asked.paid_only else [])


def _rung(opportunity: Opportunity, person: Person, on: date) -> Outcome:
    """The kind of role hides it from nobody: how it stands to what somebody has done is only said."""
    steps = _height(opportunity.rung) - _height(person.leader.rung)
    return True, ("further_up",) if steps > 1 else ("next_rung",) if steps == 1 else ("rung",)


def _height(rung: str) -> int:
    return RUNGS.index(rung) if rung in RUNGS else 0


def _trained(opportunity: Opportunity, person: Person, on: date) -> Outcome:
    good = {c.credential for c in person.credentials if c.expires_on is None or c.expires_on >= on}
    lacking = [f"training:{code}" for code in opportunity.training if code not in good]
    return (False, lacking) if lacking else (True, [f"training:{code}" for code in opportunity.training])


def _access(opportunity: Opportunity, person: Person, on: date) -> Outcome:
    """A job hides from nobody by what they need: whoever employs somebody sees to that (Equality Act 2010)."""
    if opportunity.job:
        return True, ()
    needs = person.profile.access_needs if person.profile else ()
    unmet = [f"access:{need}" for need in needs if need not in opportunity.access]
    return (False, unmet) if unmet else (True, [f"access:{need}" for need in needs])


def _lived_experience(opportunity: Opportunity, person: Person, on: date) -> Outcome:
    if not opportunity.lived_experience:
        return True, ()
    have = set(person.profile.lived_experience if person.profile else ())
    shared = [f"lived:{area}" for area in opportunity.lived_experience if area in have]
    return (True, shared) if shared else (False, ("lived_experience",))
