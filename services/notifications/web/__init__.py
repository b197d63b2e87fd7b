"""The pages of notifications: everyone's home, how to be reached, and whom to ring or write to."""

from fastapi import APIRouter

from schemas import links
from services.chassis.http import organisations_data, own_data, policies
from services.notifications.store import holds
from services.notifications.store.policies import KINDS
from services.notifications.web import (
    calling,
    caring,
    complaints,
    concerns,
    contact,
    first,
    first_sign_in,
    helped,
    home,
    letters,
    monthly,
    office,
    register,
    shown,
    story,
)

router = APIRouter()
router.include_router(own_data.page(holds.PATH, "notifications", holds.TITLE, holds.HOLDS))
router.include_router(organisations_data.page(holds.OF_ORGANISATION))
router.include_router(policies.pages(links.STAFF_CONCERN_POLICIES, KINDS))
for _part in (
    first,
    shown,
    contact,
    first_sign_in,
    helped,
    monthly,
    complaints,
    concerns,
    story,
    caring,
    home,
    letters,
    calling,
    register,
    office,
):  # …/mine/first, …/shown, …/helped and the like before /messages/mine/{id}; complaints before concerns/{id}
    router.include_router(_part.router)
