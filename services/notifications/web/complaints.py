"""Complaints about data: anybody makes one; how far it is stands on a page of whoever has an account."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Person, Visitor
from services.chassis.base.refusals import NotFound
from services.chassis.http import entry, helping
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.limits import limited
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import open_transaction, render
from services.chassis.http.sending import MAKES, submit
from services.chassis.postgres.transaction import Transaction
from services.notifications import limits, words_concerns
from services.notifications import queries_concerns as queries
from services.notifications.commands import complaints as commands
from services.notifications.commands.complaints import Complaining
from services.notifications.concern_forms import ComplainForm
from services.notifications.domain.complaint import is_reference

own = OwnPages()
anybodys = APIRouter()
SignedIn = Annotated[Person, Depends(helping.own)]
Anyone = Annotated[Visitor | Person, Depends(helping.own_or_everybodys)]
Complains = Annotated[Visitor | Person, Depends(limited(helping.own_or_everybodys, limits.COMPLAIN))]
Reads = Annotated[Visitor | Person, Depends(entry.anyone)]
DONE = {"received": "We have your complaint."}


@own.get(links.DATA_COMPLAINT)
async def complaint_form(request: Request, acting: Anyone) -> Response:
    return _form(request, acting, {}, {})


@own.post(links.DATA_COMPLAINT, does="write_down")
async def complain(request: Request, acting: Complains) -> Response:
    async def act(tx: Transaction[Visitor | Person], form: ComplainForm) -> str:
        made = await commands.complain(tx, Complaining(form.words, form.called, form.contact))
        if isinstance(acting, Person):
            return confirmed(links.MY_DATA_COMPLAINT.format(id=made.id), "received")
        return confirmed(links.COMPLAINT_RECEIVED.format(reference=made.reference), "received")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return _form(request, acting, values, errors)

    return await submit(request, acting, ComplainForm, act, again, kind=MAKES)


def _form(request: Request, acting: Visitor | Person, values: dict[str, Any], errors: dict[str, str]) -> Response:
    is_known = isinstance(acting, Person)
    back = links.CONCERNS if is_known else links.COMPLAINTS
    return render(request, "complain.jinja", values=values, errors=errors, is_known=is_known, links=links, back=back)


@own.get(links.MY_DATA_COMPLAINT)
async def my_complaint(request: Request, id: UUID, acting: SignedIn) -> Response:
    async with open_transaction(request, acting) as tx:
        found = await queries.my_complaint(tx, id)
    return render(
        request,
        "my_complaint.jinja",
        m=found,
        c=found.complaint,
        words=words_concerns,
        links=links,
        done=confirmation(request, DONE),
    )


@anybodys.get(links.COMPLAINT_RECEIVED)
async def received(request: Request, reference: str, acting: Reads) -> Response:
    """Of a stranger: what comes next. That it was received the page says once, to whoever has just sent it."""
    if not is_reference(reference):
        raise NotFound
    done = confirmation(request, DONE)
    return render(request, "complaint_received.jinja", reference=reference, done=done, links=links)


router = APIRouter()
router.include_router(own.router)
router.include_router(anybodys)
