"""How what training owns is restated, to fill a topic or after a restore: see chassis/operate/restate.py."""

from schemas.training import (
    CredentialLost,
    CredentialRestated,
    ProgrammeLost,
    ProgrammeRestated,
    TrainingHelp,
    TrainingHelpGiven,
    TrainingHelpLost,
    TrainingHelpRestated,
)
from services.chassis.operate.restate import Owned
from services.chassis.postgres import help_given
from services.training.store import people, programmes

OWNED = (
    Owned(ProgrammeRestated, ProgrammeLost, after=programmes.after, lock=programmes.lock, save=programmes.save),
    Owned(
        CredentialRestated,
        CredentialLost,
        after=people.credentials_after,
        lock=people.lock_credential_by_id,
        save=people.save_credential,
        delete=people.forget_credential,
    ),
    Owned(TrainingHelpRestated, TrainingHelpLost, **help_given.stored(TrainingHelp)),
)
HELP = help_given.Kept(TrainingHelp, TrainingHelpGiven)
