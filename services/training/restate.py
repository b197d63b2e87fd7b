"""How what training owns is restated, to fill a topic or after a restore: see chassis/operate/restate.py."""

from schemas.training import (
    CredentialLost,
    CredentialRestated,
    EnrolmentLost,
    EnrolmentRestated,
    ProgrammeLost,
    ProgrammeRestated,
    TrainingHelp,
    TrainingHelpGiven,
    TrainingHelpLost,
    TrainingHelpRestated,
)
from services.chassis.operate.restate import Owned
from services.chassis.postgres import help_given
from services.training import commands
from services.training.store import enrolments, people, programmes

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
    Owned(
        EnrolmentRestated,
        EnrolmentLost,
        after=enrolments.after,
        lock=enrolments.lock,
        save=enrolments.save,
        delete=commands.take_back,
    ),
    Owned(TrainingHelpRestated, TrainingHelpLost, **help_given.stored(TrainingHelp)),
)
HELP = help_given.Kept(TrainingHelp, TrainingHelpGiven)
