"""The pages of notifications: everyone's home, how to be reached, and whom to ring or write to."""

from fastapi import APIRouter

from schemas import links
from services.chassis.http import organisations_data, own_data, policies
from services.notifications.store import holds
from services.notifications.store.policies import KINDS
from services.notifications.web import (
    answering,
    calendar,
    calendar_address,
    calling,
    caring,
    complaints,
    concerns,
    contact,
    conversing,
    day_number,
    first,
    first_sign_in,
    helped,
    home,
    how_told,
    letters,
    monthly,
    office,
    register,
    shown,
    still_wanted,
    story,
    writing_to_all,
)

router = APIRouter()
router.include_router(own_data.page(holds.PATH, "notifications", holds.TITLE, holds.HOLDS))
router.include_router(organisations_data.page(holds.OF_ORGANISATION))
router.include_router(policies.pages(links.STAFF_MESSAGE_POLICIES, KINDS))
for _part in (
    conversing,
    answering,
    writing_to_all,
    first,
    calendar,
    calendar_address,
    shown,
    contact,
    day_number.own,
    day_number,
    first_sign_in,
    helped,
    monthly,
    complaints,
    concerns,
    story,
    caring,
    how_told,
    still_wanted,
    home,
    letters,
    calling,
    register,
    office,
):  # …/mine/first, …/calendar, …/helped and the like before /messages/mine/{id}; complaints before concerns/{id}
    router.include_router(_part.router)
