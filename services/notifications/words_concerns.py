"""The words for the codes of concerns, complaints about data and calls, as people read them."""

from services.chassis.base.wording import many
from services.notifications.domain.concern import Concern
from services.notifications.domain.readers import Readers

ABOUT: dict[str, str] = {
    "coordinator": "Who looks after them",
    "contact": "Who answers for a role of theirs",
    "team": "Everybody who answers at an organisation",
    "organisation": "Something at an organisation",
    "network": "The network, or anybody there",
    "other": "Something else",
}
"""As staff read what it is about."""
MINE_ABOUT: dict[str, str] = ABOUT | {
    "coordinator": "Who looks after you",
    "contact": "Who answers for a role of yours",
}
NO: dict[str, str] = {"engagement": "Not being chosen for a role", "claim": "A claim that came back"}
"""What a no was about that is looked at again."""
STANDS: dict[str, str] = {
    "sent": "Sent",
    "read": "Read",
    "answered": "Answered",
    "closed": "Closed",
}
COLOUR: dict[str, str] = {"sent": "blue", "read": "yellow", "answered": "green", "closed": "grey"}
CAME_BY: dict[str, str] = {"form": "By the form", "phone": "By phone", "post": "By post", "email": "By e-mail"}
ENTERED_BY: dict[str, str] = {"phone": "By phone", "post": "By post", "email": "By e-mail"}
AROUND: dict[str, str] = {"before": "Before the session", "after": "After it", "both": "Before it, and after it"}
AGAIN: dict[str, str] = {"no": "No, that was enough", "yes": "Yes, they wish another call"}


def stands(concern: Concern) -> str:
    """How far it is, as a code."""
    if concern.closed_at:
        return "closed"
    if concern.answers and concern.answers[-1].at >= concern.since:
        return "answered"
    return "read" if concern.read_at else "sent"


def read_by(readers: Readers, *, named: bool) -> str:
    """Who would read it there: by name where the person deals with them, else how many."""
    if not named:
        return f"{many(len(readers.can), 'person reads', 'people read')} it there."
    return f"Read there by {', '.join(one.called for one in readers.can[:MOST_NAMED])}" + (
        f" and {len(readers.can) - MOST_NAMED} more." if len(readers.can) > MOST_NAMED else "."
    )


MOST_NAMED = 8
