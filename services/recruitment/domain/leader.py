"""Who is in the pool, and on which rung. A leader has nothing private, so the public state is the aggregate."""

from datetime import datetime
from uuid import UUID

from schemas.recruitment import Leader, LeaderApproved, LeaderChanged, LeaderLeft
from services.chassis.base.refusals import Refused
from services.recruitment.domain.application import AlreadyInPool

REFERENCE_LETTERS = "23456789CDFGHJKMNPQRTVWX"
"""Nothing that is read as something else (0 O, 1 I L, 5 S, 8 B, 2 Z), and no vowels, so that no words come out."""
REFERENCE_LENGTH = 4
FIRST_RUNG = "feedback"
SECOND_RUNG = "improvement"


class NotInPool(Refused, slug="not-in-pool", title="You are not in the pool", status=409):
    """You are not in the pool of patient leaders, so there is nothing to leave."""


def reference(letters: str) -> str:
    """`letters`: four of REFERENCE_LETTERS, drawn by the caller."""
    assert len(letters) == REFERENCE_LENGTH and set(letters) <= set(REFERENCE_LETTERS)
    return f"PL-{letters}"


def join(
    *, person_id: UUID, called: str, reference: str, now: datetime, first_version: int = 1
) -> tuple[Leader, LeaderApproved]:
    """A person comes into the pool, on the first rung."""
    leader = Leader(
        id=person_id,
        version=first_version,
        called=called,
        reference=reference,
        status="approved",
        rung=FIRST_RUNG,
        approved_at=now,
    )
    return leader, LeaderApproved(leader)


def join_again(leader: Leader, *, called: str, now: datetime) -> tuple[Leader, LeaderApproved]:
    """Somebody who had left comes back, with the reference and the rung they had. Raises AlreadyInPool."""
    if leader.status != "left":
        raise AlreadyInPool
    back = leader.with_changes(
        status="approved", called=called, approved_at=now, left_at=None, version=leader.version + 1
    )
    return back, LeaderApproved(back)


def leave(leader: Leader, *, now: datetime) -> tuple[Leader, LeaderLeft]:
    """Raises NotInPool."""
    if leader.status != "approved":
        raise NotInPool
    left = leader.with_changes(status="left", left_at=now, version=leader.version + 1)
    return left, LeaderLeft(left)


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
