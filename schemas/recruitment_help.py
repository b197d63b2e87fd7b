"""What recruitment says of what its staff do for people."""

from schemas.event import Erasure, Event
from schemas.helping import Help


class RecruitmentHelp(Help, topic="recruitment.help", about_people=True):
    """Something that staff did for a person in recruitment. It is never changed."""


class RecruitmentHelpGiven(Event[RecruitmentHelp]):
    """Staff did something for a person, who is told of it."""


class RecruitmentHelpRestated(Event[RecruitmentHelp]):
    """No news: said again for a new topic or after a restore."""


class RecruitmentHelpLost(Erasure[RecruitmentHelp]):
    """No news: after the restore of an older database its owner knows nothing of it any more."""


class RecruitmentHelpErased(Erasure[RecruitmentHelp]):
    """The person asked to be forgotten."""
