"""How what engagements owns is restated, to fill a topic or after a restore: see chassis/operate/restate.py."""

from schemas.engagements import (
    ArrangementLost,
    ArrangementRestated,
    EngagementLost,
    EngagementRestated,
    EngagementsHelp,
    EngagementsHelpGiven,
    EngagementsHelpLost,
    EngagementsHelpRestated,
    IntakeLost,
    IntakeRestated,
    UndoingLost,
    UndoingRestated,
)
from services.chassis.operate.restate import Owned
from services.chassis.postgres import help_given
from services.engagements.store import arranging, engagements, intakes, undoing

OWNED = (
    Owned(IntakeRestated, IntakeLost, after=intakes.after, lock=intakes.lock, save=intakes.save),
    Owned(
        EngagementRestated,
        EngagementLost,
        after=engagements.after,
        lock=engagements.lock,
        save=engagements.save,
    ),
    Owned(UndoingRestated, UndoingLost, after=undoing.after, lock=undoing.lock, save=undoing.save),
    Owned(ArrangementRestated, ArrangementLost, after=arranging.after, lock=arranging.lock, save=arranging.save),
    Owned(EngagementsHelpRestated, EngagementsHelpLost, **help_given.stored(EngagementsHelp)),
)
HELP = help_given.Kept(EngagementsHelp, EngagementsHelpGiven)
