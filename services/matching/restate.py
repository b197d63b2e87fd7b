"""How what matching owns is restated, to fill a topic or after a restore: see chassis/operate/restate.py."""

from schemas.matching import MatchLost, MatchRestated, OpportunityLost, OpportunityRestated
from services.chassis.operate.restate import Owned
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
)
