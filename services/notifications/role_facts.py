"""What every message of a role that fits somebody says of it: pay, when, where, and until when to answer."""

from datetime import datetime
from typing import Any

from schemas.matching import Opportunity, Session
from schemas.words import MODE
from services.chassis.base.paid import paid_in_all
from services.chassis.base.wording import hours, moment


def of_role(role: Opportunity, now: datetime) -> dict[str, Any]:
    """`when`: its first meeting to come, "" where none is known; `more`: how many others follow; `pay`: of all meetings
    together, "" where nothing is paid."""
    ahead = role.to_come(now)
    return {
        "title": role.title,
        "when": f"{moment(ahead[0].starts_at)}, for {hours(ahead[0].hours)}" if ahead else "",
        "more": max(0, len(ahead) - 1),
        "where": where(role, ahead[0] if ahead else None),
        "takes": role.time_commitment.rstrip("."),
        "apply_by": role.apply_by,
        "pay": paid_in_all(role.pay, role.takes_place) if role.pay else "",
        "salary": role.job.salary.rstrip(".") if role.job else "",
    }


def where(opportunity: Opportunity, session: Session | None) -> str:
    """Of a role without a meeting, as it says itself."""
    mode = (session.mode if session else "") or opportunity.mode
    place = (session.place if session else "") or opportunity.place
    if mode == "remote" or not place:
        words = MODE.get(mode, mode)
        return words[:1].lower() + words[1:]
    return f"at {place}, or online: you choose" if mode == "hybrid" else f"at {place}"
