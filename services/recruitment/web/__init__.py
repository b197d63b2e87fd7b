"""The pages of recruitment: the gateway for everyone, the network's welcome team, a profile for each person."""

from fastapi import APIRouter

from schemas import links
from services.chassis.http import policies
from services.recruitment.store.policies import KINDS
from services.recruitment.web import applying, gateway, mine, phone, profile, queue, screening, welcoming

router = APIRouter()
router.include_router(policies.pages(links.STAFF_JOINING_POLICIES, KINDS))
# /people/for/{ods}/phone, and what the queue leads to, come before /people/for/{ods}/{id}
for _part in (applying, gateway, mine, profile, phone, queue, screening, welcoming):
    router.include_router(_part.router)
