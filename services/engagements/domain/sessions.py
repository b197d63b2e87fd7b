"""What an opportunity's sessions say of what is open: which were held, and whether anything of it is still to come."""

from datetime import datetime

from schemas.matching import Opportunity, Session
from services.chassis.base.refusals import Refused


class RoleIsOver(Refused, slug="role-is-over", title="The last session is over", status=409):
    """The last session of this is over, so nobody can take a place any more. Look at the others that are open."""


def is_called_off(opportunity: Opportunity) -> bool:
    """It was called off before any session was held, so nobody has a place. What was held stays: people are paid."""
    return opportunity.withdrawn is not None and not opportunity.takes_place


def held(opportunity: Opportunity, now: datetime) -> tuple[Session, ...]:
    """The sessions that have begun and were not cancelled, in their order of time."""
    return tuple(one for one in opportunity.takes_place if one.starts_at <= now)
