"""The JSON API of matching. Everything that its pages do can be done here too."""

from fastapi import APIRouter

from services.chassis.http import organisations_data, own_data
from services.matching.api import changing, mine, opportunities, schedule, templates, who_answers
from services.matching.store import holds

router = APIRouter()
router.include_router(own_data.api("matching", holds.HOLDS))
router.include_router(organisations_data.api(holds.OF_ORGANISATION))
for _part in (who_answers, opportunities, templates, changing, schedule, mine):
    router.include_router(_part.router)
