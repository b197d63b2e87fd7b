"""What somebody in the pool is asked to agree to: an edition that holds now, after they said yes to an earlier one.

Nothing waits for their yes: every place stays. Whoever has said yes to none is asked where they take their first role.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from schemas import links
from schemas.event import Waiting
from schemas.recruitment import Leader, LeaderAgreed, LeaderAskedToAgree
from services.chassis.base.periods import start_of
from services.recruitment.domain.agreement import TO_JOIN, InForce, Kind

WAITS: dict[Kind, str] = {"code_of_conduct": "agree_to_code", "data_notice": "agree_to_notice"}
"""What waits for somebody, by the kind of what is in force now."""
CODE: Kind = "code_of_conduct"


class Agreed(NamedTuple):
    """One edition that somebody said yes to."""

    kind: str
    version: str


def keep_in_step(
    leader: Leader, agreed: Sequence[Agreed], in_force: InForce, *, has_place: bool
) -> tuple[Leader, LeaderAgreed | LeaderAskedToAgree] | None:
    """The leader as what they agreed to makes it, the last one last; None where it says so already.

    `has_place`: in a role, so that they are asked even if they have said yes to none.
    """
    codes = [one.version for one in agreed if one.kind == CODE]
    code, waiting = codes[-1] if codes else leader.code_agreed, _asked(leader, agreed, in_force, has_place=has_place)
    if (code, waiting) == (leader.code_agreed, leader.waiting):
        return None
    known = leader.with_changes(code_agreed=code, waiting=waiting, version=leader.version + 1)
    is_asked = any(one not in leader.waiting for one in waiting)
    return known, LeaderAskedToAgree(known) if is_asked else LeaderAgreed(known)


def _asked(leader: Leader, agreed: Sequence[Agreed], in_force: InForce, *, has_place: bool) -> tuple[Waiting, ...]:
    """Whoever has left is asked nothing."""
    if leader.status != "approved":
        return ()
    before = {one.kind for one in agreed}
    return tuple(
        Waiting(
            person_id=leader.id,
            what=WAITS[kind],
            about=leader.id,
            since=_since(leader, in_force, kind),
            link=links.AGREE,
        )
        for kind in TO_JOIN
        if (kind in before or has_place) and Agreed(kind, in_force[kind].version) not in agreed
    )


def _since(leader: Leader, in_force: InForce, kind: Kind) -> datetime:
    """When its first day began, or they came into the pool: the same whenever it is reckoned."""
    return max(start_of(in_force[kind].valid_from), leader.approved_at)
