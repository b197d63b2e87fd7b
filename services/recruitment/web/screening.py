"""Staff pages: the network's screeners answer applications; every organisation sees who somebody in the pool is."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from schemas import links
from schemas.recruitment import Leader
from services.chassis.base.access import Acting, london_day
from services.chassis.base.refusals import NotFound
from services.chassis.http import entry
from services.chassis.http.forms import button, submit
from services.chassis.http.request import open_transaction, render
from services.chassis.postgres.transaction import Transaction
from services.recruitment import words
from services.recruitment.commands import joining
from services.recruitment.domain.application import SCREENER, Application
from services.recruitment.store import applications, leaders, policies
from services.recruitment.web.gateway import answer_by

router = APIRouter()
Screener = Annotated[Acting, Depends(entry.staff(SCREENER))]
Staff = Annotated[Acting, Depends(entry.staff())]
PageNumber = Annotated[int, Query(ge=0, le=1000)]


class Decline(BaseModel):
    model_config = ConfigDict(extra="forbid")
    reason: str = Field(min_length=1, max_length=1000)


@router.get(links.STAFF_APPLICATIONS)
async def waiting(request: Request, ods: str, acting: Screener, page: PageNumber = 0) -> Response:
    async with open_transaction(request, acting) as tx:
        network = await joining.check_screener(tx)
        things, more = await applications.waiting(tx, network.id, page=page)
        in_force = await policies.in_force(tx, on=london_day(tx.now))
        now = tx.now
    return render(
        request,
        "applications.jinja",
        things=[
            {
                "a": one,
                "waited": words.days_waiting(one.sent_at, now),
                "answer_by": answer_by(one, in_force),
                "late": answer_by(one, in_force) < london_day(now),
            }
            for one in things
        ],
        previous=f"?page={page - 1}" if page else "",
        next=f"?page={page + 1}" if more else "",
        ods=ods,
        links=links,
    )


@router.get(links.STAFF_APPLICATION)
async def person_or_application(request: Request, ods: str, id: UUID, acting: Staff, answered: str = "") -> Response:
    """An application, to the network's screeners; else somebody in the pool, to every member of staff."""
    async with open_transaction(request, acting) as tx:
        application = await own_application(tx, acting, id)
        leader = None if application else await in_pool(tx, id)
        in_force = await policies.in_force(tx, on=london_day(tx.now))
        now = tx.now
    if application is None:
        return render(request, "person.jinja", leader=leader, ods=ods, words=words)
    return render(
        request,
        "application.jinja",
        a=application,
        own=application.person_id == acting.person_id,
        waited=words.days_waiting(application.sent_at, now),
        answer_by=answer_by(application, in_force),
        answered=answered,
        ods=ods,
        here_is=links.STAFF_APPLICATION.format(ods=ods, id=id),
        words=words,
        links=links,
    )


@router.post(links.STAFF_APPLICATION + "/approve")
async def approve(request: Request, ods: str, id: UUID, acting: Screener) -> Response:
    async def act(tx: Transaction) -> str:
        await joining.approve_application(tx, id)
        return links.STAFF_APPLICATION.format(ods=ods, id=id) + "?answered=yes"

    return await button(request, acting, act)


@router.get(links.STAFF_APPLICATION + "/decline")
async def decline_page(request: Request, ods: str, id: UUID, acting: Screener) -> Response:
    return await _decline_page(request, acting, id, ({}, {}))


@router.post(links.STAFF_APPLICATION + "/decline")
async def decline(request: Request, ods: str, id: UUID, acting: Screener) -> Response:
    async def act(tx: Transaction, form: Decline) -> str:
        await joining.decline_application(tx, id, form.reason)
        return links.STAFF_APPLICATION.format(ods=ods, id=id) + "?answered=yes"

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _decline_page(request, acting, id, (values, errors))

    return await submit(request, acting, Decline, act, again)


async def _decline_page(
    request: Request, acting: Acting, id: UUID, shown: tuple[dict[str, Any], dict[str, str]]
) -> Response:
    async with open_transaction(request, acting) as tx:
        await joining.check_screener(tx)
        application = await own_application(tx, acting, id)
    if application is None:
        raise NotFound
    back = links.STAFF_APPLICATION.format(ods=acting.ods_code, id=id)
    return render(request, "decline.jinja", values=shown[0], errors=shown[1], a=application, back=back)


async def own_application(tx: Transaction, acting: Acting, id: UUID) -> Application | None:
    """An application that this member of staff screens; None for everybody else's."""
    if SCREENER not in acting.roles:
        return None
    application = await applications.get(tx, id)
    mine = application is not None and application.screened_by.organisation_id == acting.organisation_id
    return application if mine else None


async def in_pool(tx: Transaction, person_id: UUID) -> Leader:
    """Raises NotFound for somebody who is not in the pool today."""
    leader = await leaders.get(tx, person_id)
    if leader is None or leader.status != "approved":
        raise NotFound
    return leader
