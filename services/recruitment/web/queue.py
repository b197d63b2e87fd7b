"""Staff pages: who waits for the network's welcome team, the next one, what was answered, everybody, and the pool."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from schemas import links
from schemas.recruitment import Leader
from services.chassis.base.access import london_day
from services.chassis.base.hands import Member
from services.chassis.http import entry
from services.chassis.http.confirmations import confirmation
from services.chassis.http.lists import AskedByPage, WordsToFind, as_csv, view, wants_csv
from services.chassis.http.request import open_transaction, render
from services.chassis.postgres.lists import Asked, Page
from services.chassis.postgres.transaction import Transaction
from services.recruitment import queries, words
from services.recruitment.commands import joining
from services.recruitment.domain.application import SCREENER
from services.recruitment.queries import ToScreen
from services.recruitment.store import leaders, welcome
from services.recruitment.store.welcome import Narrowed
from services.recruitment.web import lists
from services.recruitment.words import RUNG

router = APIRouter()
Welcomer = Annotated[Member, Depends(entry.staff(SCREENER))]
DONE = {
    "stepped_back": "It is with your colleagues now. You do not see it any more.",
    "said_no": "It is kept. They are being forgotten, everywhere.",
}


@router.get(links.STAFF_APPLICATIONS)
async def waiting(
    request: Request,
    ods: str,
    acting: Welcomer,
    asked: AskedByPage,
    find: WordsToFind,
    stage: str = "",
    turn: str = "",
    held: str = "",
) -> Response:
    to = Narrowed(
        find,
        stage if stage in words.WAITING_STAGES else None,
        acting.by if held == "me" else None,
        {"them": True, "us": False}.get(turn),
    )

    async def one_page(tx: Transaction[Member], asked: Asked) -> Page[ToScreen]:
        network = await joining.check_screener(tx)
        return await queries.waiting_applications(tx, asked, network.id, to)

    if wants_csv(request):
        return await as_csv(request, acting, asked, one_page, columns=lists.APPLICATION_COLUMNS)
    async with open_transaction(request, acting) as tx:
        network = await joining.check_screener(tx)
        queue = await queries.queue(tx, asked, network.id, to)
    return render(
        request,
        "applications.jinja",
        things=queue.page.items,
        list=view(request, queue.page, lists.APPLICATIONS),
        team=queue.team,
        untold=queue.untold,
        done=confirmation(request, DONE),
        ods=ods,
        words=words,
        links=links,
    )


@router.get(links.STAFF_APPLICATIONS + "/next")
async def next_one(request: Request, ods: str, acting: Welcomer) -> Response:
    """To the one who has waited longest of those that whoever asks can answer; to the list where there is none."""
    async with open_transaction(request, acting) as tx:
        network = await joining.check_screener(tx)
        id = await welcome.next_for(tx, network.id, acting.by, on=london_day(tx.now))
    to = links.STAFF_APPLICATION.format(ods=ods, id=id) if id else links.STAFF_APPLICATIONS.format(ods=ods)
    return RedirectResponse(to, status_code=303)


@router.get(links.STAFF_APPLICATIONS + "/answered")
async def answered(request: Request, ods: str, acting: Welcomer, asked: AskedByPage, answer: str = "") -> Response:
    async def one_page(tx: Transaction[Member], asked: Asked) -> Page[ToScreen]:
        network = await joining.check_screener(tx)
        stage = answer if answer in words.ANSWERS else None
        return await queries.answered_applications(tx, asked, network.id, stage)

    if wants_csv(request):
        return await as_csv(request, acting, asked, one_page, columns=lists.ANSWERED_COLUMNS)
    async with open_transaction(request, acting) as tx:
        page = await one_page(tx, asked)
    about = view(request, page, lists.ANSWERED)
    return render(request, "past_answers.jinja", things=page.items, list=about, ods=ods, words=words, links=links)


@router.get(links.STAFF_APPLICATIONS + "/find")
async def find_somebody(
    request: Request, ods: str, acting: Welcomer, asked: AskedByPage, find: WordsToFind
) -> Response:
    """Everybody who ever asked and is still kept, at whatever stage."""
    async with open_transaction(request, acting) as tx:
        network = await joining.check_screener(tx)
        page = await queries.found_applications(tx, asked, network.id, find)
    about = view(request, page, lists.FOUND)
    return render(request, "found.jinja", things=page.items, list=about, ods=ods, words=words, links=links)


@router.get(links.STAFF_POOL)
async def pool(request: Request, ods: str, acting: Welcomer, asked: AskedByPage, find: WordsToFind) -> Response:
    """Who is in the pool, for those who take people into it."""

    async def one_page(tx: Transaction[Member], asked: Asked) -> Page[Leader]:
        await joining.check_screener(tx)
        return await leaders.pool(tx, asked, find)

    if wants_csv(request):
        return await as_csv(request, acting, asked, one_page, columns=lists.POOL_COLUMNS)
    async with open_transaction(request, acting) as tx:
        page = await one_page(tx, asked)
    about = view(request, page, lists.POOL_BY_NAME if find else lists.POOL)
    return render(request, "pool.jinja", things=page.items, list=about, ods=ods, rungs=RUNG, links=links)
