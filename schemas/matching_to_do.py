"""What waits for staff in matching and that no other state says: what an organisation asked for, and its draft."""

from schemas.event import Erasure, Event
from schemas.to_do import ToDo


class MatchingToDo(ToDo, topic="matching.to_do"):
    """Something that an organisation asked for: it waits for a draft, for a yes to the draft, or to be read."""


class MatchingToDoBegun(Event[MatchingToDo]):
    """It waits for staff; or it waits for others, or since another time, than was said."""


class MatchingToDoEnded(Event[MatchingToDo]):
    """It waits no more."""


class MatchingToDoRestated(Event[MatchingToDo]):
    """No news: said again for a new topic or after a restore."""


class MatchingToDoLost(Erasure[MatchingToDo]):
    """No news: after the restore of an older database its owner knows nothing of it any more."""
