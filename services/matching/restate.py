"""How what matching owns is restated, to fill a topic or after a restore: see chassis/operate/restate.py."""

from schemas.matching import (
    MatchingHelp,
    MatchingHelpGiven,
    MatchingHelpLost,
    MatchingHelpRestated,
    MatchLost,
    MatchRestated,
    Opportunity,
    OpportunityLost,
    OpportunityRestated,
)
from schemas.matching_to_do import MatchingToDo, MatchingToDoLost, MatchingToDoRestated
from services.chassis.operate.restate import Owned
from services.chassis.postgres import help_given
from services.chassis.postgres.transaction import Transaction
from services.chassis.work import to_do
from services.matching.commands import feeds
from services.matching.store import matches, opportunities


async def _save(tx: Transaction, *said: Opportunity) -> None:
    """Machines read it again too: after a restore they may know it otherwise than it stands."""
    await opportunities.save(tx, *said)
    await tx.due_each(feeds.number_change, {one.id: one.version for one in said})


OWNED = (
    Owned(
        OpportunityRestated,
        OpportunityLost,
        after=opportunities.after,
        lock=opportunities.lock,
        save=_save,
    ),
    Owned(MatchRestated, MatchLost, after=matches.after, lock=matches.lock, save=matches.save),
    Owned(MatchingHelpRestated, MatchingHelpLost, **help_given.stored(MatchingHelp)),
    Owned(MatchingToDoRestated, MatchingToDoLost, **to_do.stored(MatchingToDo)),
)
HELP = help_given.Kept(MatchingHelp, MatchingHelpGiven)
