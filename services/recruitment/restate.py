"""How what recruitment owns is restated, to fill a topic or after a restore: see chassis/operate/restate.py."""

from schemas.recruitment import (
    ApplicationLost,
    ApplicationRestated,
    LeaderLost,
    LeaderRestated,
    NeedsLost,
    NeedsRestated,
    ProfileLost,
    ProfileRestated,
    RecruitmentHelp,
    RecruitmentHelpGiven,
    RecruitmentHelpLost,
    RecruitmentHelpRestated,
    RecruitmentToDo,
    RecruitmentToDoLost,
    RecruitmentToDoRestated,
)
from schemas.recruitment_duplicate import DuplicateLost, DuplicateRestated
from services.chassis.operate.restate import Owned
from services.chassis.postgres import help_given
from services.chassis.work import to_do
from services.recruitment.store import applications, duplicates, leaders, needs, profiles

OWNED = (
    Owned(LeaderRestated, LeaderLost, after=leaders.after, lock=leaders.lock, save=leaders.save),
    Owned(ProfileRestated, ProfileLost, after=profiles.after, lock=profiles.lock, save=profiles.save),
    Owned(NeedsRestated, NeedsLost, after=needs.after, lock=needs.lock, save=needs.save),
    Owned(
        ApplicationRestated,
        ApplicationLost,
        after=applications.after,
        lock=applications.lock,
        save=applications.save,
        delete=applications.forget,
    ),
    Owned(
        DuplicateRestated,
        DuplicateLost,
        after=duplicates.after,
        lock=duplicates.lock,
        save=duplicates.save,
        delete=duplicates.forget,
    ),
    Owned(RecruitmentHelpRestated, RecruitmentHelpLost, **help_given.stored(RecruitmentHelp)),
    Owned(RecruitmentToDoRestated, RecruitmentToDoLost, **to_do.stored(RecruitmentToDo)),
)
HELP = help_given.Kept(RecruitmentHelp, RecruitmentHelpGiven)
