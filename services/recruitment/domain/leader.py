"""Who is in the pool, and on which rung. A leader has nothing private, so the public state is the aggregate.

A pause is no status of its own: whoever pauses is in the pool, and keeps places, claims and training. Only what tells
people of new roles asks for it (`Leader.is_paused_on`), and readers of before, who do not know of it, harm nobody.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from schemas.recruitment import (
    Leader,
    LeaderApproved,
    LeaderCameBack,
    LeaderChanged,
    LeaderLeft,
    LeaderPaused,
    LeaderReopened,
    LeaderSaidWhoMayAct,
)
from services.chassis.base.choices import Choice, Choices, unless
from services.chassis.base.refusals import Refused
from services.recruitment.domain.application import AlreadyInPool

REFERENCE_LETTERS = "23456789CDFGHJKMNPQRTVWX"
"""Nothing that is read as something else (0 O, 1 I L, 5 S, 8 B, 2 Z), and no vowels, so that no words come out."""
REFERENCE_LENGTH = 4
FIRST_RUNG = "feedback"
SECOND_RUNG = "improvement"
LONGEST_PAUSE = timedelta(days=2 * 366)

Says = Literal["yes", "no", ""]
"""Whether an organisation may do things for a person; "": they say neither, as before they were asked."""


class NotInPool(Refused, slug="not-in-pool", title="You are not in the pool", status=409):
    """You are not in the pool, so there is nothing to leave."""


class NothingToPause(Refused, slug="nothing-to-pause", title="You are not in the pool", status=409):
    """You are not in the pool now, so you are told of no new roles. There is nothing to pause."""


class NotPaused(Refused, slug="not-paused", title="You are back already", status=409):
    """You have no break now: you are told of new roles. There is nothing to end."""


class PauseIsOver(Refused, slug="pause-is-over", status=422, field="until"):
    """Choose a last day that is today or later. Or leave it empty: then you come back when you like."""


class PauseTooLong(Refused, slug="pause-too-long", status=422, field="until"):
    """Choose a last day within two years. Or leave it empty: then you come back when you like."""


class NotAPatientLeader(Refused, slug="join-the-pool-first", title="Join first", status=409):
    """Join first. Then you can say who may do things for you."""


class OnlyThemOrTheirCoordinator(Refused, slug="only-them-or-their-coordinator", status=403):
    """Who may do things for a person is theirs to say. Their coordinator, or who covers, can write it down for them."""


def reference(letters: str) -> str:
    """`letters`: four of REFERENCE_LETTERS, drawn by the caller."""
    assert len(letters) == REFERENCE_LENGTH and set(letters) <= set(REFERENCE_LETTERS)
    return f"PL-{letters}"


def join(
    *,
    person_id: UUID,
    called: str,
    reference: str,
    now: datetime,
    first_version: int = 1,
    coordinator_id: UUID | None = None,
    code_agreed: str | None = None,
) -> tuple[Leader, LeaderApproved]:
    """A person comes into the pool, on the first rung. `coordinator_id`: who looks after them from now on;
    `code_agreed`: the edition of the code of conduct that they have agreed to.
    """
    leader = Leader(
        id=person_id,
        version=first_version,
        called=called,
        reference=reference,
        status="approved",
        rung=FIRST_RUNG,
        approved_at=now,
        coordinator_id=coordinator_id,
        coordinator_since=now,
        code_agreed=code_agreed,
    )
    return leader, LeaderApproved(leader)


def join_again(
    leader: Leader,
    *,
    called: str,
    now: datetime,
    coordinator_id: UUID | None = None,
    code_agreed: str | None = None,
) -> tuple[Leader, LeaderApproved]:
    """Somebody who had left comes back, with the reference and the rung they had. Raises AlreadyInPool."""
    if leader.status != "left":
        raise AlreadyInPool
    back = leader.with_changes(
        status="approved",
        called=called,
        approved_at=now,
        left_at=None,
        closed_for=None,
        coordinator_id=coordinator_id,
        coordinator_since=now,
        code_agreed=code_agreed or leader.code_agreed,
        version=leader.version + 1,
    )
    return back, LeaderApproved(back)


def leave(leader: Leader, *, now: datetime, closed_for: UUID | None = None) -> tuple[Leader, LeaderLeft]:
    """Nobody looks after them any more. Which organisations may act for them stays: claims go on. Raises NotInPool.

    `closed_for`: whose record is kept, of somebody who was in the pool twice.
    """
    if leader.status != "approved":
        raise NotInPool
    left = leader.with_changes(
        status="left",
        left_at=now,
        closed_for=closed_for,
        coordinator_id=None,
        coordinator_since=None,
        cover_id=None,
        cover_until=None,
        paused_at=None,
        paused_until=None,
        waiting=(),
        version=leader.version + 1,
    )
    return left, LeaderLeft(left)


def close_for(leader: Leader, kept: UUID | None) -> tuple[Leader, LeaderChanged] | None:
    """Of somebody who left before: whose record is kept; None: nobody's. None when it is said already."""
    if leader.closed_for == kept:
        return None
    closed = leader.with_changes(closed_for=kept, version=leader.version + 1)
    return closed, LeaderChanged(closed)


def reopen(leader: Leader, *, coordinator_id: UUID | None, now: datetime) -> tuple[Leader, LeaderReopened]:
    """They left because their record was closed for another one, and are somebody else after all: all is as it was."""
    back = leader.with_changes(
        status="approved",
        left_at=None,
        closed_for=None,
        coordinator_id=coordinator_id,
        coordinator_since=now,
        version=leader.version + 1,
    )
    return back, LeaderReopened(back)


def rename(leader: Leader, called: str) -> tuple[Leader, LeaderChanged] | None:
    """None when they are called that already."""
    if leader.called == called:
        return None
    renamed = leader.with_changes(called=called, version=leader.version + 1)
    return renamed, LeaderChanged(renamed)


def climb(leader: Leader) -> tuple[Leader, LeaderChanged] | None:
    """Somebody who took part in a session is an improvement partner. None when they are that, or more, already."""
    if leader.rung != FIRST_RUNG:
        return None
    up = leader.with_changes(rung=SECOND_RUNG, version=leader.version + 1)
    return up, LeaderChanged(up)


def say_who_may_act(leader: Leader, organisation_id: UUID, says: Says) -> tuple[Leader, LeaderSaidWhoMayAct] | None:
    """None when they said the same before. Somebody who left may say it too: their claims go on."""
    may, may_not = [
        tuple(sorted({one for one in those if one != organisation_id} | ({organisation_id} if says == word else set())))
        for those, word in ((leader.may_act, "yes"), (leader.may_not_act, "no"))
    ]
    if (set(may), set(may_not)) == (set(leader.may_act), set(leader.may_not_act)):
        return None
    said = leader.with_changes(may_act=may, may_not_act=may_not, version=leader.version + 1)
    return said, LeaderSaidWhoMayAct(said)


def check_pause(until: date | None, *, today: date) -> None:
    """Raises PauseIsOver or PauseTooLong. `until`: its last day; None: until they come back."""
    if until is not None and until < today:
        raise PauseIsOver
    if until is not None and until > today + LONGEST_PAUSE:
        raise PauseTooLong


@dataclass(frozen=True)
class PauseChoices(Choices):
    """What may be done about a break."""

    pause: Choice
    come_back: Choice


def choices_of_pause(leader: Leader | None, *, today: date) -> PauseChoices:
    return PauseChoices(pause=may_pause(leader), come_back=may_come_back(leader, today=today))


def may_pause(leader: Leader | None) -> Choice:
    return unless((leader is None or leader.status != "approved", NothingToPause))


def pause(
    leader: Leader | None, until: date | None, *, now: datetime, today: date
) -> tuple[Leader, LeaderPaused] | None:
    """They are told of no new roles up to that day; said again, it is another day. None when it is the same.

    Raises NothingToPause, PauseIsOver or PauseTooLong.
    """
    may_pause(leader).must()
    assert leader, "somebody is in the pool"
    check_pause(until, today=today)
    goes_on = leader.is_paused_on(today)
    if goes_on and leader.paused_until == until:
        return None
    since = leader.paused_at if goes_on else now
    paused = leader.with_changes(paused_at=since, paused_until=until, version=leader.version + 1)
    return paused, LeaderPaused(paused)


def may_come_back(leader: Leader | None, *, today: date) -> Choice:
    return unless((leader is None or leader.status != "approved" or not leader.is_paused_on(today), NotPaused))


def come_back(leader: Leader | None, *, today: date) -> tuple[Leader, LeaderCameBack]:
    """They are told of new roles again. Raises NotPaused."""
    may_come_back(leader, today=today).must()
    assert leader, "somebody is paused"
    return _back(leader)


def end_pause(leader: Leader | None, *, today: date) -> tuple[Leader, LeaderCameBack] | None:
    """The last day of the pause has passed. None where it has not, or where there is none."""
    if leader is None or leader.paused_at is None or leader.is_paused_on(today):
        return None
    return _back(leader)


def _back(leader: Leader) -> tuple[Leader, LeaderCameBack]:
    back = leader.with_changes(paused_at=None, paused_until=None, version=leader.version + 1)
    return back, LeaderCameBack(back)
