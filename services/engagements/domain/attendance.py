"""Who came to a session, as the organisation records it."""

from collections.abc import Mapping, Sequence, Set
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from schemas.engagements import Attendance, AttendanceRecorded, Engagement, RecordedBefore
from schemas.matching import Session
from services.chassis.base.choices import Choice, unless
from services.chassis.base.hands import Machine, Member
from services.chassis.base.refusals import Refused, refuse_all
from services.chassis.base.typed.numbers import Hours
from services.engagements.domain.engagement import following
from services.engagements.domain.hands import HelpedThem, NotYourOwn

HOURS = "hours-"
"""Before the id of an engagement: the field of the hours that its person was there."""
_HOURS: TypeAdapter[float | None] = TypeAdapter(Hours | None)


class TooEarly(Refused, slug="attendance-too-early", status=409, field=""):
    """This session has not begun. You can record who came from its start on."""


class DidNotTakePlace(Refused, slug="did-not-take-place", title="This session was cancelled", status=409, field=""):
    """This session was cancelled, so nobody can have been there."""


class WrongAnswer(Refused, slug="came-or-did-not-come", status=422, field="came"):
    """Choose whether they came or did not come. You can also leave them out."""


class WrongHours(Refused, slug="wrong-hours", status=422, field="hours"):
    """Enter the hours that they were there as a number from a quarter of an hour to 24, like 1.5, or leave it empty."""


class HoursWithoutComing(Refused, slug="hours-without-coming", status=422, field="hours"):
    """There are hours here, and not that they came. Say that they came, or leave the hours empty."""


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
        (engagement.status != "accepted" and not _can_be_put_right(engagement, session), NoPlace),
    )


def record(
    engagement: Engagement,
    session: Session,
    *,
    attended: bool,
    hours: float | None = None,
    preparation: float | None = None,
    by: Member,
    now: datetime,
    helped: Set[UUID] = frozenset(),
) -> tuple[Engagement, AttendanceRecorded] | None:
    """Whether the person was at a session; None when just that was recorded already. `hours`: where not as planned;
    `preparation`: hours of it besides.

    Recorded again after its person said that it is wrong, it is news, also where it stays the same.
    """
    may_record(engagement, session, by=by, now=now, helped=helped).must()
    existing = {one.session_id: one for one in engagement.sessions}
    was, lasted = existing.get(session.id), hours if attended and hours else session.hours
    prepared = preparation if attended else None
    same = was is not None and (was.attended, was.hours, was.preparation_hours) == (attended, lasted, prepared)
    if was and was.said_wrong_at is None and same:
        return None
    existing[session.id] = Attendance(
        session_id=session.id,
        starts_at=session.starts_at,
        hours=lasted,
        preparation_hours=prepared,
        attended=attended,
        recorded_at=now,
        recorded_by=by.by,
        before=_before(was),
    )
    recorded = following(engagement, sessions=tuple(existing.values()))
    return recorded, AttendanceRecorded(recorded)


def _before(was: Attendance | None) -> RecordedBefore | None:
    if was is None or was.recorded_at is None:
        return None
    return RecordedBefore(
        attended=bool(was.attended),
        hours=was.hours,
        preparation_hours=was.preparation_hours,
        said_wrong_at=was.said_wrong_at,
    )


def check_hours(hours: Mapping[UUID, float], attended: Set[UUID]) -> None:
    """Raises HoursWithoutComing, about each of whom it is not said that they came."""
    wrong = sorted(hours.keys() - attended)
    refuse_all([HoursWithoutComing().about(f"{HOURS}{id}", "hours", str(id)) for id in wrong])


def hours_typed(
    typed: Mapping[UUID, str],
    refused: Sequence[Refused] = (),
    *,
    of: str = HOURS,
    why: type[Refused] = WrongHours,
) -> dict[UUID, float]:
    """As a page sends them, in fields that begin with `of`; none: they were there as planned. Raises `why`, about each
    that is none, together with what is `refused` already.
    """
    found: dict[UUID, float] = {}
    wrong = [*refused]
    for id, text in typed.items():
        try:
            hours = _HOURS.validate_python(text)
        except ValidationError:
            wrong.append(why().about(f"{of}{id}"))
        else:
            found |= {id: hours} if hours is not None else {}
    refuse_all(wrong)
    return found


def wrong_answers(fields: Sequence[str]) -> list[Refused]:
    """What is said of answers that are neither yes nor no."""
    return [WrongAnswer().about(field) for field in fields]


def recorded(engagement: Engagement, session_id: UUID) -> Attendance | None:
    """What is recorded of one session."""
    return next((one for one in engagement.sessions if one.session_id == session_id and one.recorded_at), None)


def _can_be_put_right(engagement: Engagement, session: Session) -> bool:
    """What was recorded can be corrected after people were told what changed."""
    return engagement.status == "ended" and recorded(engagement, session.id) is not None
