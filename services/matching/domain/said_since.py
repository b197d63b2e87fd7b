"""Since when an opportunity says what it says. Pure."""

from datetime import datetime

from schemas.matching import Opportunity


def said_since(o: Opportunity) -> datetime:
    """The last of all that happened to it: posted, changed, a session added, moved or cancelled, closed, called off."""
    of_sessions = (
        at
        for one in o.sessions
        for at in (one.added_at, one.changed and one.changed.at, one.cancelled and one.cancelled.at)
    )
    whole = (o.posted_at, o.changed and o.changed.at, o.withdrawn and o.withdrawn.at, o.closed_at)
    return max(at for at in (*whole, *of_sessions) if at)
