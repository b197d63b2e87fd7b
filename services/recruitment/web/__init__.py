"""The pages of recruitment: the gateway for everyone, the network's welcome team, a profile for each person."""

from fastapi import APIRouter

from schemas import links
from services.chassis.http import organisations_data, own_data, policies
from services.recruitment.store import holds
from services.recruitment.store.policies import KINDS
from services.recruitment.web import (
    applying,
    asked,
    duplicates,
    gateway,
    looked_after,
    mine,
    needs,
    past,
    people,
    person,
    phone,
    profile,
    queue,
    registers,
    screening,
    welcoming,
)

router = APIRouter()
router.include_router(own_data.page(holds.PATH, "recruitment", holds.TITLE, holds.HOLDS))
router.include_router(organisations_data.page(holds.OF_ORGANISATION))
router.include_router(policies.pages(links.STAFF_JOINING_POLICIES, KINDS))
# /people/for/{ods}/phone and /mine, and what the queue leads to, come before /people/for/{ods}/{id}
_OWN = (applying, gateway, mine, profile, past, looked_after, needs)
_STAFF = (phone, people, registers, queue, duplicates, screening, welcoming, person)
for _part in (*_OWN, asked, *_STAFF):
    router.include_router(_part.router)
