"""The JSON API of complaints about data."""

from datetime import datetime, time
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.chassis.base.access import LONDON
from services.chassis.base.hands import Member, Person, Visitor
from services.chassis.http import entry, helping, json_api
from services.chassis.http.limits import limited
from services.chassis.http.lists import AskedByApi, going_on
from services.chassis.http.own_api import OwnApi
from services.chassis.http.request import open_transaction
from services.chassis.postgres.transaction import Transaction
from services.notifications import answers_concerns as answers
from services.notifications import limits
from services.notifications import queries_concerns as queries
from services.notifications.commands import complaints as complaint_commands
from services.notifications.commands.complaints import Complaining
from services.notifications.concern_forms import ComplainBody, ComplainForm, EnterComplaintBody, OutcomeForm, StepForm
from services.notifications.store import complaints as complaint_store

router = APIRouter()
own = OwnApi(router)
Own = Annotated[Person, Depends(helping.own)]
Complains = Annotated[Person, Depends(limited(helping.own, limits.COMPLAIN))]
Stranger = Annotated[Visitor | Person, Depends(limited(entry.anyone, limits.COMPLAIN))]
Admin = Annotated[Member, Depends(entry.staff("admin"))]
THEIRS = "/organisations/{ods}/complaints"


@own.get("/mine/complaints")
async def my_complaints(request: Request, acting: Own, asked: AskedByApi) -> answers.ComplaintsSaid:
    """The person's complaints about data, newest first."""
    async with open_transaction(request, acting) as tx:
        page = await complaint_store.mine(tx, asked, acting.person_id)
    return answers.ComplaintsSaid(complaints=[answers.complaint(one) for one in page.items], **going_on(page))


@own.post("/mine/complaints", does="write_down", status_code=201, response_model=json_api.OnlyId)
async def complain_about_data(request: Request, body: ComplainBody, acting: Complains) -> Response:
    """Complain about what the network does with the person's data. Whoever has no account: `POST /complaints`."""

    async def act(tx: Transaction[Person]) -> dict[str, Any]:
        return {"id": str((await complaint_commands.complain(tx, Complaining(body.words))).id)}

    return await json_api.write(request, acting, act, status=201)


@router.post("/complaints", status_code=201)
async def complain_as_stranger(request: Request, body: ComplainForm, acting: Stranger) -> answers.ComplaintReceived:
    """Complain about data without an account: say in `contact` how you want to be answered. It cannot be read again
    here, so keep the reference. Sent twice it is there twice: there is no key. With a token it is that person's."""
    async with open_transaction(request, acting) as tx:
        made = await complaint_commands.complain(tx, Complaining(body.words, body.called, body.contact))
    return answers.ComplaintReceived(
        reference=made.reference, received_at=made.received_at, acknowledge_by=made.acknowledge_by
    )


@router.get(THEIRS)
async def complaints_of_network(
    request: Request, ods: str, acting: Admin, asked: AskedByApi
) -> answers.TheirComplaints:
    """Complaints about data, newest first. 404 for every organisation but the network."""
    async with open_transaction(request, acting) as tx:
        page = await queries.complaints(tx, asked)
    return answers.TheirComplaints(complaints=[answers.their_complaint(one) for one in page.items], **going_on(page))


@router.post(THEIRS, status_code=201, response_model=json_api.OnlyId)
async def enter_complaint(request: Request, ods: str, body: EnterComplaintBody, acting: Admin) -> Response:
    """Write down one that came by phone, post or e-mail; its 30 days count from the day on which it came."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        said = Complaining(body.words, body.called, body.contact)
        at = datetime.combine(body.received_on, time(12), LONDON)
        return {"id": str((await complaint_commands.enter(tx, said, came_by=body.came_by, received_at=at)).id)}

    return await json_api.write(request, acting, act, status=201)


@router.get(THEIRS + "/{id}")
async def complaint_of_network(request: Request, ods: str, id: UUID, acting: Admin) -> answers.TheirComplaint:
    """One of them."""
    async with open_transaction(request, acting) as tx:
        return answers.their_complaint((await queries.complaint(tx, id)).complaint)


@router.post(THEIRS + "/{id}/acknowledge", response_model=json_api.OnlyId)
async def acknowledge_complaint(request: Request, ods: str, id: UUID, acting: Admin) -> Response:
    """Staff have told them that we have it."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        await complaint_commands.acknowledge(tx, id)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)


@router.post(THEIRS + "/{id}/notes", status_code=201, response_model=json_api.OnlyId)
async def tell_how_far_complaint_is(request: Request, ods: str, id: UUID, body: StepForm, acting: Admin) -> Response:
    """What they are told of how far it is."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        await complaint_commands.note(tx, id, body.words)
        return {"id": str(id)}

    return await json_api.write(request, acting, act, status=201)


@router.post(THEIRS + "/{id}/settle", response_model=json_api.OnlyId)
async def settle_complaint(request: Request, ods: str, id: UUID, body: OutcomeForm, acting: Admin) -> Response:
    """What came of it; they are told."""

    async def act(tx: Transaction[Member]) -> dict[str, Any]:
        await complaint_commands.settle(tx, id, body.words)
        return {"id": str(id)}

    return await json_api.write(request, acting, act)
