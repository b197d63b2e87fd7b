"""The pages of matching: the feed for everyone, posting for staff, matches for each person."""

from fastapi import APIRouter

from schemas import links
from services.chassis.http import organisations_data, own_data, policies
from services.matching.store import holds
from services.matching.store.policies import KINDS
from services.matching.web import (
    advising,
    asked_drafts,
    asking,
    changing,
    counting,
    drafting,
    editions,
    fair,
    feed,
    feeds,
    front,
    glossary,
    involved,
    jobs,
    matches,
    posting,
    printed,
    role,
    sessions,
    sitemap,
    starting,
    synonyms,
    templates,
    ways_in,
    wishes,
    works,
)

router = APIRouter()
router.include_router(own_data.page(holds.PATH, "matching", holds.TITLE, holds.HOLDS))
router.include_router(organisations_data.page(holds.OF_ORGANISATION))
router.include_router(policies.pages(links.STAFF_ROLE_POLICIES, KINDS))
_BEFORE = (
    asked_drafts,
    asking,
    starting,
    templates,
    drafting,
    jobs,
    works,
    advising,
    counting,
    glossary,
    synonyms,
    ways_in,
    printed,
)
for _part in (
    *_BEFORE,
    front,
    involved,
    posting,
    changing,
    sessions,
    editions,
    feed,
    feeds,
    role,
    sitemap,
    wishes,
    matches,
    fair,
):
    router.include_router(_part.router)
