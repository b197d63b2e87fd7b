"""The front desk for machines: everything that its pages can do."""

from fastapi import APIRouter

from services.chassis.http import organisations_data, own_data
from services.chassis.http import policies as policy_doors
from services.identity.api import (
    accounts,
    address,
    desks,
    grants,
    hosts,
    invitations,
    organisations,
    sessions,
    sign_in,
    staff,
    venues,
)
from services.identity.store import holds
from services.identity.store.policies import KINDS

router = APIRouter()
router.include_router(own_data.api("identity", holds.HOLDS))
router.include_router(organisations_data.api(holds.OF_ORGANISATION))
router.include_router(policy_doors.api(KINDS))
for part in (organisations, desks, venues, hosts, staff, invitations, grants, accounts, address, sessions, sign_in):
    router.include_router(part.router)
