"""How what recruitment owns is said again: to fill a topic, and after a restore (services/chassis/restate.py)."""

from schemas.recruitment import (
    ApplicationLost,
    ApplicationRestated,
    LeaderLost,
    LeaderRestated,
    ProfileLost,
    ProfileRestated,
)
from services.chassis.operate.restate import Owned
from services.recruitment.store import applications, leaders, profiles

OWNED = (
    Owned(LeaderRestated, LeaderLost, after=leaders.after, lock=leaders.lock, save=leaders.save),
    Owned(ProfileRestated, ProfileLost, after=profiles.after, lock=profiles.lock, save=profiles.save),
    Owned(
        ApplicationRestated,
        ApplicationLost,
        after=applications.after,
        lock=applications.lock,
        save=applications.save,
        delete=applications.forget,
    ),
)
