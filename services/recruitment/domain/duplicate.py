"""Two who may be one person: what is alike, who may look at it, and what somebody made of it. Nothing is ever merged.

That two are alike is found by rooms; that they are one is said by a person, who closes one record in favour of the
other. The closed one stays: its roles, claims and money go on, and for a month it can be opened again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from schemas import links
from schemas.event import Waiting
from schemas.recruitment import Leader
from schemas.recruitment_duplicate import Duplicate as PublicDuplicate
from schemas.recruitment_duplicate import DuplicateAnswered, DuplicateChanged, DuplicateFound, DuplicateUndone
from services.chassis.base.choices import Choice, Choices, unless
from services.chassis.base.refusals import Refused
from services.recruitment.domain.application import SCREENER, Application, Screening
from services.recruitment.domain.applying import OnAList
from services.recruitment.domain.likeness import Known

WAITING, TWO_PEOPLE, CLOSED = "waiting", "two_people", "closed"
UNDO_FOR = timedelta(days=30)


class ColleagueAnswered(Refused, slug="colleague-answered", title="A colleague answered this", status=409):
    """A colleague has answered this already. What you pressed changed nothing."""


class KeptHasEnded(Refused, slug="kept-has-ended", title="Keep the other one", status=409):
    """This one is not in the pool and does not ask to join, and the other one is or does. Keep the other one."""


class ClosedAlready(Refused, slug="closed-already", title="This one is closed already", status=409):
    """This one was closed in favour of another record already. Keep it instead, and that other record is kept."""


class TheyAreKept(Refused, slug="they-are-kept", title="This one is kept already", status=409):
    """The other one was closed in favour of this one before. Look at the list: there is nothing left to close."""


class NothingToOpen(Refused, slug="nothing-to-open", title="It cannot be opened again", status=409):
    """There is nothing to open again: a month has passed, or a colleague did it. The person can ask to join again."""


@dataclass(frozen=True)
class Duplicate:
    """Once for each two, the smaller id first. What is alike is private to recruitment, and so is the line."""

    id: UUID
    version: int
    team: Screening
    """Whose welcome team looks at it."""
    first_id: UUID
    second_id: UUID
    alike: tuple[str, ...]
    found_at: datetime
    not_for: tuple[UUID, ...]
    settled: tuple[str, ...] = ()
    status: str = WAITING
    held_by: UUID | None = None
    line: str = ""
    """For colleagues, while it waits."""
    answered_by: UUID | None = None
    answered_at: datetime | None = None
    kept_id: UUID | None = None
    kept_reference: str | None = None
    closed_id: UUID | None = None
    undo_until: datetime | None = None
    undone_at: datetime | None = None
    left_pool: bool = False
    """Closing took them out of the pool; and what else opening again brings back:"""
    coordinator_id: UUID | None = None
    ended_application: UUID | None = None

    @property
    def both(self) -> tuple[UUID, UUID]:
        return self.first_id, self.second_id

    def other(self, id: UUID) -> UUID:
        return self.second_id if id == self.first_id else self.first_id

    def public(self) -> PublicDuplicate:
        waits = Waiting(
            organisation_id=self.team.organisation_id,
            role=SCREENER,
            what="one_or_two",
            about=self.id,
            since=self.found_at,
            link=links.STAFF_DUPLICATE.format(ods=self.team.ods_code, id=self.id),
        )
        return PublicDuplicate(
            id=self.id,
            version=self.version,
            waiting=(waits,) if self.status == WAITING else (),
            first_id=self.first_id,
            second_id=self.second_id,
            status=self.status,
            found_at=self.found_at,
            not_for=self.not_for,
            answered_at=self.answered_at,
            kept_id=self.kept_id,
            closed_id=self.closed_id,
            kept_reference=self.kept_reference,
            undone_at=self.undone_at,
        )


def found(
    one: Known, other: Known, alike: tuple[str, ...], *, id: UUID, team: Screening, now: datetime
) -> tuple[Duplicate, DuplicateFound]:
    first, second = sorted((one, other), key=lambda known: known.id)
    pair = Duplicate(id, 1, team, first.id, second.id, alike, found_at=now, not_for=not_for(first, second))
    return pair, DuplicateFound(pair.public())


def not_for(one: Known, other: Known) -> tuple[UUID, ...]:
    """Who neither sees nor answers it: the two, who entered what is known of either, and who is close to either."""
    return tuple(sorted({one.id, other.id, *one.not_for, *other.not_for}))


@dataclass(frozen=True)
class Looked:
    """What looking at two again came to. `event`: None where others see nothing new of it; `gone`: it is no pair."""

    pair: Duplicate
    event: DuplicateChanged | None = None
    gone: bool = False


def look(pair: Duplicate, one: Known, other: Known, alike: tuple[str, ...], *, now: datetime) -> Looked | None:
    """A pair that is there, as things stand now. None: nothing has changed.

    An answer holds until something new is alike, or the one who was closed asks to join again.
    """
    if not (one.here and other.here) or (pair.status == WAITING and not alike):
        return Looked(pair, gone=True)
    seen = replace(pair, alike=alike, not_for=not_for(one, other))
    if seen.held_by in seen.not_for:
        seen = replace(seen, held_by=None)
    new = set(alike) - set(pair.settled)
    closed = one if one.id == pair.closed_id else other
    if (pair.status == TWO_PEOPLE and new) or (pair.status == CLOSED and closed.active):
        seen = replace(
            _open(seen), status=WAITING, found_at=now, answered_by=None, answered_at=None, line="", held_by=None
        )
    if seen == pair:
        return None
    if seen.public() == pair.public():
        return Looked(seen)
    seen = replace(seen, version=pair.version + 1)
    return Looked(seen, DuplicateChanged(seen.public()))


@dataclass(frozen=True)
class DuplicateChoices(Choices):
    """What one of the welcome team may do with it. `keep_first`: close the second in favour of the first."""

    two_people: Choice
    keep_first: Choice
    keep_second: Choice
    leave_waiting: Choice
    open_again: Choice


@dataclass(frozen=True)
class Standing:
    """How each of the two stands. `listed`: who has not answered an organisation's list; `kept_for`: whose record is
    kept, of one that was closed, by id.
    """

    active: frozenset[UUID] = frozenset()
    listed: frozenset[UUID] = frozenset()
    kept_for: dict[UUID, UUID] = field(default_factory=dict[UUID, UUID])


def standing_of(
    both: Sequence[UUID],
    locked: dict[UUID, Leader],
    newest: dict[UUID, Application],
    kept_for: dict[UUID, UUID],
) -> Standing:
    """How the two, and whom they were closed for, stand."""
    people = {*both, *kept_for.values()}
    active = {
        id for id in people if (id in locked and locked[id].status == "approved") or (id in newest and newest[id].waits)
    }
    listed = {id for id in people if id in newest and newest[id].is_listed}
    return Standing(frozenset(active), frozenset(listed), kept_for)


def choices_of_staff(pair: Duplicate, standing: Standing, *, now: datetime) -> DuplicateChoices:
    """Of somebody who may look at it at all."""
    answer = may_answer(pair)
    return DuplicateChoices(
        two_people=answer,
        keep_first=may_keep(pair, standing, pair.first_id),
        keep_second=may_keep(pair, standing, pair.second_id),
        leave_waiting=answer,
        open_again=may_open_again(pair, now=now),
    )


def may_answer(pair: Duplicate) -> Choice:
    return unless((pair.status != WAITING, ColleagueAnswered))


def may_keep(pair: Duplicate, standing: Standing, keep: UUID) -> Choice:
    """Whether one is kept, and the other closed. One that was closed before stands for whom it was closed for."""
    closed, kept = pair.other(keep), standing.kept_for.get(keep, keep)
    return may_answer(pair) and unless(
        (kept == closed, TheyAreKept),
        (closed in standing.kept_for, ClosedAlready),
        (closed in standing.listed or kept in standing.listed, OnAList),
        (closed in standing.active and kept not in standing.active, KeptHasEnded),
    )


def two_people(pair: Duplicate, *, by: UUID, now: datetime) -> tuple[Duplicate, DuplicateAnswered]:
    may_answer(pair).must()
    answered = replace(_settled(pair, by=by, now=now), status=TWO_PEOPLE)
    return answered, DuplicateAnswered(answered.public())


def close(
    pair: Duplicate,
    standing: Standing,
    *,
    keep: UUID,
    reference: str,
    by: UUID,
    now: datetime,
) -> tuple[Duplicate, DuplicateAnswered]:
    """`reference`: of the one that is kept, which the person reads and can say."""
    may_keep(pair, standing, keep).must()
    closed = replace(
        _settled(pair, by=by, now=now),
        status=CLOSED,
        kept_id=standing.kept_for.get(keep, keep),
        kept_reference=reference,
        closed_id=pair.other(keep),
        undo_until=now + UNDO_FOR,
    )
    return closed, DuplicateAnswered(closed.public())


def leave_waiting(pair: Duplicate, *, line: str, to: UUID | None) -> Duplicate:
    """With a line for colleagues, and perhaps with one of them. Nothing that others see."""
    may_answer(pair).must()
    return replace(pair, line=line, held_by=to)


def may_open_again(pair: Duplicate, *, now: datetime) -> Choice:
    is_over = pair.status != CLOSED or pair.undo_until is None or pair.undo_until <= now
    return unless((is_over, NothingToOpen))


def open_again(pair: Duplicate, *, by: UUID, now: datetime) -> tuple[Duplicate, DuplicateUndone]:
    """They are two people after all. Who is told is still said: whose record was closed, and for whom."""
    may_open_again(pair, now=now).must()
    opened = replace(
        _open(_settled(pair, by=by, now=now)),
        status=TWO_PEOPLE,
        kept_id=pair.kept_id,
        closed_id=pair.closed_id,
        undone_at=now,
    )
    return opened, DuplicateUndone(opened.public())


def _settled(pair: Duplicate, *, by: UUID, now: datetime) -> Duplicate:
    return replace(
        pair,
        version=pair.version + 1,
        settled=tuple(sorted({*pair.settled, *pair.alike})),
        held_by=None,
        line="",
        answered_by=by,
        answered_at=now,
        undone_at=None,
    )


def _open(pair: Duplicate) -> Duplicate:
    """Nothing of it is closed."""
    return replace(
        pair,
        kept_id=None,
        kept_reference=None,
        closed_id=None,
        undo_until=None,
        left_pool=False,
        coordinator_id=None,
        ended_application=None,
        undone_at=None,
    )
