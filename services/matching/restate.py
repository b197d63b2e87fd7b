"""How what matching owns is said again: to fill a topic, and after a restore (services/chassis/restate.py)."""

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
