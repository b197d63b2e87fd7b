"""What the network is, and how it treats what it knows of people."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from schemas import links
from services.chassis.base.access import london_day
from services.chassis.base.hands import Person, Visitor
from services.chassis.http import entry
from services.chassis.http.request import open_transaction, render, site_of
from services.identity.store import organisations as store
from services.identity.store import policies

router = APIRouter()
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]


@router.get("/about")
async def about(request: Request, acting: Anyone) -> Response:
    return render(request, "about.jinja", links=links)


@router.get("/about/accessibility")
async def accessibility(request: Request, acting: Anyone) -> Response:
    return render(request, "accessibility.jinja")


@router.get("/about/cookies")
async def cookies(request: Request, acting: Anyone) -> Response:
    site = site_of(request)
    cookie, visit, browser = site.token_cookie, site.visit_cookie, site.browser_cookie
    return render(request, "cookies.jinja", cookie=cookie, visit=visit, browser=browser)


@router.get(links.PRIVACY)
async def privacy(request: Request, acting: Anyone) -> Response:
    async with open_transaction(request, acting) as tx:
        network = await store.network(tx)
        asking = await policies.who_may_ask(tx, on=london_day(tx.now))
    return render(request, "privacy.jinja", keeper=network.name if network else "", asking=asking)


@router.get(links.COMPLAINTS)
async def complaints(request: Request, acting: Anyone) -> Response:
    return render(request, "complaints.jinja")
