"""How what matching owns is restated, to fill a topic or after a restore: see chassis/operate/restate.py."""

from schemas.matching import (
    MatchingHelp,
    MatchingHelpGiven,
    MatchingHelpLost,
    MatchingHelpRestated,
    MatchLost,
    MatchRestated,
    OpportunityLost,
    OpportunityRestated,
)
from schemas.matching_to_do import MatchingToDo, MatchingToDoLost, MatchingToDoRestated
from services.chassis.operate.restate import Owned
from services.chassis.postgres import help_given
from services.chassis.work import to_do
from services.matching.store import matches, opportunities

OWNED = (
    Owned(
        OpportunityRestated,
        OpportunityLost,
        after=opportunities.after,
        lock=opportunities.lock,
        save=opportunities.save,
    ),
    Owned(MatchRestated, MatchLost, after=matches.after, lock=matches.lock, save=matches.save),
    Owned(MatchingHelpRestated, MatchingHelpLost, **help_given.stored(MatchingHelp)),
    Owned(MatchingToDoRestated, MatchingToDoLost, **to_do.stored(MatchingToDo)),
)
HELP = help_given.Kept(MatchingHelp, MatchingHelpGiven)
