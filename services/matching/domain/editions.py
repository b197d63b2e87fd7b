"""Editions of a role: what it said when it was posted, and after each time that something of it was said anew. Pure."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.event import Event
from schemas.matching import Opportunity, OpportunityPosted, OpportunityWithdrawn

CALLED_OFF = "called_off"


@dataclass(frozen=True)
class Edition:
    """What it said from a moment on. `parts`: what was changed, see ROLE_PARTS; none: it was posted so.

    `by`: the account that did it; None where it followed from something else.
    """

    opportunity: Opportunity
    at: datetime
    by: UUID | None
    parts: tuple[str, ...] = ()
    why: str = ""


def edition(opportunity: Opportunity, event: Event[Opportunity], *, by: UUID | None, now: datetime) -> Edition | None:
    """None of what says nothing anew: it closed in its time. A session's last change stands with the session."""
    if isinstance(event, OpportunityPosted):
        return Edition(opportunity, now, by)
    if isinstance(event, OpportunityWithdrawn):
        return Edition(opportunity, now, by, (CALLED_OFF,))
    changed = opportunity.changed
    if changed is None or changed.at != now:
        return None
    return Edition(opportunity, now, by, changed.parts, changed.why)
