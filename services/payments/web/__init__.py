"""The pages of payments: a person's claims and bank details, the approver's list, finance's rates and runs."""

from fastapi import APIRouter

from schemas import links
from services.chassis.http import organisations_data, own_data, policies
from services.payments.store import holds
from services.payments.store.promises import KINDS
from services.payments.web import approving, correcting, for_others, household, mine, paying, rates, ring_back

router = APIRouter()
router.include_router(own_data.page(holds.PATH, "payments", holds.TITLE, holds.HOLDS))
router.include_router(organisations_data.page(holds.OF_ORGANISATION))
router.include_router(policies.pages(links.STAFF_PAY_POLICIES, KINDS))
for _part in (household, mine, ring_back, approving, for_others, correcting, rates, paying):
    router.include_router(_part.router)
