"""The JSON API of payments. Everything that its pages do can be done here too."""

from fastapi import APIRouter

from services.chassis.http import organisations_data, own_data
from services.chassis.http import policies as policy_doors
from services.payments.api import claims, correcting, for_others, mine, paying
from services.payments.store import holds
from services.payments.store.promises import KINDS

router = APIRouter()
router.include_router(own_data.api("payments", holds.HOLDS))
router.include_router(organisations_data.api(holds.OF_ORGANISATION))
router.include_router(policy_doors.api(KINDS))
for _part in (mine, claims, for_others, correcting, paying):
    router.include_router(_part.router)
