"""By which name staff see somebody: where names are hidden, by a number until their name is needed."""

from uuid import UUID

from schemas.engagements import Engagement
from schemas.matching import Opportunity

NOBODY = UUID(int=0)
"""In the place of whoever is not named."""
HIDDEN = "name hidden"
"""In the place of their reference."""


def is_named(opportunity: Opportunity, engagement: Engagement) -> bool:
    """A place was offered to them, or a talk is agreed; or the organisation chooses by names."""
    talks = engagement.chat is not None and engagement.chat.starts_at is not None
    return not opportunity.names_hidden or engagement.offer is not None or talks


def numbered(number: int | None) -> str:
    """ "Person 3", in the order of interest. The number comes a moment after the interest."""
    return f"Person {number}" if number else "Somebody new"


def without_name(engagement: Engagement) -> Engagement:
    """As staff see it who do not see whose it is."""
    waiting = tuple(one for one in engagement.waiting if one.person_id is None)
    return engagement.with_changes(person_id=NOBODY, waiting=waiting)
