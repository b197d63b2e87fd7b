"""What an intake is: the places of one opportunity, how many are taken, and what the organisation still has to do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from schemas import links
from schemas.engagements import Engagement, IntakeChanged, IntakeClosed, IntakeOpened, Outcome, OutcomeRecorded
from schemas.engagements import Intake as PublicIntake
from schemas.event import Waiting
from schemas.matching import Opportunity, Session
from services.chassis.base.refusals import NotFound, Refused
from services.chassis.base.typed.text import Lines
from services.engagements.domain import objected as objections
from services.engagements.domain.objected import Network
from services.engagements.domain.sessions import held

MOST_SHOWN = 5
"""Sessions of each sort that the page of a role shows; all are on a page of their own."""
IntakeEvent = IntakeOpened | IntakeChanged | IntakeClosed


class NoPlaceLeft(Refused, slug="no-place-left", title="All places are taken", status=409):
    """Every place is taken, or held by an offer that waits for an answer. Offer one more as first to answer, or put
    them on the reserve list.
    """


class OutcomeTooEarly(Refused, slug="outcome-too-early", status=409, field="what_changed"):
    """You can say what changed once the last session that takes place has begun."""


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
    """The opportunity as last heard, and the places taken. `recount_at`: when to recount what waits, at the latest.

    `places_held`: by offers that are not answered; `on_reserve`: how many wait for a place. `open_until`: when the last
    session ends, as long as what is still open then has not been ended. `objected_since`: to its draw, unanswered;
    `network`: where nobody there may answer.
    """

    version: int
    opportunity: Opportunity
    places_taken: int = 0
    places_held: int = 0
    on_reserve: int = 0
    offer_reserve_since: datetime | None = None
    outcome: Outcome | None = None
    attendance_due: tuple[UUID, ...] = ()
    outcome_due_at: datetime | None = None
    recount_at: datetime | None = None
    open_until: datetime | None = None
    objected_since: datetime | None = None
    network: Network | None = None

    @property
    def id(self) -> UUID:
        return self.opportunity.id

    @property
    def organisation_id(self) -> UUID:
        return self.opportunity.organisation_id

    @property
    def places(self) -> int:
        """A place that was taken or offered is a promise: it stays when the organisation asks for fewer people."""
        return max(self.opportunity.places, self.places_taken + self.places_held)

    @property
    def places_left(self) -> int:
        """Those that nobody has and no offer holds."""
        return self.places - self.places_taken - self.places_held

    @property
    def is_full(self) -> bool:
        """No place is left that could be offered, or taken by an offer that holds none."""
        return is_full(self.opportunity, self.places_taken + self.places_held)

    @property
    def link(self) -> str:
        return links.STAFF_INTAKE.format(ods=self.opportunity.ods_code, opportunity_id=self.id)

    @property
    def in_order(self) -> list[Session]:
        """All its sessions, cancelled ones too, in their order of time."""
        return sorted(self.opportunity.sessions, key=lambda session: session.starts_at)

    def nearest(self, now: datetime) -> list[Session]:
        """Those that its coordinators have to know of now: whose attendance waits, and what comes next."""
        waits = [session for session in self.in_order if session.id in self.attendance_due]
        others = [session for session in self.in_order if session not in waits]
        last = [session for session in others if session.ends_at <= now][-MOST_SHOWN:]
        return [*waits[:MOST_SHOWN], *[one for one in others if one.ends_at > now][:MOST_SHOWN], *last]

    def records(self, session: Session, now: datetime) -> bool:
        """Whether it can be recorded now who came to a session."""
        was_held = session.cancelled is None and session.starts_at <= now
        return was_held and self.places_taken > 0 and self.outcome is None

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
            places_held=self.places_held,
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
        if self.offer_reserve_since:
            waiting.append(self._for("offer_reserve", self.id, self.offer_reserve_since, ""))
        return [*waiting, *objections.waiting(self.opportunity, self.objected_since, self.network)]

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
        opened = Intake(version=first_version, opportunity=opportunity, recount_at=now, open_until=opportunity.ends_at)
        return opened, IntakeOpened(opened.public())
    followed = replace(existing, opportunity=opportunity, recount_at=now, open_until=opportunity.ends_at)
    closes = existing.opportunity.closed_at is None and opportunity.closed_at is not None
    return _next(existing, followed, IntakeClosed if closes else IntakeChanged, now=now)


def is_full(opportunity: Opportunity, gone: int) -> bool:
    """`gone`: places that are taken or held."""
    return gone >= opportunity.places


@dataclass(frozen=True)
class Counts:
    """What one engagement counts as on its intake."""

    taken: bool
    held: bool
    waits: bool


def counts(of: Engagement | None) -> Counts:
    """None: it is not there yet, or not any more. Whoever has taken part to the end keeps their place."""
    if of is None:
        return Counts(taken=False, held=False, waits=False)
    taken = of.status == "accepted" or (of.status == "ended" and of.accepted_at is not None)
    held = of.status == "offered" and of.offer is not None and of.offer.holds_place
    return Counts(taken=taken, held=held, waits=of.status == "reserve")


def count(
    intake: Intake, changes: Iterable[tuple[Engagement | None, Engagement | None]], *, now: datetime
) -> tuple[Intake, IntakeEvent | None]:
    """The places after engagements have changed, each from what it was before. The caller holds the intake's lock.

    Raises NoPlaceLeft where more would be taken and held than there are.
    """
    each = [(counts(before), counts(after)) for before, after in changes]
    taken = sum(after.taken - before.taken for before, after in each)
    held = sum(after.held - before.held for before, after in each)
    waits = sum(after.waits - before.waits for before, after in each)
    counted = replace(
        intake,
        places_taken=intake.places_taken + taken,
        places_held=intake.places_held + held,
        on_reserve=intake.on_reserve + waits,
        recount_at=now if any(before.taken != after.taken for before, after in each) else intake.recount_at,
    )
    if taken + held > 0 and counted.places_taken + counted.places_held > intake.opportunity.places:
        raise NoPlaceLeft
    return _next(intake, counted, IntakeChanged, now=now)


def recount_soon(intake: Intake, now: datetime) -> Intake:
    """What waits may have changed: it is counted again after this commit."""
    return replace(intake, recount_at=now)


def objected(intake: Intake, since: datetime | None, *, now: datetime) -> tuple[Intake, IntakeEvent | None]:
    """Somebody objects to its draw, or the last of them has an answer (None)."""
    noted = replace(intake, objected_since=since, network=intake.network if since else None, recount_at=now)
    return _next(intake, noted, IntakeChanged, now=now)


def end(intake: Intake) -> Intake:
    """Nothing of it is open any more: its last session is over."""
    return replace(intake, open_until=None)


def has_begun(intake: Intake, now: datetime) -> bool:
    return bool(held(intake.opportunity, now))


def recount(
    intake: Intake, with_place: Sequence[Engagement], *, network: Network | None = None, now: datetime
) -> tuple[Intake, IntakeEvent | None]:
    """What waits now, given everybody who has a place, and when to look again. `network`: see `Intake`."""
    unrecorded = _unrecorded(intake, with_place, now)
    sessions, feedback_by = intake.opportunity.takes_place, intake.opportunity.feedback_by
    over = not intake.opportunity.to_come(now)
    due = over and intake.outcome is None and bool(with_place)
    due = due and ((bool(sessions) and not unrecorded) or now >= feedback_by)
    look = objections.next_look(intake.opportunity, intake.objected_since, now)
    upcoming = [moment for moment in (*(s.starts_at for s in sessions), feedback_by, look) if moment and moment > now]
    counted = replace(
        intake,
        attendance_due=unrecorded,
        outcome_due_at=(intake.outcome_due_at or now) if due else None,
        recount_at=min(upcoming, default=None),
        network=network and (intake.network or network),
    )
    return _next(intake, counted, IntakeChanged, now=now)


def record_outcome(
    intake: Intake, what_changed: str, with_place: Sequence[Engagement], *, now: datetime
) -> tuple[Intake, OutcomeRecorded]:
    """Say what changed. Raises OutcomeAlreadyRecorded, OutcomeTooEarly or AttendanceFirst."""
    if intake.outcome is not None:
        raise OutcomeAlreadyRecorded
    if intake.opportunity.to_come(now):
        raise OutcomeTooEarly
    if _unrecorded(intake, with_place, now):
        raise AttendanceFirst
    recorded = replace(
        intake,
        outcome=Outcome(recorded_at=now, what_changed=what_changed),
        attendance_due=(),
        outcome_due_at=None,
        offer_reserve_since=None,
        version=intake.version + 1,
    )
    return recorded, OutcomeRecorded(recorded.public())


def _unrecorded(intake: Intake, with_place: Sequence[Engagement], now: datetime) -> tuple[UUID, ...]:
    """Sessions that were held and where somebody with a place is neither recorded as there nor as absent."""
    recorded = [{a.session_id for a in one.sessions if a.recorded_at} for one in with_place]
    begun = [session.id for session in held(intake.opportunity, now)]
    return tuple(id for id in begun if any(id not in seen for seen in recorded))


def _next(
    before: Intake, after: Intake, fact: type[IntakeChanged] | type[IntakeClosed], *, now: datetime
) -> tuple[Intake, IntakeEvent | None]:
    """The intake as it is after. Its version rises, with an event, only where something public has changed."""
    proposes = after.on_reserve > 0 and after.places_left > 0 and _can_be_offered(after, now)
    after = replace(after, offer_reserve_since=(after.offer_reserve_since or now) if proposes else None)
    if after.public() == before.public():
        return after, None
    risen = replace(after, version=before.version + 1)
    return risen, fact(risen.public())


def _can_be_offered(intake: Intake, now: datetime) -> bool:
    """Whether a place of it is still worth something: it is not called off, told of, or over."""
    over = intake.opportunity.ends_at
    gone = intake.opportunity.withdrawn is not None or intake.outcome is not None
    return not gone and (over is None or now < over)
