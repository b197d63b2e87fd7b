"""Staff pages: the network's screeners answer applications; every organisation sees who somebody in the pool is."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from schemas.recruitment import Leader
from services.chassis.base.hands import Member
from services.chassis.base.refusals import NotFound
from services.chassis.base.wording import day
from services.chassis.http import entry, files
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.lists import AskedByPage, WordsToFind, as_csv, view, wants_csv
from services.chassis.http.request import open_transaction, render
from services.chassis.http.sending import SAYS_ONCE, button, submit
from services.chassis.postgres.lists import Asked, Page
from services.chassis.postgres.transaction import Transaction
from services.recruitment import queries, words
from services.recruitment.commands import joining
from services.recruitment.domain.application import SCREENER
from services.recruitment.forms import Decline
from services.recruitment.queries import ToScreen
from services.recruitment.store import leaders
from services.recruitment.web import lists
from services.recruitment.words import RUNG

router = APIRouter()
Screener = Annotated[Member, Depends(entry.staff(SCREENER))]
Staff = Annotated[Member, Depends(entry.staff())]
ANSWERED = "Your answer is kept. The person is being told."


@router.get(links.STAFF_APPLICATIONS)
async def waiting(request: Request, ods: str, acting: Screener, asked: AskedByPage, find: WordsToFind) -> Response:
    async def one_page(tx: Transaction[Member], asked: Asked) -> Page[ToScreen]:
        network = await joining.check_screener(tx)
        return await queries.waiting_applications(tx, asked, network.id, find)

    if wants_csv(request):
        return await as_csv(request, acting, asked, one_page, columns=lists.APPLICATION_COLUMNS)
    async with open_transaction(request, acting) as tx:
        page = await one_page(tx, asked)
    about = view(request, page, lists.APPLICATIONS)
    return render(request, "applications.jinja", things=page.items, list=about, ods=ods, links=links)


@router.get(links.STAFF_POOL)
async def pool(request: Request, ods: str, acting: Screener, asked: AskedByPage, find: WordsToFind) -> Response:
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


@router.get(links.STAFF_APPLICATION)
async def person_or_application(request: Request, ods: str, id: UUID, acting: Staff) -> Response:
    """An application, to the network's screeners; else somebody in the pool, to every member of staff."""
    async with open_transaction(request, acting) as tx:
        found = await queries.own_application(tx, id)
        leader = None if found else await queries.leader_in_pool(tx, id)
        signed_form = await queries.signed_form(tx, found)
    if found is None:
        return render(request, "person.jinja", leader=leader, ods=ods, words=words)
    return render(
        request,
        "application.jinja",
        a=found.application,
        signed_form=signed_form,
        may=found.choices,
        waited=found.days_waiting,
        answer_by=found.answer_by,
        done=_done(request, found),
        ods=ods,
        here_is=links.STAFF_APPLICATION.format(ods=ods, id=id),
        words=words,
        links=links,
    )


def _done(request: Request, found: ToScreen) -> str:
    entered = f"The application is sent. Tell the person that they get an answer by {day(found.answer_by)}."
    return confirmation(request, {"answered": ANSWERED} | ({"entered": entered} if found.application.waits else {}))


@router.get(links.STAFF_APPLICATION + "/signed-form")
async def signed_form(request: Request, ods: str, id: UUID, acting: Screener) -> Response:
    async with open_transaction(request, acting) as tx:
        return files.answer(*await queries.open_signed_form(tx, await queries.own_application(tx, id)))


@router.post(links.STAFF_APPLICATION + "/approve")
async def approve(request: Request, ods: str, id: UUID, acting: Screener) -> Response:
    async def act(tx: Transaction[Member]) -> str:
        await joining.approve_application(tx, id)
        return confirmed(links.STAFF_APPLICATION.format(ods=ods, id=id), "answered")

    return await button(request, acting, act)


@router.get(links.STAFF_APPLICATION + "/decline")
async def decline_page(request: Request, ods: str, id: UUID, acting: Screener) -> Response:
    return await _decline_page(request, acting, id, ({}, {}))


@router.post(links.STAFF_APPLICATION + "/decline")
async def decline(request: Request, ods: str, id: UUID, acting: Screener) -> Response:
    async def act(tx: Transaction[Member], form: Decline) -> str:
        await joining.decline_application(tx, id, form.reason)
        return confirmed(links.STAFF_APPLICATION.format(ods=ods, id=id), "answered")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _decline_page(request, acting, id, (values, errors))

    return await submit(request, acting, Decline, act, again, kind=SAYS_ONCE)


async def _decline_page(
    request: Request, acting: Member, id: UUID, shown: tuple[dict[str, Any], dict[str, str]]
) -> Response:
    async with open_transaction(request, acting) as tx:
        await joining.check_screener(tx)
        found = await queries.own_application(tx, id)
    if found is None:
        raise NotFound
    back = links.STAFF_APPLICATION.format(ods=acting.ods_code, id=id)
    return render(request, "decline.jinja", values=shown[0], errors=shown[1], a=found.application, back=back)
