"""The pages of recruitment: the gateway for everyone, screening for the network, a profile for each person."""

from fastapi import APIRouter

from schemas import links
from services.chassis.http import policies
from services.recruitment.store.policies import KINDS
from services.recruitment.web import applying, gateway, needs, phone, profile, screening

router = APIRouter()
router.include_router(policies.pages(links.STAFF_JOINING_POLICIES, KINDS))
# /people/for/{ods}/phone comes before /people/for/{ods}/{id}
for _part in (applying, gateway, profile, needs, phone, screening):
    router.include_router(_part.router)
