"""Who came to a session, as the organisation records it."""

from collections.abc import Set
from datetime import datetime
from uuid import UUID

from schemas.engagements import Attendance, AttendanceRecorded, Engagement
from schemas.matching import Session
from services.chassis.base.choices import Choice, unless
from services.chassis.base.hands import Machine, Member
from services.chassis.base.refusals import Refused
from services.engagements.domain.engagement import following
from services.engagements.domain.hands import HelpedThem, NotYourOwn


class TooEarly(Refused, slug="attendance-too-early", status=409, field=""):
    """This session has not begun. You can record who came from its start on."""


class DidNotTakePlace(Refused, slug="did-not-take-place", title="This session was cancelled", status=409, field=""):
    """This session was cancelled, so nobody can have been there."""


class NobodyNamed(Refused, slug="nobody-named", status=422, field=""):
    """Say for at least one person whether they came."""


class CameAndDidNot(Refused, slug="came-and-did-not", status=422, field=""):
    """Somebody is in both lists: a person either came or did not come."""


class NoPlace(Refused, slug="no-place", status=409, field=""):
    """Somebody in this list has no place any more. Load the page again."""


class NotByAMachine(Refused, slug="attendance-by-a-machine", title="A person has to do this", status=403):
    """A person has to say who came where people are paid for it. A program cannot."""


class RoleFromThem(Refused, slug="role-from-them", title="Somebody else has to record this", status=403):
    """Somebody in this list gave you your role here, so somebody else in your organisation has to record it."""


def may_record(
    engagement: Engagement, session: Session, *, by: Member, now: datetime, helped: Set[UUID] = frozenset()
) -> Choice:
    """Whoever records is the second of four hands around money: no program, not made by whoever is paid, and nobody who
    did things in their name (`helped`)."""
    is_paid = engagement.offer is not None and engagement.offer.pay is not None
    return unless(
        (engagement.person_id == by.by, NotYourOwn),
        (engagement.person_id in helped, HelpedThem),
        (is_paid and isinstance(by, Machine), NotByAMachine),
        (is_paid and engagement.person_id in by.granted_under, RoleFromThem),
        (session.cancelled is not None, DidNotTakePlace),
        (session.starts_at > now, TooEarly),
        (engagement.status != "accepted", NoPlace),
    )


def record(
    engagement: Engagement,
    session: Session,
    *,
    attended: bool,
    by: Member,
    now: datetime,
    helped: Set[UUID] = frozenset(),
) -> tuple[Engagement, AttendanceRecorded] | None:
    """Whether the person was at a session; None when just that was recorded already."""
    may_record(engagement, session, by=by, now=now, helped=helped).must()
    existing = {one.session_id: one for one in engagement.sessions}
    if session.id in existing and existing[session.id].attended is attended:
        return None
    existing[session.id] = Attendance(
        session_id=session.id,
        starts_at=session.starts_at,
        hours=session.hours,
        attended=attended,
        recorded_at=now,
        recorded_by=by.by,
    )
    recorded = following(engagement, sessions=tuple(existing.values()))
    return recorded, AttendanceRecorded(recorded)
