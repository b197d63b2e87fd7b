"""The pages of engagements: a person's own, the coordinators', and what changed, for everyone."""

from fastapi import APIRouter

from services.engagements.web import arranging, impact, mine, staff

router = APIRouter()
for _part in (mine, arranging, staff, impact):
    router.include_router(_part.router)
