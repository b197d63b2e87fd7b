"""The monthly list of open roles: whether one gets it, on one's own page; and the link in the list itself, which stops
it without signing in."""

from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import Response

from schemas import links
from services.chassis.base.hands import Person
from services.chassis.http import helping
from services.chassis.http.confirmations import confirmation, confirmed
from services.chassis.http.limits import limited
from services.chassis.http.own_pages import OwnPages
from services.chassis.http.request import open_transaction, render, site_of
from services.chassis.http.sending import HIDDEN_ONLY, submit
from services.chassis.postgres.transaction import Transaction
from services.notifications import limits, my_list, words
from services.notifications.commands import monthly as commands
from services.notifications.commands.going_out import whose_list
from services.notifications.store import contact as contact_store
from services.notifications.told_forms import ListForm
from services.notifications.web.stopping import Anyone, Stop, Stopping, no_link, submit_stop, whoever_has_the_link

own = OwnPages()
router = own.router
Looking = Annotated[Person, Depends(helping.own)]
Choosing = Annotated[Person, Depends(limited(helping.own, limits.CHOOSE_LIST))]
DONE = {
    "yes": "Saved. The next list comes at the beginning of a month.",
    "no": "Saved. You do not get the monthly list any more.",
}


@own.get(links.MY_MONTHLY_LIST)
async def my_monthly_list(request: Request, acting: Looking) -> Response:
    async with open_transaction(request, acting) as tx:
        mine = await my_list.mine(tx)
    return render(
        request, "monthly_list.jinja", mine=mine, errors={}, values={}, words=words, done=confirmation(request, DONE)
    )


@own.post(links.MY_MONTHLY_LIST, does="choose_monthly_list")
async def choose(request: Request, acting: Choosing) -> Response:
    async def act(tx: Transaction[Person], form: ListForm) -> str:
        await commands.choose(tx, wanted=form.wanted == "yes")
        return confirmed(links.MY_MONTHLY_LIST, form.wanted)

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await my_monthly_list(request, acting)

    return await submit(request, acting, ListForm, act, again, kind=HIDDEN_ONLY)


@router.get(links.MONTHLY_LIST)
async def stop_page(request: Request, signed: str, acting: Anyone) -> Response:
    """A button, so that a mail scanner which follows links stops nothing. It says nobody's name."""
    person_id = whose_list(signed, site_of(request).form_secret)
    if person_id is None:
        return no_link(request)
    async with open_transaction(request, whoever_has_the_link(person_id)) as tx:
        heard = await contact_store.account(tx, person_id)
        mine = await my_list.mine(tx)
    known = heard is not None and heard.account is not None
    return render(
        request, "stop_list.jinja", mine=mine, known=known, errors={}, values={}, done=confirmation(request, DONE)
    )


@router.post(links.MONTHLY_LIST)
async def stop(request: Request, signed: str, acting: Stopping) -> Response:
    async def choose(tx: Transaction[Person], wanted: bool) -> None:
        await commands.choose(tx, wanted=wanted)

    async def page() -> Response:
        return await stop_page(request, signed, acting)

    person_id = whose_list(signed, site_of(request).form_secret)
    by = Stop(person_id, choose, page)
    return await submit_stop(request, acting, ListForm, by, kind=HIDDEN_ONLY)
