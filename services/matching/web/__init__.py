"""The pages of matching: the feed for everyone, posting for staff, matches for each person."""

from fastapi import APIRouter

from services.chassis.http import organisations_data, own_data
from services.matching.store import holds
from services.matching.web import advising, drafting, feed, glossary, matches, posting, sessions, who_answers

router = APIRouter()
router.include_router(own_data.page(holds.PATH, "matching", holds.TITLE, holds.HOLDS))
router.include_router(organisations_data.page(holds.OF_ORGANISATION))
for _part in (drafting, advising, glossary, who_answers, posting, sessions, feed, matches):
    router.include_router(_part.router)
