"""The pages of engagements: a person's own, the coordinators', and what changed, for everyone."""

from fastapi import APIRouter

from schemas import links
from services.chassis.http import organisations_data, own_data, policies
from services.engagements.store import holds
from services.engagements.store.policies import KINDS
from services.engagements.web import (
    access,
    arranging,
    asking,
    attendance,
    choosing,
    comparing,
    drawing,
    honesty,
    impact,
    mine,
    my_draw,
    session_pages,
    sheet,
    staff,
    talking,
)

router = APIRouter()
router.include_router(own_data.page(holds.PATH, "engagements", holds.TITLE, holds.HOLDS))
router.include_router(organisations_data.page(holds.OF_ORGANISATION))
router.include_router(policies.pages(links.STAFF_ANSWER_POLICIES, KINDS))
router.include_router(session_pages.own.router)
router.include_router(asking.own.router)
router.include_router(talking.own.router)
router.include_router(honesty.own.router)
router.include_router(my_draw.own.router)
_PARTS = (
    *(arranging, asking, attendance, choosing, comparing, drawing, honesty, talking, session_pages, sheet, access),
    *(mine, staff, impact),
)
for _part in _PARTS:  # /…/people/{id}/needs before /…/people/{person_id}/{id}
    router.include_router(_part.router)
