"""How often one is told of which news, on one's own page; and the link in a mail of a role that fits, which stops such
mails without signing in."""

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
from services.chassis.http.seen import Changes
from services.chassis.http.sending import HIDDEN_ONLY, submit
from services.chassis.postgres.transaction import Transaction
from services.notifications import limits, words
from services.notifications.commands import how_told as commands
from services.notifications.commands.going_out import whose_matches
from services.notifications.store import contact as contact_store
from services.notifications.store import how_told as store
from services.notifications.told_forms import HowToldForm, ListForm
from services.notifications.web.stopping import Anyone, Stop, Stopping, no_link, submit_stop, whoever_has_the_link

own = OwnPages()
router = own.router
Looking = Annotated[Person, Depends(helping.own)]
Choosing = Annotated[Person, Depends(limited(helping.own, limits.CHOOSE_LIST))]
DONE = {
    "saved": "Saved. It counts for what comes in from now on.",
    "yes": "Saved. We write to you again when a role fits you.",
    "no": "Saved. We do not write to you of roles that fit you any more.",
}


async def _now(tx: Transaction[Person]) -> dict[str, Any]:
    chosen = await store.chosen(tx, tx.acting.person_id)
    at = await store.at(tx, tx.acting.person_id)
    told: dict[str, Any] = {group: chosen.get(group, "at_once") for group in words.TOLD_OF}
    return told | {"weekday": at.weekday, "hour": at.hour}


async def _hold(tx: Transaction[Person]) -> None:
    await contact_store.hold_person(tx, tx.acting.person_id)


CHANGES = Changes(now=_now, hold=_hold)


@own.get(links.HOW_TOLD)
async def how_told_page(request: Request, acting: Looking) -> Response:
    async with open_transaction(request, acting) as tx:
        values = await CHANGES.shown(request, tx)
    return await _page(request, acting, values, {})


async def _page(request: Request, acting: Person, values: dict[str, Any], errors: dict[str, str]) -> Response:
    async with open_transaction(request, acting) as tx:
        contact = await contact_store.get(tx, acting.person_id)
        next_at = await store.next_round_up(tx, acting.person_id)
    return render(
        request,
        "how_told.jinja",
        contact=contact,
        next_at=next_at,
        values=values,
        errors=errors,
        words=words,
        links=links,
        done=confirmation(request, DONE),
    )


@own.post(links.HOW_TOLD, does="choose_how_told")
async def choose(request: Request, acting: Choosing) -> Response:
    async def act(tx: Transaction[Person], form: HowToldForm) -> str:
        await commands.choose(tx, form.chosen(), form.at)
        return confirmed(links.HOW_TOLD, "saved")

    async def again(values: dict[str, Any], errors: dict[str, str]) -> Response:
        return await _page(request, acting, values, errors)

    return await submit(request, acting, HowToldForm, act, again, kind=CHANGES)


@router.get(links.STOP_MATCHES)
async def stop_page(request: Request, signed: str, acting: Anyone) -> Response:
    """A button, so that a mail scanner which follows links stops nothing. It says nobody's name."""
    person_id = whose_matches(signed, site_of(request).form_secret)
    if person_id is None:
        return no_link(request)
    async with open_transaction(request, whoever_has_the_link(person_id)) as tx:
        heard = await contact_store.account(tx, person_id)
        chosen = await store.chosen(tx, person_id)
    known = heard is not None and heard.account is not None
    stops, done = chosen.get("fitting") != "page", confirmation(request, DONE)
    return render(request, "stop_matches.jinja", known=known, stops=stops, errors={}, values={}, done=done)


@router.post(links.STOP_MATCHES)
async def stop(request: Request, signed: str, acting: Stopping) -> Response:
    async def choose(tx: Transaction[Person], wanted: bool) -> None:
        await commands.stop_matches(tx, wanted=wanted)

    async def page() -> Response:
        return await stop_page(request, signed, acting)

    person_id = whose_matches(signed, site_of(request).form_secret)
    by = Stop(person_id, choose, page)
    return await submit_stop(request, acting, ListForm, by, kind=HIDDEN_ONLY)
