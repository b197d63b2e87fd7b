"""The pages of matching: the feed for everyone, posting for staff, matches for each person."""

from fastapi import APIRouter

from services.matching.web import drafting, feed, matches, posting

router = APIRouter()
for _part in (drafting, posting, feed, matches):
    router.include_router(_part.router)
