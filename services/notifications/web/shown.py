"""Show that it is you, for whoever has nothing to sign in with: one question, how we reach them. Identity goes on."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from schemas import links
from services.chassis.base.hands import Person
from services.chassis.http import entry
from services.chassis.http.limits import limited
from services.chassis.http.request import is_local, open_transaction, render, site_of
from services.chassis.http.sending import ASKS, submit
from services.chassis.postgres.transaction import Transaction
from services.notifications import beginning, limits, queries
from services.notifications.commands import knowing as commands
from services.notifications.domain.knowing import asks_for
from services.notifications.entering import failure_noted
from services.notifications.forms import ShowForm

router = APIRouter()
SignedIn = Annotated[Person, Depends(entry.signed_in)]
Showing = Annotated[Person, Depends(limited(entry.signed_in, limits.SHOW_IT_IS_YOU))]


@router.get(links.SHOW_IT_IS_YOU)
async def show(request: Request, acting: SignedIn, to: str = "") -> Response:
    async with open_transaction(request, acting) as tx:
        has_nothing = await beginning.cannot_sign_in(tx)
    if not has_nothing:
        return RedirectResponse(_again(to), status_code=303)
    return await _page(request, acting, {"to": _local(to)}, {})


@router.post(links.SHOW_IT_IS_YOU)
async def check(request: Request, acting: Showing) -> Response:
    async def act(tx: Transaction[Person], form: ShowForm) -> str:
        with failure_noted(acting):
            shown = await commands.show(tx, form.typed, secret=site_of(request).form_secret)
        return f"{_again(form.to)}&shown={quote(shown)}"

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _page(request, acting, values, errors)

    return await submit(request, acting, ShowForm, act, again, kind=ASKS)


async def _page(request: Request, acting: Person, values: dict[str, Any], errors: dict[str, str]) -> Response:
    async with open_transaction(request, acting) as tx:
        contact = await queries.my_contact(tx)
    asked = asks_for(contact) if contact else "nothing"
    return render(request, "shown.jinja", values=values, errors=errors, asked=asked, links=links)


def _local(to: str) -> str:
    return to if is_local(to) else links.HOME


def _again(to: str) -> str:
    return f"{links.SIGN_IN_AGAIN}?to={quote(_local(to))}"
