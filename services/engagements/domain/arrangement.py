"""What one person needs at one session, as it comes about, follows the session and their needs, waits, and ends.

Decided anew from what is so now, so it may be asked as often as one likes: the clock asks as well.
"""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from uuid import UUID

from schemas import links
from schemas.engagements import (
    AccessArranged,
    AccessAsked,
    AccessLookedAt,
    AccessLookedBackAt,
    AccessNotNeeded,
    AccessSessionMoved,
    AccessUnconfirmed,
    Arrangement,
    Engagement,
)
from schemas.event import Event, Waiting
from schemas.matching import Session
from services.chassis.base.choices import Choice, unless
from services.chassis.base.periods import london_day
from services.chassis.base.refusals import Refused
from services.chassis.base.working_days import LONDON, START_OF_DAY, working_days_before
from services.engagements.domain import arranging
from services.engagements.domain.arranging import (
    CONFIRMED,
    NOT_NEEDED,
    Arranging,
    Booking,
    NotAskedFor,
    booked,
    status_of,
)

TOLD_BEFORE = 10
"""Working days before a session on which what is not confirmed is told."""
ASKED_FOR = timedelta(days=30)
"""So long whoever was at a session is asked whether what they need was there."""


class NotOverYet(Refused, slug="session-not-over", title="This session is not over yet", status=409):
    """This session is not over yet. You can say whether what you need was there from its end on."""


class NothingToLookAt(Refused, slug="nothing-to-look-at", title="There is nothing to look at", status=409):
    """Somebody has looked at this already, or the person has said something else since. Load the page again."""


@dataclass(frozen=True)
class Arranged:
    """One arrangement, with the half of it that only its organisation and its person see."""

    state: Arrangement
    bookings: tuple[Booking, ...]

    @property
    def needs(self) -> tuple[str, ...]:
        return tuple(one.need for one in self.bookings)


@dataclass(frozen=True)
class Place:
    """A place, and what its person needs there, as far as they share it. `carried`: what was said of the whole role,
    before there were bookings.
    """

    engagement: Engagement
    shared: bool
    needs: tuple[str, ...]
    carried: tuple[Booking, ...] = ()

    @property
    def is_held(self) -> bool:
        return self.engagement.status == "accepted"


@dataclass(frozen=True)
class Changed:
    """What became of one. `event`: None where nothing of it is public."""

    after: Arranged
    event: Event[Arrangement] | None


def told_at(starts_at: datetime) -> datetime:
    """From when on it is told that it is not confirmed."""
    return working_days_before(starts_at, TOLD_BEFORE)


def asks_at(ends_at: datetime) -> datetime:
    """When its person is asked whether it was there: the day after, in the morning."""
    return datetime.combine(london_day(ends_at) + timedelta(days=1), time(START_OF_DAY.hour), LONDON)


def next_look(of: Arrangement, now: datetime) -> datetime | None:
    """When something becomes of it by itself: it waits, or does not wait any more."""
    if of.status == NOT_NEEDED:
        return None
    moments = [of.starts_at]
    if of.unconfirmed_since is None and of.status != CONFIRMED:
        moments.append(told_at(of.starts_at))
    if of.answered_at is None:
        moments.append(of.asked_at + ASKED_FOR if of.asked_at else asks_at(of.ends_at))
    return min((one for one in moments if one > now), default=None)


def follow(before: Arranged | None, session: Session, place: Place, *, now: datetime, id: UUID) -> Changed | None:
    """As it has to be now, of a place and a session. None where nothing has changed, or there is nothing to arrange.

    `id`: for one that comes about.
    """
    is_to_come = session.starts_at > now
    wanted = place.is_held and place.shared and session.cancelled is None and bool(place.needs)
    if before is None:
        return _asked(session, place, now=now, id=id) if wanted and is_to_come else None
    if not place.shared:
        after = _not_needed(before, (), now)
    elif is_to_come and not wanted:
        after = _not_needed(before, before.bookings if session.cancelled else (), now)
    elif is_to_come:
        after = _as_asked(before, session, place, now)
    else:
        after = _over(before, place, now)
    return _changed(before, after, now)


def _asked(session: Session, place: Place, *, now: datetime, id: UUID) -> Changed:
    of = place.engagement
    carried = {one.need: one for one in place.carried}
    bookings = tuple(carried.get(code) or Booking(code) for code in place.needs)
    state = Arrangement(
        id=id,
        version=1,
        organisation_id=of.organisation_id,
        ods_code=of.ods_code,
        opportunity_id=of.opportunity_id,
        engagement_id=of.id,
        session_id=session.id,
        person_id=of.person_id,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        status=status_of(bookings),
        status_at=now,
    )
    state = _waiting(_told(state, now), now)
    return Changed(Arranged(state, bookings), AccessAsked(state))


def _not_needed(before: Arranged, bookings: tuple[Booking, ...], now: datetime) -> Arranged:
    was = before.state
    over = {"status": NOT_NEEDED, "status_at": now if was.status != NOT_NEEDED else was.status_at}
    return Arranged(was.with_changes(**over, failed_at=None, unconfirmed_since=None, look_since=None), bookings)


def _as_asked(before: Arranged, session: Session, place: Place, now: datetime) -> Arranged:
    """Each need that there is now; what is settled stays, unless the session begins at another time."""
    was, moved = before.state, before.state.starts_at != session.starts_at
    kept = {one.need: one for one in before.bookings}
    if moved:
        kept = {need: one.for_another_time(was.starts_at) for need, one in kept.items()}
    bookings = tuple(kept.get(code) or Booking(code) for code in place.needs)
    if moved or was.ends_at != session.ends_at:
        fresh = {"failed_at": None, "unconfirmed_since": None} if moved else {}
        was = was.with_changes(starts_at=session.starts_at, ends_at=session.ends_at, **fresh)
    return Arranged(_settled(was, bookings, now), bookings)


def _over(before: Arranged, place: Place, now: datetime) -> Arranged:
    """It has begun: what was arranged stays as it was. The day after, whoever has their place is asked."""
    was = before.state
    has_place = place.engagement.status in ("accepted", "ended")
    asks = has_place and was.status != NOT_NEEDED and was.asked_at is None and was.answered_at is None
    if asks and before.bookings and now >= asks_at(was.ends_at):
        return replace(before, state=was.with_changes(asked_at=now))
    return before


def _settled(of: Arrangement, bookings: tuple[Booking, ...], now: datetime) -> Arrangement:
    status = status_of(bookings)
    return _told(of.with_changes(status=status, status_at=now) if status != of.status else of, now)


def _told(of: Arrangement, now: datetime) -> Arrangement:
    is_late = of.status not in (CONFIRMED, NOT_NEEDED) and told_at(of.starts_at) <= now < of.starts_at
    return of.with_changes(unconfirmed_since=now) if is_late and of.unconfirmed_since is None else of


def _changed(before: Arranged, after: Arranged, now: datetime) -> Changed | None:
    state = _waiting(after.state, now)
    if state == before.state:
        return Changed(after, None) if after.bookings != before.bookings else None
    state = state.with_changes(version=before.state.version + 1)
    return Changed(Arranged(state, after.bookings), _fact(before.state, state, now)(state))


def _fact(was: Arrangement, is_now: Arrangement, at: datetime) -> type[Event[Arrangement]]:
    if is_now.status == NOT_NEEDED:
        return AccessNotNeeded
    if was.status == NOT_NEEDED:
        return AccessAsked
    if was.starts_at != is_now.starts_at:
        return AccessSessionMoved
    if is_now.unconfirmed_since and was.unconfirmed_since is None:
        return AccessUnconfirmed
    return AccessLookedBackAt if is_now.starts_at <= at else AccessArranged


def arrange(before: Arranged, need: str, said: Arranging, *, by: UUID, now: datetime) -> Changed | None:
    """The organisation says how far one need is. Raises NotAskedFor, SayWithWhom, SayWhyNot or SayWhoPays."""
    arranging.check(said)
    was = before.state
    if not can_be_arranged(was, now):
        raise NotAskedFor
    bookings = arranging.replaced(before.bookings, need, lambda one: booked(one, said, by=by, now=now))
    [old], [new] = ([one for one in each if one.need == need] for each in (before.bookings, bookings))
    fails = {"failed_at": now} if new.state == arranging.FAILED != old.state else {}
    return _changed(before, Arranged(_settled(was.with_changes(**fails), bookings, now), bookings), now)


def can_be_arranged(of: Arrangement, now: datetime) -> bool:
    """Its session is still to come, and something is needed there."""
    return of.status != NOT_NEEDED and of.starts_at > now


def may_answer(of: Arrangement, now: datetime) -> Choice:
    """Whether its person may say, or say again, whether it was there."""
    return unless((of.status == NOT_NEEDED, NotAskedFor), (of.ends_at > now, NotOverYet))


def answer(before: Arranged, *, missed: bool, now: datetime) -> Changed:
    """Its person has said whether it was there. `missed`: something was not, so the organisation has to look."""
    may_answer(before.state, now).must()
    state = before.state.with_changes(answered_at=now, look_since=now if missed else None, looked_at=None)
    state = _waiting(state, now).with_changes(version=before.state.version + 1)
    return Changed(replace(before, state=state), AccessLookedBackAt(state))


def may_look(of: Arrangement) -> Choice:
    return unless((of.look_since is None or of.looked_at is not None, NothingToLookAt))


def look(before: Arranged, now: datetime) -> Changed:
    """Somebody of the organisation has looked at it."""
    may_look(before.state).must()
    state = _waiting(before.state.with_changes(looked_at=now), now).with_changes(version=before.state.version + 1)
    return Changed(replace(before, state=state), AccessLookedAt(state))


def _waiting(of: Arrangement, now: datetime) -> Arrangement:
    """With whom it waits for now."""
    page = links.STAFF_ACCESS.format(ods=of.ods_code, opportunity_id=of.opportunity_id, session_id=of.session_id)
    staff = {"organisation_id": of.organisation_id, "role": "coordinator", "about": of.id, "link": page}
    waiting: list[Waiting] = []
    if of.unconfirmed_since and of.status not in (CONFIRMED, NOT_NEEDED) and now < of.starts_at:
        waits = Waiting.build(**staff, what="confirm_access", since=of.unconfirmed_since)
        waiting.append(waits.with_changes(until=of.starts_at))
    if of.asked_at and of.answered_at is None and of.status != NOT_NEEDED and now < of.asked_at + ASKED_FOR:
        link = links.MY_ACCESS_OF_SESSION.format(id=of.engagement_id, session_id=of.session_id)
        waiting.append(
            Waiting(person_id=of.person_id, what="say_was_it_there", about=of.id, since=of.asked_at, link=link)
        )
    if of.look_since and of.looked_at is None:
        waiting.append(Waiting.build(**staff, what="look_at_access", since=of.look_since))
    return of.with_changes(waiting=tuple(waiting)) if tuple(waiting) != of.waiting else of
