"""How what training owns is said again: to fill a topic, and after a restore (services/chassis/restate.py)."""

from schemas.training import CredentialLost, CredentialRestated, ProgrammeLost, ProgrammeRestated
from services.chassis.operate.restate import Owned
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
)
