"""Changing a role after it was posted: any part of it, closing it early, opening it again. Pure.

What changes is said with its parts and why (`RoleChange`); an offer keeps the pay with which it was made, and places
that were given are kept by engagements.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from schemas.identity import Organisation
from schemas.matching import (
    MOST_CHANGES,
    Opportunity,
    OpportunityChanged,
    OpportunityClosed,
    OpportunityReopened,
    Pay,
    RoleChange,
)
from schemas.payments import RateCard
from services.chassis.base.choices import Choice, unless
from services.chassis.base.periods import Period, london_day
from services.chassis.base.refusals import Refused
from services.matching.domain import days
from services.matching.domain.job import check_link
from services.matching.domain.length import LongerThanATask, NoPieceOfWork, is_long, outgrows
from services.matching.domain.opportunity import (
    AlreadyClosed,
    AlreadyOver,
    IsAJob,
    NoJob,
    OrganisationClosed,
    is_over,
    pay_by,
    rate_of,
)
from services.matching.domain.places import Allowed, check_places
from services.matching.domain.where import with_its_district

PART_OF: Mapping[str, str] = {
    **dict.fromkeys(("title", "summary", "role_type", "strand", "rung", "purpose", "what_will_change"), "words"),
    **dict.fromkeys(("influence", "cycle_stage", "work", "bring"), "words"),
    **dict.fromkeys(("sessions_planned", "preparation_hours", "time_commitment", "term_until"), "sessions"),
    **dict.fromkeys(("mode", "place", "district", "getting_in"), "place"),
    **dict.fromkeys(("access", "formats", "support"), "access"),
    **dict.fromkeys(("expertise_level", "lived_experience", "languages", "training"), "people"),
    **dict.fromkeys(("steps", "answer_ways"), "people"),
    "places": "places",
    **dict.fromkeys(("pay", "unpaid_why", "status_decision", "job"), "pay"),
    **dict.fromkeys(("expenses", "prepaid_travel"), "expenses"),
    "apply_by": "closing_day",
    "decide_by": "decision_day",
    "feedback_by": "feedback_day",
    **dict.fromkeys(("desk_id", "contact_id", "talks_from_interest"), "who_answers"),
}
"""Every field that can be said anew, and the part of the role that it is, as people are told of it."""
WHO_ANSWERS = "who_answers"
OF_A_JOB = frozenset(
    {
        *("title", "summary", "role_type", "strand", "rung", "what_will_change", "time_commitment", "mode", "place"),
        *("district", "expertise_level", "apply_by", "job", "desk_id", "contact_id", "talks_from_interest"),
    }
)
"""What can be said anew of a job, which has nothing else."""
OPENED_AGAIN, CLOSED_EARLY = "opened_again", "closed_early"
Changed = tuple[Opportunity, OpportunityChanged]


class FewerThanGiven(Refused, slug="fewer-than-given", status=422, field="places"):
    """More places than that are taken or offered already, and they stand. Enter at least as many as those."""


class FewerThanSessions(Refused, slug="fewer-than-sessions", status=422, field="sessions_planned"):
    """More sessions than that have their day already. Enter at least as many, or cancel one first."""


class RateEndsTooEarly(Refused, slug="rate-ends-too-early", status=422, field="pay"):
    """That rate ends before a session of this role. Choose one that is in force on all its days."""


class FirstComeAlone(Refused, slug="first-come-alone", status=422, field="steps"):
    """You said when you posted it what you choose by, so it is not whoever comes first. Take that away."""


class DrawStays(Refused, slug="draw-stays", status=422, field="steps"):
    """Whether places are drawn by lot stays as you posted it: people answered by it. Put that back as it was."""


class ClosedAlready(Refused, slug="closed-already", status=422, field="apply_by"):
    """It has closed, so its last day to show interest stays. Open it again, with a new one."""


class StillOpen(Refused, slug="still-open", title="This role is open", status=409):
    """This role is open. To keep it open for longer, change its last day to show interest."""


def may_say_anew(opportunity: Opportunity, *, now: datetime) -> Choice:
    """Any part of it, until it is over; who answers for it also then."""
    return unless((is_over(opportunity, now), AlreadyOver))


def may_move_feedback(opportunity: Opportunity, *, now: datetime) -> Choice:
    return unless((is_over(opportunity, now), AlreadyOver), (opportunity.job is not None, IsAJob))


def may_close(opportunity: Opportunity, *, now: datetime) -> Choice:
    """A job too, though nobody shows interest in it here: from then on nobody is sent to where people apply."""
    return unless((opportunity.closed_at is not None, AlreadyClosed), (is_over(opportunity, now), AlreadyOver))


def may_reopen(opportunity: Opportunity, *, now: datetime) -> Choice:
    return unless(
        (is_over(opportunity, now), AlreadyOver),
        (opportunity.closed_at is None, StillOpen),
        (opportunity.job is not None, IsAJob),
    )


def change(
    opportunity: Opportunity,
    said: Mapping[str, Any],
    *,
    why: str = "",
    given: int = 0,
    allowed: Allowed | None = None,
    now: datetime,
) -> Changed | None:
    """Say parts of it anew; None where that is what it says. `given`: places that are taken, or held by an offer;
    `allowed`: by policy, where there are to be more.
    """
    said = with_its_district(opportunity, said)
    new = opportunity.with_changes(**said)
    differing = {name for name in said if getattr(new, name) != getattr(opportunity, name)}
    if {PART_OF[name] for name in said} != {WHO_ANSWERS}:
        may_say_anew(opportunity, now=now).must()
    _check_it_has(opportunity, said)
    if not differing:
        return None
    if new.job:
        _check_job(opportunity, new, differing, now=now)
        new = new.with_changes(feedback_by=new.apply_by)
    else:
        _check(opportunity, new, differing, given=given, now=now)
    if allowed and new.places > opportunity.places:
        check_places(new.places, allowed)
    changed = _said(new, parts_of(differing), why, version=opportunity.version + 1, now=now)
    return changed, OpportunityChanged(changed)


def parts_of(fields: Collection[str]) -> tuple[str, ...]:
    """In the order in which a role is read."""
    return tuple(dict.fromkeys(part for name, part in PART_OF.items() if name in fields))


def _said(new: Opportunity, parts: tuple[str, ...], why: str, *, version: int, now: datetime) -> Opportunity:
    """What was changed before stays beside it: whoever hears of the newest state alone hears of each change."""
    said = RoleChange(at=now, parts=parts, why=why)
    return new.with_changes(version=version, changed=said, changed_before=new.changes[1 - MOST_CHANGES :])


def _check_it_has(opportunity: Opportunity, said: Mapping[str, Any]) -> None:
    """Raises IsAJob or NoJob."""
    if opportunity.job is None and said.get("job"):
        raise NoJob
    if opportunity.job and not OF_A_JOB.issuperset(said):
        raise IsAJob


def _check_job(before: Opportunity, new: Opportunity, differing: set[str], *, now: datetime) -> None:
    if "apply_by" in differing:
        _check_closing(before, new, now=now)
    if new.job and "job" in differing:
        check_link(new.job.link)


def _check_closing(before: Opportunity, new: Opportunity, *, now: datetime) -> None:
    if before.closed_at is not None:
        raise ClosedAlready
    days.check_closing(new.apply_by, now=now)


def _check(before: Opportunity, new: Opportunity, differing: set[str], *, given: int, now: datetime) -> None:
    """The rules of a posting that what stands beside it decides. What does not change is not asked again."""
    if "apply_by" in differing:
        _check_closing(before, new, now=now)
    if differing & {"apply_by", "decide_by", "feedback_by"}:
        _check_days(new, now=now)
    if "term_until" in differing:
        starts = [one.starts_at for one in new.takes_place]
        days.check_term(new.term_until, sessions=starts, today=london_day(now))
    if "sessions_planned" in differing and (new.sessions_planned or 0) < len(new.takes_place):
        raise FewerThanSessions
    if "steps" in differing and "first_come" in new.steps and new.criteria:
        raise FirstComeAlone
    if "steps" in differing and ("draw" in new.steps) != ("draw" in before.steps):
        raise DrawStays
    if "places" in differing and new.places < given:
        raise FewerThanGiven
    if "work" in differing and new.work is None and is_long(new):
        raise NoPieceOfWork
    if outgrows(before, new):
        raise LongerThanATask


def _check_days(new: Opportunity, *, now: datetime) -> None:
    closing = min(new.apply_by, new.closed_at or new.apply_by)
    if new.decide_by is not None:
        days.check_decision(new.decide_by, closing=closing)
    days.check_feedback(new.feedback_by, after=[now, closing, *(one.starts_at for one in new.takes_place)], now=now)


def pay_of(opportunity: Opportunity, *, by: Organisation, rate: RateCard | None, now: datetime) -> Pay:
    """What is paid from now on by another rate. Raises RateNotInForce or RateEndsTooEarly."""
    chosen = rate_of(by, rate, today=london_day(now))
    if any(Period.of(chosen).ends_before(london_day(one.starts_at)) for one in opportunity.to_come(now)):
        raise RateEndsTooEarly
    return pay_by(chosen)


def pays_less(before: Opportunity, after: Opportunity) -> bool:
    """Whoever comes to all of its sessions gets less than was said before."""
    return _paid(after) < _paid(before)


def _paid(of: Opportunity) -> int:
    hours = [one.hours for one in of.takes_place] or [1.0]
    return sum(of.pay.earned_pence(each) for each in hours) if of.pay else 0


def close_early(opportunity: Opportunity, *, why: str, now: datetime) -> tuple[Opportunity, OpportunityClosed]:
    """From now on nobody can show interest any more. A job, of which people read a last day to apply alone, has its
    last day now. Raises AlreadyClosed or AlreadyOver.
    """
    may_close(opportunity, now=now).must()
    closed, moved = opportunity.with_changes(closed_at=now), False
    if opportunity.job and (moved := now < opportunity.apply_by):
        closed = closed.with_changes(apply_by=now, feedback_by=now)
    parts = (CLOSED_EARLY, *parts_of(["apply_by"] if moved else []))
    closed = _said(closed, parts, why, version=opportunity.version + 1, now=now)
    return closed, OpportunityClosed(closed)


def reopen(
    opportunity: Opportunity, new: Mapping[str, Any], *, why: str, by: Organisation, now: datetime
) -> tuple[Opportunity, OpportunityReopened]:
    """People can show interest again, until a new day. Raises AlreadyOver, StillOpen, OrganisationClosed, and what the
    rules of its days raise.
    """
    may_reopen(opportunity, now=now).must()
    if Period.of(by).ends_before(london_day(now)):
        raise OrganisationClosed
    opened = opportunity.with_changes(**new, closed_at=None)
    days.check_closing(opened.apply_by, now=now)
    _check_days(opened, now=now)
    moved = parts_of([name for name in new if getattr(opened, name) != getattr(opportunity, name)])
    opened = _said(opened, (OPENED_AGAIN, *moved), why, version=opportunity.version + 1, now=now)
    return opened, OpportunityReopened(opened)
