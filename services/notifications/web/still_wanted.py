"""Whether somebody still wants to hear of roles that fit them: on their own page, and by the link of the message that
asks, without signing in."""

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
from services.chassis.http.sending import HIDDEN_ONLY, submit, submit_as
from services.chassis.postgres.transaction import Transaction
from services.notifications import limits
from services.notifications.commands import still_wanted as commands
from services.notifications.commands.going_out import who_is_asked
from services.notifications.store import contact as contact_store
from services.notifications.store import how_told as how_told_store
from services.notifications.told_forms import StillWantedForm
from services.notifications.web.stopping import Anyone, Stopping, no_link, whoever_has_the_link

own = OwnPages()
router = own.router
Looking = Annotated[Person, Depends(helping.own)]
Choosing = Annotated[Person, Depends(limited(helping.own, limits.CHOOSE_LIST))]
DONE = {
    "yes": "Saved. We go on telling you of roles that fit you.",
    "weekly": "Saved. We tell you of roles that fit you once a week.",
    "stop": "Saved. We do not write to you of roles that fit you any more.",
}


async def _page(request: Request, acting: Person) -> Response:
    async with open_transaction(request, acting) as tx:
        heard = await contact_store.account(tx, acting.person_id)
        how = (await how_told_store.chosen(tx, acting.person_id)).get("fitting", "at_once")
        next_at = await how_told_store.next_round_up(tx, acting.person_id)
    known, done = heard is None or heard.account is not None, confirmation(request, DONE)
    return render(
        request,
        "still_wanted.jinja",
        known=known,
        how=how,
        next_at=next_at,
        errors={},
        values={},
        links=links,
        done=done,
    )


@own.get(links.MY_STILL_WANTED)
async def my_still_wanted(request: Request, acting: Looking) -> Response:
    return await _page(request, acting)


@own.post(links.MY_STILL_WANTED, does="answer_still_wanted")
async def answer(request: Request, acting: Choosing) -> Response:
    async def act(tx: Transaction[Person], form: StillWantedForm) -> str:
        await commands.answer(tx, form.answer)
        return confirmed(links.MY_STILL_WANTED, form.answer)

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _page(request, acting)

    return await submit(request, acting, StillWantedForm, act, again, kind=HIDDEN_ONLY)


@router.get(links.STILL_WANTED)
async def still_wanted_page(request: Request, signed: str, acting: Anyone) -> Response:
    """Buttons, so that a mail scanner which follows links answers nothing. It says nobody's name."""
    person_id = who_is_asked(signed, site_of(request).form_secret)
    return no_link(request) if person_id is None else await _page(request, whoever_has_the_link(person_id))


@router.post(links.STILL_WANTED)
async def answer_by_link(request: Request, signed: str, acting: Stopping) -> Response:
    person_id = who_is_asked(signed, site_of(request).form_secret)
    if person_id is None:
        return no_link(request)
    hand = whoever_has_the_link(person_id)

    async def act(tx: Transaction[Person], form: StillWantedForm) -> str:
        await commands.answer(tx, form.answer)
        return confirmed(request.url.path, form.answer)

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _page(request, hand)

    async def as_whom(_: StillWantedForm) -> Person:
        return hand

    return await submit_as(request, acting, StillWantedForm, act, again, kind=HIDDEN_ONLY, as_whom=as_whom)
