"""What an intake is: the places of one opportunity, how many are taken, and what the organisation still has to do."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from schemas import links
from schemas.engagements import (
    Engagement,
    IntakeChanged,
    IntakeClosed,
    IntakeOpened,
    Outcome,
    OutcomeRecorded,
)
from schemas.engagements import Intake as PublicIntake
from schemas.event import Waiting
from schemas.matching import Opportunity, Session
from services.chassis.base.refusals import NotFound, Refused
from services.chassis.base.typed.text import Lines

IntakeEvent = IntakeOpened | IntakeChanged | IntakeClosed


class NoPlaceLeft(Refused, slug="no-place-left", title="All places are taken", status=409):
    """Every place has been taken by now. Your offer stays: if somebody gives a place back, you can take it."""


class OutcomeTooEarly(Refused, slug="outcome-too-early", status=409, field="what_changed"):
    """You can say what changed once the last session has begun."""


class AttendanceFirst(Refused, slug="attendance-first", status=409, field="what_changed"):
    """First record who came to each session, so that people are paid for it. Then say what changed."""


class OutcomeAlreadyRecorded(Refused, slug="outcome-already-recorded", title="This was recorded already", status=409):
    """What changed was recorded already, and people have been told."""


class WhatChanged(BaseModel):
    """What an organisation did with what it heard, in its own public words."""

    model_config = ConfigDict(extra="forbid")
    what_changed: Lines = Field(title="what changed", min_length=1, max_length=2000)


@dataclass(frozen=True)
class Intake:
    """The opportunity as last heard, and the places taken. `recount_at`: when to recount what waits, at the latest."""

    version: int
    opportunity: Opportunity
    places_taken: int = 0
    outcome: Outcome | None = None
    attendance_due: tuple[UUID, ...] = ()
    outcome_due_at: datetime | None = None
    recount_at: datetime | None = None

    @property
    def id(self) -> UUID:
        return self.opportunity.id

    @property
    def organisation_id(self) -> UUID:
        return self.opportunity.organisation_id

    @property
    def places(self) -> int:
        """A place that was taken is a promise: it stays when the organisation asks for fewer people."""
        return max(self.opportunity.places, self.places_taken)

    @property
    def places_left(self) -> int:
        return self.places - self.places_taken

    @property
    def is_full(self) -> bool:
        """Nobody more can take a place."""
        return is_full(self.opportunity, self.places_taken)

    @property
    def link(self) -> str:
        return links.STAFF_INTAKE.format(ods=self.opportunity.ods_code, opportunity_id=self.id)

    def session(self, session_id: UUID) -> Session:
        """Raises NotFound."""
        for session in self.opportunity.sessions:
            if session.id == session_id:
                return session
        raise NotFound

    def public(self) -> PublicIntake:
        return PublicIntake(
            id=self.id,
            version=self.version,
            organisation_id=self.organisation_id,
            ods_code=self.opportunity.ods_code,
            places=self.places,
            places_taken=self.places_taken,
            closed_at=self.opportunity.closed_at,
            feedback_by=self.opportunity.feedback_by,
            outcome=self.outcome,
            waiting=tuple(self._waiting()),
        )

    def _waiting(self) -> list[Waiting]:
        begun = [session for session in self.opportunity.sessions if session.id in self.attendance_due]
        waiting = [self._for("record_attendance", s.id, s.starts_at, f"/sessions/{s.id}") for s in begun]
        if self.outcome_due_at:
            tell = self._for("record_outcome", self.id, self.outcome_due_at, "/outcome")
            waiting.append(tell.with_changes(until=self.opportunity.feedback_by))
        return waiting

    def _for(self, what: str, about: UUID, since: datetime, below: str) -> Waiting:
        link = self.link + below
        return Waiting(
            organisation_id=self.organisation_id, role="coordinator", what=what, about=about, since=since, link=link
        )


def follow(
    existing: Intake | None, opportunity: Opportunity, *, now: datetime, first_version: int = 1
) -> tuple[Intake, IntakeEvent | None]:
    """The intake of an opportunity as it is now. No event when nothing public has changed."""
    if existing is None:
        opened = Intake(version=first_version, opportunity=opportunity, recount_at=now)
        return opened, IntakeOpened(opened.public())
    followed = replace(existing, opportunity=opportunity, recount_at=now)
    closes = existing.opportunity.closed_at is None and opportunity.closed_at is not None
    return _next(existing, followed, IntakeClosed if closes else IntakeChanged)


def is_full(opportunity: Opportunity, places_taken: int) -> bool:
    return places_taken >= opportunity.places


def take(intake: Intake, *, now: datetime) -> tuple[Intake, IntakeChanged]:
    """One place more is taken. Raises NoPlaceLeft. The caller holds the intake's lock."""
    if intake.is_full:
        raise NoPlaceLeft
    taken = replace(intake, places_taken=intake.places_taken + 1, version=intake.version + 1, recount_at=now)
    return taken, IntakeChanged(taken.public())


def free(intake: Intake, *, now: datetime) -> tuple[Intake, IntakeChanged]:
    """One place is given back. The caller holds the intake's lock."""
    freed = replace(intake, places_taken=intake.places_taken - 1, version=intake.version + 1, recount_at=now)
    return freed, IntakeChanged(freed.public())


def recount_soon(intake: Intake, now: datetime) -> Intake:
    """What waits may have changed: it is counted again after this commit."""
    return replace(intake, recount_at=now)


def has_begun(intake: Intake, now: datetime) -> bool:
    return any(session.starts_at <= now for session in intake.opportunity.sessions)


def recount(intake: Intake, with_place: Sequence[Engagement], *, now: datetime) -> tuple[Intake, IntakeEvent | None]:
    """What waits for the organisation now, given everybody who has a place, and when to look again."""
    unrecorded = _unrecorded(intake, with_place, now)
    sessions, feedback_by = intake.opportunity.sessions, intake.opportunity.feedback_by
    over = all(session.starts_at <= now for session in sessions)
    due = over and intake.outcome is None and bool(with_place)
    due = due and ((bool(sessions) and not unrecorded) or now >= feedback_by)
    upcoming = [moment for moment in (*(s.starts_at for s in sessions), feedback_by) if moment > now]
    counted = replace(
        intake,
        attendance_due=unrecorded,
        outcome_due_at=(intake.outcome_due_at or now) if due else None,
        recount_at=min(upcoming, default=None),
    )
    return _next(intake, counted, IntakeChanged)


def record_outcome(
    intake: Intake, what_changed: str, with_place: Sequence[Engagement], *, now: datetime
) -> tuple[Intake, OutcomeRecorded]:
    """Say what changed. Raises OutcomeAlreadyRecorded, OutcomeTooEarly or AttendanceFirst."""
    if intake.outcome is not None:
        raise OutcomeAlreadyRecorded
    if any(session.starts_at > now for session in intake.opportunity.sessions):
        raise OutcomeTooEarly
    if _unrecorded(intake, with_place, now):
        raise AttendanceFirst
    recorded = replace(
        intake,
        outcome=Outcome(recorded_at=now, what_changed=what_changed),
        attendance_due=(),
        outcome_due_at=None,
        version=intake.version + 1,
    )
    return recorded, OutcomeRecorded(recorded.public())


def _unrecorded(intake: Intake, with_place: Sequence[Engagement], now: datetime) -> tuple[UUID, ...]:
    """Sessions that have begun and where somebody with a place is neither recorded as there nor as absent."""
    recorded = [{a.session_id for a in one.sessions if a.recorded_at} for one in with_place]
    begun = [session.id for session in intake.opportunity.sessions if session.starts_at <= now]
    return tuple(id for id in begun if any(id not in seen for seen in recorded))


def _next(
    before: Intake, after: Intake, fact: type[IntakeChanged] | type[IntakeClosed]
) -> tuple[Intake, IntakeEvent | None]:
    """The intake as it is after. Its version rises, with an event, only where something public has changed."""
    if after.public() == before.public():
        return after, None
    risen = replace(after, version=before.version + 1)
    return risen, fact(risen.public())
