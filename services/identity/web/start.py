"""Begin to join: one question, the name to be called by. What comes next is notifications' page: one way to reach them.

Not by `submit`: its answer gives a session, so it cannot be stored; a double click is known by its form's key.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from schemas import links
from services.chassis.base.access import london_day
from services.chassis.base.hands import Person, Visitor
from services.chassis.http import entry
from services.chassis.http.forms import Form, field_errors, sealed_form
from services.chassis.http.limits import limited
from services.chassis.http.request import open_transaction, render
from services.identity import limits, tokens
from services.identity.commands import starting
from services.identity.commands.browsers import note_browser
from services.identity.commands.sessions import SignedIn
from services.identity.commands.starting import Sending
from services.identity.forms import Start
from services.identity.store import accounts, policies

router = APIRouter()
Anyone = Annotated[Visitor | Person, Depends(entry.anyone)]
Starting = Annotated[Visitor | Person, Depends(limited(entry.anyone, limits.START_TO_JOIN))]


@router.get(links.START)
async def show(request: Request, acting: Anyone) -> Response:
    if isinstance(acting, Person):
        return await _here_already(request, acting)
    return await _page(request, acting, {}, {})


@router.post(links.START)
async def start(request: Request, acting: Starting) -> Response:
    if isinstance(acting, Person):  # a second tab, or back after it was sent: nothing is done, whoever's form it is
        return RedirectResponse(links.START, status_code=303)
    form = await sealed_form(request, acting)
    try:
        typed = Start.model_validate(form.values)
    except ValidationError as wrong:
        return await _page(request, acting, form.values, field_errors(wrong, Start), status=422)
    who = await _start(request, acting, form, typed)
    if who is None:
        said = {"": "You have sent this already, so nothing was done now. If you go on, you begin anew."}
        return await _page(request, acting, form.values, said, status=409)
    return tokens.set_cookie(request, RedirectResponse(links.FIRST_CONTACT, status_code=303), who)


async def _start(request: Request, acting: Visitor, form: Form, typed: Start) -> SignedIn | None:
    sending = Sending(form.key.partition(".")[0], form.body, typed.called, typed.shared)
    async with open_transaction(request, acting) as tx:
        who = await starting.start_once(tx, sending)
        if who:
            await note_browser(tx, who, tokens.browser_here(request), tokens.letters_of(request))
    return who


async def _here_already(request: Request, acting: Person) -> Response:
    async with open_transaction(request, acting) as tx:
        account = await accounts.account(tx, acting.person_id)
    began_here = account is not None and account.came_to_join_at is not None
    return render(request, "signed_in.jinja", to=links.FIRST_CONTACT if began_here else links.JOIN)


async def _page(
    request: Request, acting: Visitor | Person, values: dict[str, Any], errors: dict[str, str], *, status: int = 200
) -> Response:
    async with open_transaction(request, acting) as tx:
        asking = await policies.who_may_ask(tx, on=london_day(tx.now))
    return render(
        request,
        "start.jinja",
        status=status,
        values=values,
        errors=errors,
        asking=asking,
        sign_in=f"{links.SIGN_IN}?to={links.APPLY}",
        new_account=f"{links.NEW_ACCOUNT}?to={links.APPLY}",
        links=links,
    )
