"""The front page, and what the network is."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from schemas import links
from services.chassis import web
from services.chassis.access import Acting

router = APIRouter()
Anyone = Annotated[Acting, Depends(web.anyone)]


@router.get("/")
async def front(request: Request, acting: Anyone) -> Response:
    return web.page(request, "front.jinja", links=links)


@router.get("/about")
async def about(request: Request, acting: Anyone) -> Response:
    return web.page(request, "about.jinja", links=links)


@router.get("/about/accessibility")
async def accessibility(request: Request, acting: Anyone) -> Response:
    return web.page(request, "accessibility.jinja")


@router.get("/about/cookies")
async def cookies(request: Request, acting: Anyone) -> Response:
    return web.page(request, "cookies.jinja", cookie=web.cookie_name(request), visit=web.VISIT_COOKIE)
