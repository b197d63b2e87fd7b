"""How what the front desk owns is restated, to fill a topic or after a restore: see chassis/operate/restate.py."""

from schemas.identity import (
    AccountLost,
    AccountRestated,
    IdentityToDo,
    IdentityToDoLost,
    IdentityToDoRestated,
    OrganisationLost,
    OrganisationRestated,
)
from services.chassis.operate.restate import Owned
from services.chassis.work import to_do
from services.identity.store import accounts, organisations

OWNED = (
    Owned(
        OrganisationRestated,
        OrganisationLost,
        after=organisations.organisations_after,
        lock=organisations.lock_by_id,
        save=organisations.save_version,
    ),
    Owned(
        AccountRestated,
        AccountLost,
        after=accounts.accounts_after,
        lock=accounts.lock_account,
        save=accounts.save_account,
    ),
    Owned(IdentityToDoRestated, IdentityToDoLost, **to_do.stored(IdentityToDo)),
)
