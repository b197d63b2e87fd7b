"""The JSON API of matching. Everything that its pages do can be done here too."""

from fastapi import APIRouter

from services.chassis.http import organisations_data, own_data
from services.matching.api import advising, glossary, mine, opportunities, schedule, who_answers
from services.matching.store import holds

router = APIRouter()
router.include_router(own_data.api("matching", holds.HOLDS))
router.include_router(organisations_data.api(holds.OF_ORGANISATION))
for _part in (advising, glossary, who_answers, opportunities, schedule, mine):
    router.include_router(_part.router)
