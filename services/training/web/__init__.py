"""The pages of training: what is offered for everyone, places and credentials for each person, registers for staff."""

from fastapi import APIRouter

from services.chassis.http import organisations_data, own_data
from services.training.store import holds
from services.training.web import mine, public, staff

router = APIRouter()
router.include_router(own_data.page(holds.PATH, "training", holds.TITLE, holds.HOLDS))
router.include_router(organisations_data.page(holds.OF_ORGANISATION))
for _part in (mine, staff, public):
    router.include_router(_part.router)
