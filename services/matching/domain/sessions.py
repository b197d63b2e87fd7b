"""The sessions of an opportunity: added one by one or as a repeat, moved and changed, cancelled.

They can be added, moved and cancelled before and after the closing date, until the last of them is over.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from schemas.matching import (
    Opportunity,
    Session,
    SessionCancelled,
    SessionChange,
    SessionChanged,
    SessionsAdded,
    SessionsCancelled,
)
from services.chassis.base.choices import Choice, Choices, unless
from services.chassis.base.periods import london_day
from services.chassis.base.refusals import NotFound, Refused
from services.chassis.base.typed.days import Moment
from services.chassis.base.typed.numbers import Hours
from services.chassis.base.typed.rules import judged
from services.chassis.base.typed.text import Line
from services.matching.domain import changing
from services.matching.domain.days import check_session
from services.matching.domain.length import WITH_SESSIONS, LongerThanATask, outgrows
from services.matching.domain.opportunity import AlreadyOver, IsAJob, is_over, may_withdraw

MOST_SESSIONS = 150
"""That a role ever has, cancelled ones too: its event stays a third of what an event may be."""

ChangeReason = Literal[
    "somebody_cannot_come",
    "not_enough_people",
    "place_not_free",
    "another_day_suits",
    "not_needed",
    "not_safe",
    "put_right",
]
"""Of CHANGE_REASONS those that somebody chooses; the others follow."""
_TYPED = {"starts_at", "hours", "mode", "place"}
Mode = Literal["", "in_person", "remote", "hybrid"]


class AfterFeedback(Refused, slug="after-feedback", status=422, field="starts_at"):
    """This is after the day by which you tell people what changed. Change that day first."""


class AfterTerm(Refused, slug="after-term", status=422, field="starts_at"):
    """This is after the last day of the role. Change that day first."""


class Overlaps(Refused, slug="sessions-overlap", status=422, field="starts_at"):
    """Another session of this role is at that time. Choose another time, or change that session first."""


class TooManySessions(Refused, slug="too-many-sessions", status=422, field=""):
    """A role has at most 150 sessions, cancelled ones too. Post another role for the others."""


class SessionBegun(Refused, slug="session-begun", title="This session has begun", status=409):
    """This session has begun, so it can no longer be moved, changed or cancelled."""


class NotTakingPlace(Refused, slug="session-cancelled", title="This session is cancelled", status=409):
    """This session was cancelled already. It cannot be taken back: add another one."""


class NoneLeft(Refused, slug="no-session-left", title="No session is left", status=409):
    """No session is left to cancel."""


class LastSession(Refused, slug="last-session", title="This is the only session left", status=409):
    """No session has taken place yet, and this would leave none. Add another one first, or call the whole role off."""


class SessionDraft(BaseModel):
    """A session as an organisation adds it."""

    model_config = ConfigDict(extra="forbid")
    starts_at: Moment = Field(title="when it starts")
    hours: Hours = Field(title="how many hours it lasts")
    mode: Mode = Field(default="", title="how people take part, if not as in the role")
    place: Line = Field(default="", title="where it is, if not as in the role", max_length=200)

    @field_validator("starts_at")
    @classmethod
    def starts_in_time(cls, at: datetime) -> datetime:
        return judged(at, lambda at, clock: check_session(at, now=clock.now))


class SessionMove(SessionDraft):
    """How a session is from now on, and why it is no longer as it was."""

    why: ChangeReason = Field(title="why it changes")


class Cancelling(BaseModel):
    """Why a session, or all that are left, do not take place."""

    model_config = ConfigDict(extra="forbid")
    why: ChangeReason = Field(title="why you cancel")


@dataclass(frozen=True)
class SessionChoices(Choices):
    """What a coordinator of its organisation may do with one session."""

    change: Choice
    cancel: Choice


@dataclass(frozen=True)
class StaffChoices(Choices):
    """What a coordinator of its organisation may do with an opportunity."""

    reword: Choice
    close: Choice
    reopen: Choice
    add_sessions: Choice
    cancel_rest: Choice
    feedback_day: Choice
    withdraw: Choice


def choices_of_staff(opportunity: Opportunity, *, now: datetime) -> StaffChoices:
    return StaffChoices(
        reword=changing.may_say_anew(opportunity, now=now),
        close=changing.may_close(opportunity, now=now),
        reopen=changing.may_reopen(opportunity, now=now),
        add_sessions=may_add(opportunity, now=now),
        cancel_rest=may_cancel(opportunity, [one.id for one in opportunity.to_come(now)], now=now),
        feedback_day=changing.may_move_feedback(opportunity, now=now),
        withdraw=may_withdraw(opportunity, now=now),
    )


def choices_of_session(opportunity: Opportunity, session: Session, *, now: datetime) -> SessionChoices:
    return SessionChoices(
        change=may_change_session(opportunity, session, now=now),
        cancel=may_cancel(opportunity, [session.id], now=now),
    )


def may_add(opportunity: Opportunity, *, now: datetime) -> Choice:
    return unless((is_over(opportunity, now), AlreadyOver), (opportunity.job is not None, IsAJob))


def add(
    opportunity: Opportunity, drafts: Sequence[SessionDraft], *, ids: Sequence[UUID], now: datetime
) -> tuple[Opportunity, SessionsAdded]:
    """Add one session or several at once; all of them or none.

    Raises AlreadyOver, IsAJob, TooManySessions, SessionTooEarly, SessionTooLate, AfterFeedback, Overlaps or
    LongerThanATask.
    """
    may_add(opportunity, now=now).must()
    if len(opportunity.sessions) + len(drafts) > MOST_SESSIONS:
        raise TooManySessions
    added = opportunity
    for id, draft in zip(ids, drafts, strict=True):
        session = Session.build(id=id, added_at=now, **draft.model_dump(include=_TYPED))
        _check(added, session, now=now)
        added = _with(added, session)
    _check_length(opportunity, added)
    added = added.with_changes(version=opportunity.version + 1)
    return added, SessionsAdded(added)


def may_change_session(opportunity: Opportunity, session: Session, *, now: datetime) -> Choice:
    return unless(
        (session.cancelled is not None, NotTakingPlace),
        (session.starts_at <= now, SessionBegun),
        (is_over(opportunity, now), AlreadyOver),
    )


def change(
    opportunity: Opportunity, id: UUID, move: SessionMove, *, now: datetime
) -> tuple[Opportunity, SessionChanged] | None:
    """Move a session, or change its length, mode or place; None where nothing would change.

    Raises NotFound, NotTakingPlace, SessionBegun, AlreadyOver, or what `add` raises of a time.
    """
    session = of(opportunity, id)
    may_change_session(opportunity, session, now=now).must()
    changed = session.with_changes(**move.model_dump(exclude={"why"}))
    if changed == session:
        return None
    _check(opportunity, changed, now=now)
    before = session.changed
    first = (before.starts_at_first or before.starts_before) if before else None
    said = SessionChange(at=now, why=move.why, starts_before=session.starts_at, starts_at_first=first)
    after = _with(opportunity, changed.with_changes(changed=said)).with_changes(version=opportunity.version + 1)
    _check_length(opportunity, after)
    return after, SessionChanged(after)


def may_cancel(opportunity: Opportunity, ids: Collection[UUID], *, now: datetime) -> Choice:
    """`ids`: of its sessions, those to cancel together. A role is not left without any: then it is called off."""
    some = [one for one in opportunity.sessions if one.id in ids]
    others = [one for one in opportunity.takes_place if one.id not in ids]
    return unless(
        (not some, NoneLeft),
        (any(one.cancelled for one in some), NotTakingPlace),
        (any(one.starts_at <= now for one in some), SessionBegun),
        (is_over(opportunity, now), AlreadyOver),
        (not others, LastSession),
    )


def cancel(
    opportunity: Opportunity, ids: Collection[UUID], why: ChangeReason, *, by: UUID | None, now: datetime
) -> tuple[Opportunity, SessionsCancelled]:
    """Raises NoneLeft, NotTakingPlace, SessionBegun, AlreadyOver or LastSession."""
    may_cancel(opportunity, ids, now=now).must()
    said = SessionCancelled(at=now, why=why, by=by)
    cancelled = opportunity.with_changes(
        sessions=tuple(one.with_changes(cancelled=said) if one.id in ids else one for one in opportunity.sessions),
        version=opportunity.version + 1,
    )
    return cancelled, SessionsCancelled(cancelled)


def of(opportunity: Opportunity, id: UUID) -> Session:
    """Raises NotFound."""
    for session in opportunity.sessions:
        if session.id == id:
            return session
    raise NotFound


def overlaps(session: Session, others: Sequence[Session]) -> bool:
    """Whether another one that takes place is at some of the same time."""
    return any(
        other.id != session.id and other.starts_at < session.ends_at and session.starts_at < other.ends_at
        for other in others
    )


def _check(opportunity: Opportunity, session: Session, *, now: datetime) -> None:
    check_session(session.starts_at, now=now)
    if session.starts_at >= opportunity.feedback_by:
        raise AfterFeedback
    if opportunity.term_until and london_day(session.starts_at) > opportunity.term_until:
        raise AfterTerm
    if overlaps(session, opportunity.takes_place):
        raise Overlaps


def _check_length(before: Opportunity, after: Opportunity) -> None:
    """As when it was posted: what takes three hours or more is a part of a piece of work."""
    if outgrows(before, after):
        raise LongerThanATask(WITH_SESSIONS).about("hours")


def _with(opportunity: Opportunity, session: Session) -> Opportunity:
    """With the session, in its order of time."""
    others = [one for one in opportunity.sessions if one.id != session.id]
    return opportunity.with_changes(sessions=tuple(sorted((*others, session), key=lambda one: one.starts_at)))
