"""The pages of matching: the feed for everyone, posting for staff, matches for each person."""

from fastapi import APIRouter

from services.chassis.http import organisations_data, own_data
from services.matching.store import holds
from services.matching.web import changing, drafting, editions, feed, matches, posting, sessions, starting, templates

router = APIRouter()
router.include_router(own_data.page(holds.PATH, "matching", holds.TITLE, holds.HOLDS))
router.include_router(organisations_data.page(holds.OF_ORGANISATION))
for _part in (starting, templates, drafting, posting, changing, sessions, editions, feed, matches):
    router.include_router(_part.router)
