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
from services.chassis.operate.restate import Owned
from services.chassis.postgres import help_given
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
)
HELP = help_given.Kept(MatchingHelp, MatchingHelpGiven)
