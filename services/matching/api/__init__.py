"""The JSON API of matching. Everything that its pages do can be done here too."""

from fastapi import APIRouter

from services.chassis.http import organisations_data, own_data, policies
from services.matching.api import (
    advising,
    asking,
    changing,
    counting,
    fair,
    glossary,
    mine,
    opportunities,
    schedule,
    synonyms,
    templates,
    venues,
    ways_in,
    who_answers,
    wishes,
    works,
)
from services.matching.store import holds
from services.matching.store.policies import KINDS

router = APIRouter()
router.include_router(own_data.api("matching", holds.HOLDS))
router.include_router(organisations_data.api(holds.OF_ORGANISATION))
router.include_router(policies.api(KINDS))
_FIRST = (advising, counting, fair, glossary, synonyms, asking, who_answers, opportunities, templates, venues, ways_in)
for _part in (*_FIRST, changing, works, schedule, wishes, mine):
    router.include_router(_part.router)
