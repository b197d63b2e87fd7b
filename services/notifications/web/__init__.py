"""The pages of notifications: everyone's home, how to be reached, and whom to ring or write to."""

from fastapi import APIRouter

from services.chassis.http import organisations_data, own_data
from services.notifications.store import holds
from services.notifications.web import (
    calling,
    contact,
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
)

router = APIRouter()
router.include_router(own_data.page(holds.PATH, "notifications", holds.TITLE, holds.HOLDS))
router.include_router(organisations_data.page(holds.OF_ORGANISATION))
for _part in (
    first,
    shown,
    contact,
    first_sign_in,
    helped,
    monthly,
    how_told,
    home,
    letters,
    calling,
    register,
    office,
):  # …/mine/first, …/shown, …/confirm, …/helped and …/monthly-list before /messages/mine/{id}
    router.include_router(_part.router)
